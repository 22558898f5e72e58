//! XML of others, read within bounds: no document types (and so no entities that grow), no endless nesting, and every
//! trouble with its line and column.

use super::ImportError;
use resvg::usvg::roxmltree::{Document, Error, Node, ParsingOptions};

/// Deepest nesting of elements; drawings need about ten levels.
const DEEPEST: usize = 200;

/// Most elements, texts and comments.
const MOST: u32 = 2_000_000;

/// Reads a document.
///
/// # Errors
/// It is not well-formed, nested too deeply, or declares a document type.
pub fn parse(text: &str) -> Result<Document<'_>, ImportError> {
    if let Some(at) = too_deep(text) {
        let (line, column) = place_of(text, at);
        let what = format!("elements are nested more than {DEEPEST} deep, which no drawing is");
        return Err(ImportError::new(what, "Choose another file").at(line, column));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST };
    Document::parse_with_options(text, options).map_err(|error| explain(&error, text))
}

/// Lines of a document by position: the parser itself counts from the start each time.
pub struct Lines(Vec<usize>);

impl Lines {
    /// Of a text.
    pub fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line that an element begins in, from 1.
    pub fn line(&self, node: Node<'_, '_>) -> usize {
        self.0.partition_point(|end| *end < node.range().start) + 1
    }
}

fn explain(error: &Error, text: &str) -> ImportError {
    let remedy = "Save it again with the program that it comes from, or correct it in a text editor";
    let found = match error {
        Error::DtdDetected => {
            let what = "the file declares a document type, which drawings do not need and which can be used for harm";
            let (line, column) = place_of(text, text.find("<!DOCTYPE").unwrap_or_default());
            let remedy = "Remove the lines from <!DOCTYPE to the end of that declaration";
            return ImportError::new(what, remedy).at(line, column);
        }
        Error::NodesLimitReached => ImportError::new("the file has too many elements for a drawing", "Import a part"),
        other => ImportError::new(format!("this is not well-formed XML ({other})"), remedy),
    };
    let at = error.pos();
    found.at(at.row as usize, at.col as usize)
}

fn place_of(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1)
}

/// Where elements become nested too deeply. The parser calls itself for each level, so that this is looked at before.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|found| at + found) {
        let rest = &text[open..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")]
            .into_iter()
            .find(|(begin, _)| rest.starts_with(begin))
            .map(|(begin, end)| {
                rest[begin.len()..].find(end).map_or(text.len(), |to| open + begin.len() + to + end.len())
            });
        if let Some(next) = skipped {
            at = next;
            continue;
        }
        let (end, closes_itself) = tag_end(text, open);
        match (rest.starts_with("</"), closes_itself) {
            (true, _) => depth = depth.saturating_sub(1),
            (false, Closes::Later) => depth += 1,
            (false, Closes::Itself) => {}
        }
        if depth > DEEPEST {
            return Some(open);
        }
        at = end;
    }
    None
}

/// Whether a tag ends its element.
#[derive(Clone, Copy)]
enum Closes {
    Itself,
    Later,
}

/// The end of a tag, past quoted values.
fn tag_end(text: &str, open: usize) -> (usize, Closes) {
    let mut quote = None;
    let mut before = b'<';
    for (at, byte) in text.bytes().enumerate().skip(open + 1) {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(begun), _) if begun == byte => quote = None,
            (None, b'>') => return (at + 1, if before == b'/' { Closes::Itself } else { Closes::Later }),
            _ => {}
        }
        before = byte;
    }
    (text.len(), Closes::Later)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harm_is_refused_with_its_place() {
        let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY b \"bb\"><!ENTITY c \"&b;&b;\">]>\n<a>&c;</a>";
        let error = parse(bomb).unwrap_err();
        assert!(error.what.contains("document type") && error.at.is_some_and(|(line, _)| line == 2), "{error:?}");
        let error = parse("<a>\n  <b></a>").unwrap_err();
        assert_eq!(error.at.map(|at| at.0), Some(2), "{error:?}");
        let deep = format!("{}\n{}", "<a x='/>'>".repeat(150), "<a>".repeat(100_000));
        let error = parse(&deep).unwrap_err();
        assert_eq!(error.at, Some((2, 151)), "{error:?}");
        let wide = format!("<a>{}<!-- {} --></a>", "<b/><c></c>".repeat(10_000), "<d>".repeat(1_000));
        assert!(parse(&wide).is_ok());
        for broken in ["", "<", "<a", "<a b=\"", "</a>", "<!", "<!--", "<a>&nope;</a>", "text"] {
            assert!(parse(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn lines_are_those_of_the_text() {
        let text = "<a>\n<b/>\n\n  <c/></a>";
        let (document, lines) = (parse(text).unwrap(), Lines::of(text));
        let found: Vec<usize> = document.descendants().filter(Node::is_element).map(|node| lines.line(node)).collect();
        assert_eq!(found, [1, 2, 4]);
    }
}
