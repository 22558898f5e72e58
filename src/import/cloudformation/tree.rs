//! A template as a tree of values with the line of each. YAML and JSON, short and long functions look the same here.

use crate::import::ImportError;

/// Deepest nesting that is read; templates of people are a tenth of it.
pub const DEEPEST: usize = 100;

/// Most values that are read, those that aliases repeat included; a template of 500 resources has a twentieth of it.
pub const MOST: usize = 1_000_000;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// From 1; `None` where the format keeps no lines.
    pub line: Option<usize>,
    pub kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Nothing was written.
    Null,
    /// Text, numbers and truth values as they are written.
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
    /// An intrinsic function by its short name, such as `Ref`, and what it is given.
    Call(String, Box<Tree>),
}

/// A value of a map that a key stands for.
impl Tree {
    pub fn new(line: Option<usize>, kind: Kind) -> Self {
        Self { line, kind }
    }

    pub fn text(line: Option<usize>, text: impl Into<String>) -> Self {
        Self::new(line, Kind::Text(text.into()))
    }

    /// A map, or the function that a map of one entry stands for: `{"Fn::Sub": …}` is `!Sub …`.
    pub fn map(line: Option<usize>, mut entries: Vec<(String, Self)>) -> Self {
        if let [(key, _)] = entries.as_slice()
            && let Some(name) = function(key)
        {
            let name = name.to_owned();
            let given = entries.remove(0).1;
            return Self::call(line, name, given);
        }
        Self::new(line, Kind::Map(entries))
    }

    /// A function; `GetAtt` is given one text in all its forms.
    pub fn call(line: Option<usize>, name: String, given: Self) -> Self {
        let given = match (&*name, &given.kind) {
            ("GetAtt", Kind::List(parts)) => {
                let parts: Vec<&str> = parts.iter().filter_map(Self::as_text).collect();
                Self::text(given.line, parts.join("."))
            }
            _ => given,
        };
        Self::new(line, Kind::Call(name, Box::new(given)))
    }

    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn entries(&self) -> &[(String, Self)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    pub fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The value of a key, as it is written.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// What it consists of.
    pub fn children(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        match &self.kind {
            Kind::Null | Kind::Text(_) => Box::new(std::iter::empty()),
            Kind::List(items) => Box::new(items.iter()),
            Kind::Map(entries) => Box::new(entries.iter().map(|(_, value)| value)),
            Kind::Call(_, given) => Box::new(std::iter::once(&**given)),
        }
    }

    /// How many values it consists of, itself included.
    pub fn size(&self) -> usize {
        1 + self.children().map(Self::size).sum::<usize>()
    }
}

/// The short name of a function that is written as the key of a map.
fn function(key: &str) -> Option<&str> {
    if key == "Ref" { Some(key) } else { key.strip_prefix("Fn::") }
}

/// The text is nested too deep to be a template.
pub fn too_deep(line: usize, column: usize) -> ImportError {
    let what = format!("the text is nested deeper than {DEEPEST} levels, so it is no template");
    ImportError::new(what, "Choose another file").at(line, column)
}

/// The text has more values than any template.
pub fn too_much() -> ImportError {
    let what = format!("the text stands for more than {MOST} values, aliases counted as what they repeat");
    ImportError::new(what, "Choose a template of at most 500 resources, the most that a stack takes")
}
