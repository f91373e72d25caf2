//! What stands in one note, for who asks for words of it: the seam behind `exporter.reader.content`.
use crate::columns::decode;
use crate::doubt::Doubt;
use crate::front_matter::body_start;
use crate::lead::{find_lead, without_last_tags};
use crate::plain_text::to_text;
use crate::sentences;
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The first paragraph of a note that holds a sentence, as plain text; None: Python knows.
#[pyfunction]
pub fn read_lead(data: &[u8]) -> Option<String> {
    settle(|| {
        let text = decode(data)?;
        let words = find_lead(&text, body_start(&text))?;
        Ok(without_last_tags(&to_text(&words)?).into())
    })
}

/// Inline Markdown as plain text; None: Python knows.
#[pyfunction(name = "to_text")]
pub fn to_plain_text(markdown: &str) -> Option<String> {
    settle(|| to_text(markdown).map(String::from))
}

/// The sentences of one note, found when somebody asks.
#[pyclass]
pub struct Sentences(Option<sentences::Sentences>); // None: there is a doubt

#[pymethods]
impl Sentences {
    #[new]
    fn new(data: &[u8]) -> Self {
        Sentences(settle(|| Ok(sentences::Sentences::new(&decode(data)?))))
    }

    /// The sentence of the link on this line that shows these words; "" where there is none, None: Python knows.
    fn of(&mut self, line: i64, words: &str, anchor: &str) -> Option<String> {
        let sentences = self.0.as_mut()?;
        let line = usize::try_from(line).unwrap_or_default(); // there is no line below 1
        let sentence = settle(|| sentences.of(line, words, anchor));
        if sentence.is_none() {
            self.0 = None; // the same would be found again
        }
        sentence
    }
}

/// What is beyond doubt.
pub fn settle<T>(find: impl FnOnce() -> Result<T, Doubt>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(find)).unwrap_or(Err(Doubt::Panic)).ok()
}
