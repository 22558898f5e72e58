//! JSON to a tree. It keeps no lines: what is said about a resource names it.

use super::tree::{Kind, MOST, Tree, too_deep, too_much};
use crate::import::ImportError;
use serde_json::Value;

/// Reads a text. Errors have line and column; deep nesting is refused by the parser.
pub fn read(text: &str) -> Result<Tree, ImportError> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let what = error.to_string();
        if what.contains("recursion limit") {
            return too_deep(error.line(), error.column());
        }
        let what = what.split(" at line ").next().unwrap_or_default();
        let remedy = "Correct that in a text editor, and open it again";
        ImportError::new(format!("this is broken JSON: {what}"), remedy).at(error.line(), error.column())
    })?;
    let tree = tree(value);
    if tree.size() > MOST { Err(too_much()) } else { Ok(tree) }
}

fn tree(value: Value) -> Tree {
    let kind = match value {
        Value::Null => Kind::Null,
        Value::Bool(flag) => Kind::Text(flag.to_string()),
        Value::Number(number) => Kind::Text(number.to_string()),
        Value::String(text) => Kind::Text(text),
        Value::Array(items) => Kind::List(items.into_iter().map(tree).collect()),
        Value::Object(entries) => {
            return Tree::map(None, entries.into_iter().map(|(key, value)| (key, tree(value))).collect());
        }
    };
    Tree::new(None, kind)
}
