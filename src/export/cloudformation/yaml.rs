//! YAML as CloudFormation reads it: block style, plain scalars where they cannot be mistaken, short intrinsic functions.
//!
//! Absent: comments (the template's head is text), anchors, multi-line scalars.

use std::fmt::Write;

/// A value of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Yaml {
    /// Text.
    Text(String),
    /// A whole number.
    Whole(u64),
    /// Any finite number.
    Number(f64),
    /// True or false.
    Flag(bool),
    /// A list.
    List(Vec<Yaml>),
    /// Keys and values in the order in which they are written.
    Map(Vec<(String, Yaml)>),
    /// An intrinsic function by its short name, such as `Ref`, and what it is given.
    Call(&'static str, Box<Yaml>),
}

impl From<&str> for Yaml {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Yaml {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Yaml {
    fn from(number: u64) -> Self {
        Self::Whole(number)
    }
}

impl From<Vec<Yaml>> for Yaml {
    fn from(list: Vec<Yaml>) -> Self {
        Self::List(list)
    }
}

impl<const N: usize> From<[Yaml; N]> for Yaml {
    fn from(list: [Yaml; N]) -> Self {
        Self::List(list.into())
    }
}

/// A map of what is given, in this order.
pub fn map<'a>(entries: impl IntoIterator<Item = (&'a str, Yaml)>) -> Yaml {
    Yaml::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// `!Ref name`.
pub fn refer(name: &str) -> Yaml {
    Yaml::Call("Ref", Box::new(name.into()))
}

/// `!GetAtt name.attribute`.
pub fn attribute(name: &str, attribute: &str) -> Yaml {
    Yaml::Call("GetAtt", Box::new(format!("{name}.{attribute}").into()))
}

/// `!Sub text`.
pub fn sub(text: impl Into<String>) -> Yaml {
    Yaml::Call("Sub", Box::new(Yaml::Text(text.into())))
}

/// `!If [condition, then, otherwise]`.
pub fn choose(condition: &str, then: Yaml, otherwise: Yaml) -> Yaml {
    Yaml::Call("If", Box::new([condition.into(), then, otherwise].into()))
}

/// A list of texts.
pub fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Yaml {
    Yaml::List(items.into_iter().map(|item| item.as_ref().into()).collect())
}

impl Yaml {
    /// With one more entry behind the others of a map; nothing happens to what is no map.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Self>) -> Self {
        if let Self::Map(entries) = &mut self {
            entries.push((key.to_owned(), value.into()));
        }
        self
    }

    /// The same with an entry that may be missing.
    #[must_use]
    pub fn maybe(self, key: &str, value: Option<impl Into<Self>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Writes a map at a depth of two spaces each, one key a line, behind what is there.
    pub fn write(&self, depth: usize, out: &mut String) {
        match self {
            Self::Map(entries) => entries.iter().for_each(|(key, value)| entry(key, value, depth, out)),
            Self::List(items) => items.iter().for_each(|value| item(value, depth, out)),
            scalar => line(depth, &scalar.flow(), out),
        }
    }

    /// Whether it is written behind its key, on the same line.
    fn is_inline(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
            Self::Call(_, given) => match &**given {
                Self::List(items) => items.iter().all(Self::is_inline),
                given => given.is_inline(),
            },
            _ => true,
        }
    }

    /// On one line.
    fn flow(&self) -> String {
        match self {
            Self::Text(text) => scalar(text),
            Self::Whole(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::flow_item).collect::<Vec<_>>().join(", ")),
            Self::Map(entries) if entries.is_empty() => "{}".to_owned(),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| format!("{}: {}", scalar(key), value.flow_item()));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Self::Call(name, given) => format!("!{name} {}", given.flow()),
        }
    }

    /// On one line, among others: signs that part items stand in quotes.
    fn flow_item(&self) -> String {
        match self {
            Self::Text(text) if text.contains([',', '[', ']', '{', '}']) => quoted(text),
            other => other.flow(),
        }
    }
}

