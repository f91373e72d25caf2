//! Letters as Python's `str` and `re` see them.
//!
//! Unicode grows, and each Python knows what was there when it was made. So what a letter is, is asked of the Python
//! that runs: a page of 256 characters when one of them is met first, and never again.
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::sync::OnceLock;

const SPACE: u8 = 1;
const WORD: u8 = 2; // a letter or a number of any kind
const DIGIT: u8 = 4;
const DECIMAL: u8 = 8;
const LOWER: u8 = 16;
const UPPER: u8 = 32;
const METHODS: [(&str, u8); 6] = [
    ("isspace", SPACE),
    ("isalnum", WORD),
    ("isdigit", DIGIT),
    ("isdecimal", DECIMAL),
    ("islower", LOWER),
    ("isupper", UPPER),
];

type Page = [u8; 256];
static PAGES: [OnceLock<Box<Page>>; 0x1100] = [const { OnceLock::new() }; 0x1100];

/// What a character is, as bits.
pub fn classes(c: char) -> u8 {
    let number = c as usize >> 8;
    let page = match PAGES[number].get() {
        Some(page) => page,
        None => {
            // Not `get_or_init`: who waits for another's page with the interpreter's lock in hand would wait for ever
            let page = ask(number as u32);
            PAGES[number].get_or_init(|| page)
        }
    };
    page[c as usize & 0xff]
}

fn ask(number: u32) -> Box<Page> {
    let mut page = Box::new([0; 256]);
    let letters = || (number << 8..(number + 1) << 8).filter_map(char::from_u32);
    let all: String = letters().collect();
    Python::attach(|py| -> PyResult<()> {
        let says =
            |text: &str, method: &str| -> PyResult<bool> { PyString::new(py, text).call_method0(method)?.extract() };
        // Nothing but letters without a case, as on all pages of Chinese and Korean: three questions are enough
        if says(&all, "isalpha")? && says(&format!("{all}a"), "islower")? && says(&format!("{all}A"), "isupper")? {
            page.fill(WORD);
            return Ok(());
        }
        let map = py.import("builtins")?.getattr("map")?;
        for (method, bit) in METHODS {
            let answers = map.call1((py.get_type::<PyString>().getattr(method)?, &all))?;
            for (c, answer) in letters().zip(answers.try_iter()?) {
                page[c as usize & 0xff] |= bit * answer?.is_truthy()? as u8;
            }
        }
        Ok(())
    })
    .expect("each str has these methods");
    page
}

pub fn is_space(c: char) -> bool {
    if c.is_ascii() { matches!(c, '\t'..='\r' | '\x1c'..='\x20') } else { classes(c) & SPACE != 0 }
}

/// `str.isalnum`
pub fn is_alnum(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { classes(c) & WORD != 0 }
}

/// `\w`
pub fn is_word(c: char) -> bool {
    c == '_' || is_alnum(c)
}

/// `str.isdigit`
pub fn is_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { classes(c) & DIGIT != 0 }
}

/// `\d`
pub fn is_decimal(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { classes(c) & DECIMAL != 0 }
}

/// `[^\W\d_]`
pub fn is_letter(c: char) -> bool {
    is_alnum(c) && !is_decimal(c)
}

/// `str.islower`
pub fn is_lower(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_lowercase() } else { classes(c) & LOWER != 0 }
}

/// `str.isupper`
pub fn is_upper(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_uppercase() } else { classes(c) & UPPER != 0 }
}

/// Whether a character stands for itself whatever is beside it, and has one small letter at most: of scripts whose rules have not
/// changed for twenty years, so that no Python has to be asked.
pub fn is_plain(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => true,
        '\u{a1}'..='\u{24f}' => c != '\u{130}', // Latin; a small dotted I is two characters
        '\u{388}'..='\u{3ce}' => !matches!(c, '\u{38b}' | '\u{38d}' | '\u{3a2}' | '\u{3a3}'), // Greek; a sigma may be another one
        '\u{400}'..='\u{481}' => true,                                                        // Cyrillic
        '\u{2010}'..='\u{2027}' => true,              // dashes, quotes, an ellipsis
        '\u{3001}'..='\u{3020}' => true,              // signs of Chinese and Japanese
        '\u{3041}'..='\u{3096}' => true,              // Hiragana
        '\u{30a0}'..='\u{30ff}' => true,              // Katakana
        '\u{4e00}'..='\u{9fa5}' => true,              // Chinese
        '\u{ac00}'..='\u{d7a3}' => true,              // Korean
        '\u{fe0f}' | '\u{ff01}'..='\u{ff5e}' => true, // of the shape of an emoji; broad letters
        '\u{1f300}'..='\u{1faff}' => true,            // emojis
        _ => false,
    }
}

/// The small letter of a plain one; of others, what they are.
pub fn lower_plain(c: char) -> char {
    if is_plain(c) { c.to_lowercase().next().unwrap_or(c) } else { c }
}

/// `str.lower`
pub fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    if text.chars().all(is_plain) {
        return text.chars().map(lower_plain).collect();
    }
    Python::attach(|py| {
        let lower = PyString::new(py, text).call_method0("lower").and_then(|lower| lower.extract());
        lower.expect("each str has this method")
    })
}
