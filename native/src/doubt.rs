//! What is left to Python.

/// Why a note is not read here: its meaning is not beyond doubt, or something is wrong with it, which Python tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Doubt {
    Encoding,
    FrontMatter,
    Property,
    Entity,
    Comment,
    Panic,
}

impl Doubt {
    pub fn name(self) -> &'static str {
        match self {
            Doubt::Encoding => "encoding",
            Doubt::FrontMatter => "front matter",
            Doubt::Property => "property",
            Doubt::Entity => "entity",
            Doubt::Comment => "comment",
            Doubt::Panic => "panic",
        }
    }
}