fn line(depth: usize, text: &str, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
    out.push_str(text);
    out.push('\n');
}

fn entry(key: &str, value: &Yaml, depth: usize, out: &mut String) {
    let key = scalar(key);
    match value {
        inline if inline.is_inline() => line(depth, &format!("{key}: {}", inline.flow()), out),
        Yaml::Call(name, given) => {
            line(depth, &format!("{key}: !{name}"), out);
            given.write(depth + 1, out);
        }
        block => {
            line(depth, &format!("{key}:"), out);
            block.write(depth + 1, out);
        }
    }
}

/// An item of a list: the first line of what is written one deeper begins with a dash.
fn item(value: &Yaml, depth: usize, out: &mut String) {
    match value {
        inline if inline.is_inline() => line(depth, &format!("- {}", inline.flow()), out),
        Yaml::Call(name, given) => {
            line(depth, &format!("- !{name}"), out);
            given.write(depth + 1, out);
        }
        block => {
            let start = out.len() + 2 * depth;
            block.write(depth + 1, out);
            out.replace_range(start..start + 1, "-");
        }
    }
}

/// A text as a plain scalar, or in quotes where YAML could take it for something else.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:${}<> ()+@*=,'".contains(c);
    let starts = |c: char| c.is_alphabetic() || c == '/';
    let safe = text.starts_with(starts)
        && text.chars().all(plain)
        && !text.contains(": ")
        && !text.ends_with([' ', ':'])
        && !is_word_of_yaml(text);
    if safe { text.to_owned() } else { quoted(text) }
}

/// Words that one or another version of YAML reads as something else than text.
fn is_word_of_yaml(text: &str) -> bool {
    let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn blocks_lists_and_functions_are_written_as_people_write_them() {
        let value = map([
            ("Type", "AWS::EC2::Subnet".into()),
            ("Version", "2012-10-17".into()),
            ("Zone", Yaml::Call("Select", Box::new([0.into(), Yaml::Call("GetAZs", Box::new("".into()))].into()))),
            ("Key", choose("HasKey", refer("Key"), refer("AWS::NoValue"))),
            (
                "Tags",
                [map([("Key", "Name".into()), ("Value", "What's the time?".into())]), map([("Key", "on".into())])]
                    .into(),
            ),
            ("Groups", [refer("A"), attribute("B", "Arn")].into()),
            ("Lists", [["a".into(), "b, c".into()].into()].into()),
            ("None", Yaml::List(Vec::new())),
            ("Alias", choose("Has", map([("Name", "x: y".into())]), refer("AWS::NoValue"))),
        ]);
        let mut out = String::new();
        value.write(0, &mut out);
        expect![[r#"
            Type: AWS::EC2::Subnet
            Version: "2012-10-17"
            Zone: !Select [0, !GetAZs ""]
            Key: !If [HasKey, !Ref Key, !Ref AWS::NoValue]
            Tags:
              - Key: Name
                Value: "What's the time?"
              - Key: "on"
            Groups:
              - !Ref A
              - !GetAtt B.Arn
            Lists:
              - - a
                - b, c
            None: []
            Alias: !If
              - Has
              - Name: "x: y"
              - !Ref AWS::NoValue
        "#]]
        .assert_eq(&out);
    }

    #[test]
    fn what_yaml_could_mistake_stands_in_quotes() {
        for (text, wanted) in [
            ("", "\"\""),
            ("80", "\"80\""),
            ("No", "\"No\""),
            ("a #b", "\"a #b\""),
            ("a:", "\"a:\""),
            ("- x", "\"- x\""),
            ("*", "\"*\""),
            ("\u{1}\"\\\n", "\"\\u0001\\\"\\\\\\n\""),
            ("장바구니", "장바구니"),
            ("arn:aws:s3:::${Bucket}/*", "arn:aws:s3:::${Bucket}/*"),
        ] {
            assert_eq!(scalar(text), wanted);
        }
    }
}
