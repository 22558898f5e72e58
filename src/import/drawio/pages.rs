//! The pages of a draw.io file: XML as it is, or packed (base64 of deflated, percent-encoded XML).

use crate::import::ImportError;
use crate::import::xml::{self, Lines};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use resvg::usvg::roxmltree::{Document, Node};

/// Most bytes that a packed page may become: more is no drawing but a trap.
const LARGEST: usize = 64 << 20;

const REMEDY: &str = "Open it in draw.io and save it again, uncompressed (File, Properties)";

/// One page.
pub struct Page {
    /// Its name; empty for none.
    pub name: String,
    /// Its model.
    pub text: String,
    /// Line of the file that the text begins in less one, if its lines are those of the file.
    pub shift: Option<usize>,
}

/// The pages of a file.
///
/// # Errors
/// It is no draw.io file, or a page cannot be read.
pub fn pages(text: &str) -> Result<Vec<Page>, ImportError> {
    let document = xml::parse(text)?;
    let (root, lines) = (document.root_element(), Lines::of(text));
    match root.tag_name().name() {
        "mxGraphModel" => Ok(vec![Page { name: String::new(), text: text.to_owned(), shift: Some(0) }]),
        "mxfile" => {
            let diagrams = root.children().filter(|child| child.has_tag_name("diagram"));
            diagrams.map(|diagram| page(text, &lines, diagram)).collect()
        }
        other => {
            let what = format!(
                "this is no draw.io file: its first element is <{}>",
                other.chars().take(40).collect::<String>()
            );
            Err(ImportError::new(what, "Choose a .drawio file").at(lines.line(root), 1))
        }
    }
}

fn page(text: &str, lines: &Lines, diagram: Node<'_, '_>) -> Result<Page, ImportError> {
    let name = diagram.attribute("name").unwrap_or_default().to_owned();
    if let Some(model) = diagram.children().find(|child| child.has_tag_name("mxGraphModel")) {
        let shift = Some(lines.line(model) - 1);
        return Ok(Page { name, text: text[model.range()].to_owned(), shift });
    }
    let packed: String = diagram.text().unwrap_or_default().split_whitespace().collect();
    if packed.is_empty() {
        return Ok(Page { name, text: String::new(), shift: None });
    }
    match unpacked(&packed) {
        Ok(text) => Ok(Page { name, text, shift: None }),
        Err(why) => {
            let what = format!("the page \"{}\" cannot be unpacked: {why}", crate::edit::line(&name));
            Err(ImportError::new(what, REMEDY).at(lines.line(diagram), 1))
        }
    }
}

fn unpacked(packed: &str) -> Result<String, String> {
    let bytes = STANDARD.decode(packed).map_err(|error| format!("it is not base64 ({error})"))?;
    let flat = decompress_to_vec_with_limit(&bytes, LARGEST)
        .map_err(|_| format!("it is not deflated, or larger than {} MiB", LARGEST >> 20))?;
    String::from_utf8(percent_decoded(&flat)).map_err(|_| "it is not a text in UTF-8".to_owned())
}

fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let digit = |n: usize| text.get(at + n).and_then(|byte| (*byte as char).to_digit(16));
        match (byte, digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}

/// Reads the model of a page.
///
/// # Errors
/// It is not well-formed.
pub fn model(page: &Page) -> Result<Document<'_>, ImportError> {
    xml::parse(&page.text).map_err(|error| match page.shift {
        Some(shift) => ImportError { at: error.at.map(|(line, column)| (line + shift, column)), ..error },
        None => {
            let what = format!("in the page \"{}\", once unpacked, {}", crate::edit::line(&page.name), error.what);
            ImportError { at: None, what, ..error }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec;

    fn packed(text: &str) -> String {
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        STANDARD.encode(compress_to_vec(encoded.as_bytes(), 6))
    }

    #[test]
    fn packed_pages_are_unpacked() {
        let model = "<mxGraphModel><root>웹</root></mxGraphModel>";
        let file = format!("<mxfile>\n<diagram name=\"A\">{}</diagram><diagram name=\"B\"/></mxfile>", packed(model));
        let pages = pages(&file).unwrap();
        assert_eq!((pages.len(), pages[0].text.as_str(), pages[1].text.as_str()), (2, model, ""));
    }

    #[test]
    fn what_cannot_be_unpacked_is_said_and_bombs_do_not_grow() {
        let bomb = STANDARD.encode(compress_to_vec(&vec![b'a'; LARGEST + 1], 9));
        let cut = &packed("<mxGraphModel/>")[..12];
        for (content, wanted) in [("!!", "base64"), (cut, "not deflated"), (bomb.as_str(), "larger than 64 MiB")] {
            let file = format!("<mxfile>\n<diagram name=\"A\">{content}</diagram></mxfile>");
            let error = pages(&file).err().unwrap();
            assert!(error.what.contains(wanted) && error.at == Some((2, 1)), "{wanted}: {error:?}");
        }
        assert!(pages("<html/>").err().unwrap().what.contains("<html>"));
    }
}
