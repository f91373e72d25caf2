//! What is left to Python.

/// Why a note is not read here: its meaning is not beyond doubt, or something is wrong with it, which Python tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Doubt {
    File,
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
            Doubt::File => "files that it does not open",
            Doubt::Encoding => "their encoding",
            Doubt::FrontMatter => "their YAML",
            Doubt::Property => "odd properties",
            Doubt::Entity => "named entities",
            Doubt::Comment => "open comments",
            Doubt::Panic => "a bug of the core",
        }
    }
}
