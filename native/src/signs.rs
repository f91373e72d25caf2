//! Whether Python has to look closer at a note: its text may give it a trait.
//!
//! The other half of `_trait_signs` of `batch/columns.py`. It may say yes too often, for Python decides; never too rarely.
use crate::text::{find_marks, is_space};
use memchr::memmem;

const WIDEST: usize = 20_000; // bytes of a tag, or of the name of a target: 5,000 characters
const ADDRESSES: [&[u8]; 4] = [b"href", b"rc", b"data", b"ter"]; // how src and poster end, whatever "s" it is

/// Whether a text may give its note a trait; `callouts`: some are hidden.
pub fn are_in(text: &str, callouts: bool) -> bool {
    let data = text.as_bytes();
    let holds_callout = || memchr::memchr_iter(b'!', data).any(|at| at > 0 && data[at - 1] == b'[');
    (callouts && holds_callout()) || may_hold_placeholder(data) || colon_may_matter(text) || html_may_hold_address(data)
}

/// In a heading, marks may stand between the letters of what it says.
fn may_hold_placeholder(data: &[u8]) -> bool {
    find_marks(data, b"<%").is_some() || find_marks(data, b"{{").is_some()
}

/// Whether an address of Obsidian's own names a file, or a line defines a link's target.
fn colon_may_matter(text: &str) -> bool {
    memchr::memchr_iter(b':', text.as_bytes()).any(|at| {
        (text[..at].ends_with("obsidian") && text[at..].starts_with("://") && names_file(&text[at + 3..]))
            || (text[..at].ends_with(']') && defines_target(text.as_bytes(), at - 1))
    })
}

/// Whether an address, behind "obsidian://", names a file.
fn names_file(address: &str) -> bool {
    let end = address.find(|c| is_space(c) || "<>\"'()[]`".contains(c)).unwrap_or(address.len());
    let address = &address[..end];
    address.starts_with(['/']) || ["vault/", "file=", "path="].iter().any(|part| address.contains(part))
}

/// Whether a line begins as the definition of a link's target does, "[name]: ", and this is where its name ends.
fn defines_target(data: &[u8], at: usize) -> bool {
    let begin = memchr::memrchr(b'[', &data[at.saturating_sub(WIDEST)..at]).map(|b| at.saturating_sub(WIDEST) + b);
    begin.is_some_and(|begin| !matches!(data[begin + 1], b'^' | b']') && opens_line(data, begin))
}

/// Whether an element of HTML has an address, or a block that it begins, up to a blank line, what a link looks like.
fn html_may_hold_address(data: &[u8]) -> bool {
    let mut behind = 0; // the last block
    memchr::memchr_iter(b'<', data).any(|start| {
        let name = if data.get(start + 1) == Some(&b'/') { start + 2 } else { start + 1 };
        if !data.get(name).is_some_and(u8::is_ascii_alphabetic) {
            return false;
        }
        let widest = &data[start..data.len().min(start + WIDEST)];
        let tag = &widest[..memchr::memchr(b'>', widest).unwrap_or(widest.len())];
        if memchr::memchr_iter(b'=', tag).any(|equals| ends_with_address(&tag[..equals])) {
            return true;
        }
        if start < behind || !opens_line(data, start) {
            return false;
        }
        behind = memmem::find(&data[start..], b"\n\n").map_or(data.len(), |length| start + length);
        memmem::find(&data[start..behind], b"[[").is_some()
    })
}

fn ends_with_address(text: &[u8]) -> bool {
    // where blanks stand that are no ASCII, the name is not looked for
    let text = text.trim_ascii_end();
    text.last().is_some_and(|last| !last.is_ascii() || matches!(last, 0x0b | 0x1c..=0x1f))
        || ADDRESSES
            .iter()
            .any(|name| text.len() >= name.len() && text[text.len() - name.len()..].eq_ignore_ascii_case(name))
}

/// Whether nothing but blanks and marks of quotes stands before this on its line.
fn opens_line(data: &[u8], at: usize) -> bool {
    let before = data[..at].iter().rev().find(|c| !matches!(c, b' ' | b'\t' | b'>'));
    before.is_none_or(|c| *c == b'\n')
}
