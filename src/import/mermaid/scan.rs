//! One statement of a flowchart, read from left to right: boxes and the lines between them.

/// A box as a statement writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vertex {
    /// Its id.
    pub id: String,
    /// What stands on it, if the statement says.
    pub label: Option<String>,
    /// Names of its classes.
    pub classes: Vec<String>,
}

/// A line between boxes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// What stands on it.
    pub label: String,
    /// Which ends have an arrow head.
    pub heads: Heads,
}

/// Which ends of a line have an arrow head.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Heads {
    /// None.
    None,
    /// The second, or both.
    #[default]
    Ahead,
    /// Only the first.
    Back,
    /// It is not seen: it only orders the boxes.
    Hidden,
}

/// Boxes that lines lead from and to, in turn: one line less than there are groups of boxes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// Boxes that are joined by `&`.
    pub groups: Vec<Vec<Vertex>>,
    /// The lines between them.
    pub lines: Vec<Line>,
}

/// Reads a chain; the error says what is not understood.
pub fn chain(text: &str) -> Result<Chain, String> {
    let mut scan = Scan { rest: text.trim() };
    let mut chain = Chain { groups: vec![scan.group()?], lines: Vec::new() };
    loop {
        scan.blanks();
        if scan.rest.is_empty() {
            return Ok(chain);
        }
        chain.lines.push(scan.line()?);
        chain.groups.push(scan.group()?);
    }
}

/// What opens and closes the text of a box, longest first.
const SHAPES: [(&str, &[&str]); 14] = [
    ("(((", &[")))"]),
    ("([", &["])"]),
    ("[[", &["]]"]),
    ("[(", &[")]"]),
    ("((", &["))"]),
    ("(-", &["-)"]),
    ("{{", &["}}"]),
    ("[/", &["/]", "\\]"]),
    ("[\\", &["\\]", "/]"]),
    ("[|", &["|]"]),
    ("[", &["]"]),
    ("(", &[")"]),
    ("{", &["}"]),
    (">", &["]"]),
];

struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn takes(&mut self, word: &str) -> bool {
        let found = self.rest.strip_prefix(word);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// All up to some end, which is taken too.
    fn until(&mut self, ends: &[&str]) -> Result<&'a str, String> {
        let found = ends.iter().filter_map(|end| Some((self.rest.find(end)?, end.len()))).min();
        let (at, long) = found.ok_or_else(|| format!("\"{}\" is missing", ends[0]))?;
        let inside = &self.rest[..at];
        self.rest = &self.rest[at + long..];
        Ok(inside)
    }

    fn group(&mut self) -> Result<Vec<Vertex>, String> {
        let mut group = vec![self.vertex()?];
        loop {
            self.blanks();
            if !self.takes("&") {
                return Ok(group);
            }
            group.push(self.vertex()?);
        }
    }

    fn vertex(&mut self) -> Result<Vertex, String> {
        self.blanks();
        let id = self.id();
        if id.is_empty() {
            let found: String = self.rest.chars().take(20).collect();
            return Err(if found.is_empty() {
                "a box is missing at the end".to_owned()
            } else {
                format!("\"{found}\" is no box")
            });
        }
        let mut vertex = Vertex { id: id.to_owned(), ..Vertex::default() };
        if self.takes("@{") {
            vertex.label = label_in(self.until(&["}"])?);
        } else if let Some((_, ends)) = SHAPES.iter().find(|(open, _)| self.takes(open)) {
            vertex.label = Some(self.text(ends)?);
        }
        while self.takes(":::") {
            vertex.classes.push(self.id().to_owned());
        }
        Ok(vertex)
    }

    /// Letters of any script, digits and underscores; a hyphen or dot between two of them.
    fn id(&mut self) -> &'a str {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        let mut end = 0;
        for (at, c) in self.rest.char_indices() {
            let joins = matches!(c, '-' | '.') && at == end && end > 0 && self.rest[at + 1..].starts_with(part);
            if !part(c) && !joins {
                break;
            }
            end = at + c.len_utf8();
        }
        let id = &self.rest[..end];
        self.rest = &self.rest[end..];
        id
    }

    /// The text of a box: in quotes, in which nothing ends it, or as it is.
    fn text(&mut self, ends: &[&str]) -> Result<String, String> {
        self.blanks();
        if !self.takes("\"") {
            return Ok(plain(self.until(ends)?));
        }
        let quoted = plain(self.until(&["\""])?);
        self.until(ends)?;
        Ok(quoted)
    }

    fn line(&mut self) -> Result<Line, String> {
        self.blanks();
        self.named();
        let back = self.takes("<") || self.end_mark();
        let body = self.body()?;
        let mut line = Line { label: String::new(), heads: body.heads };
        if let (Body { heads: Heads::None, opens: Some(ends), .. }, false) =
            (body, self.rest.trim_start().starts_with('|'))
        {
            line = self.labelled(ends)?;
        }
        self.blanks();
        if self.takes("|") {
            line.label = self.text(&["|"])?;
        }
        if back && line.heads == Heads::None {
            line.heads = Heads::Back;
        }
        Ok(line)
    }

    /// The name of a line, which says nothing here: `e1@-->`.
    fn named(&mut self) {
        let named = self
            .rest
            .find('@')
            .filter(|at| *at > 0 && self.rest[..*at].chars().all(|c| c.is_alphanumeric() || c == '_'));
        if let Some(at) = named {
            self.rest = &self.rest[at + 1..];
        }
    }

    /// A circle or cross at the beginning of a line.
    fn end_mark(&mut self) -> bool {
        let mark = self.rest.starts_with(['o', 'x']) && self.rest[1..].starts_with(['-', '=']);
        if mark {
            self.rest = &self.rest[1..];
        }
        mark
    }

    /// The strokes of a line.
    fn body(&mut self) -> Result<Body, String> {
        let strokes = self.rest.len() - self.rest.trim_start_matches(['-', '=', '.', '~']).len();
        let (body, after) = self.rest.split_at(strokes);
        if strokes < 2 {
            let found: String = self.rest.chars().take(20).collect();
            return Err(format!("\"{found}\" is no line between boxes"));
        }
        let head =
            after.starts_with('>') || (after.starts_with(['x', 'o']) && !after[1..].starts_with(char::is_alphanumeric));
        self.rest = if head { &after[1..] } else { after };
        // `-- text -->`: two strokes alone begin a text.
        let opens = match body {
            "--" => Some(&["--", "-.", "=="][..1]),
            "-." => Some(&[".-"][..]),
            "==" => Some(&["=="][..]),
            _ => None,
        };
        let heads = match (body.starts_with('~'), head) {
            (true, _) => Heads::Hidden,
            (_, true) => Heads::Ahead,
            _ => Heads::None,
        };
        Ok(Body { heads, opens })
    }

    /// The rest of a line with a text in it.
    fn labelled(&mut self, ends: &[&str]) -> Result<Line, String> {
        self.blanks();
        let label = match self.takes("\"") {
            true => {
                let quoted = plain(self.until(&["\""])?);
                self.blanks();
                quoted
            }
            false => {
                let at = self.rest.find(ends[0]).ok_or_else(|| "a line with a text does not end".to_owned())?;
                let label = plain(&self.rest[..at]);
                self.rest = &self.rest[at..];
                label
            }
        };
        let strokes = self.rest.trim_start_matches(['-', '=', '.']);
        if strokes.len() == self.rest.len() {
            return Err("a line with a text does not end".to_owned());
        }
        let head = strokes.starts_with('>')
            || (strokes.starts_with(['x', 'o']) && !strokes[1..].starts_with(char::is_alphanumeric));
        self.rest = if head { &strokes[1..] } else { strokes };
        Ok(Line { label, heads: if head { Heads::Ahead } else { Heads::None } })
    }
}

/// What the strokes of a line say.
struct Body {
    heads: Heads,
    /// What ends the text that they begin, if they can begin one.
    opens: Option<&'static [&'static str]>,
}

/// The label in the braces of `id@{ shape: rect, label: "Web" }`.
fn label_in(braces: &str) -> Option<String> {
    let (_, rest) = braces.split_once("label:")?;
    let rest = rest.trim_start();
    match rest.strip_prefix('"') {
        Some(quoted) => Some(plain(quoted.split('"').next().unwrap_or_default())),
        None => Some(plain(rest.split(',').next().unwrap_or_default())),
    }
}

/// Text without quotes, tags and entity codes (`#quot;`, `#35;`).
pub fn plain(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let text = text.strip_prefix('`').and_then(|text| text.strip_suffix('`')).unwrap_or(text);
    let mut coded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('#') {
        coded.push_str(&rest[..at]);
        let name: &str = &rest[at + 1..];
        let end = name.bytes().take(10).position(|byte| byte == b';');
        let is_code = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match end.map(|end| &name[..end]).filter(|name| is_code(name)) {
            Some(name) if name.bytes().all(|byte| byte.is_ascii_digit()) => coded.push_str(&format!("&#{name};")),
            Some(name) => coded.push_str(&format!("&{name};")),
            None => coded.push('#'),
        }
        let skipped = end.filter(|end| is_code(&name[..*end])).map_or(0, |end| end + 1);
        rest = &name[skipped..];
    }
    coded.push_str(rest);
    crate::import::html::words(&coded.replace("\\n", "<br>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain in short: `a"Label"+b -ahead:text-> c`.
    fn told(text: &str) -> String {
        let chain = match chain(text) {
            Ok(chain) => chain,
            Err(why) => return format!("! {why}"),
        };
        let vertex = |vertex: &Vertex| {
            let label = vertex.label.as_ref().map_or(String::new(), |label| format!("\"{label}\""));
            let classes: String = vertex.classes.iter().map(|class| format!(":{class}")).collect();
            format!("{}{label}{classes}", vertex.id)
        };
        let group = |group: &Vec<Vertex>| group.iter().map(vertex).collect::<Vec<_>>().join("+");
        let mut out = group(&chain.groups[0]);
        for (line, next) in chain.lines.iter().zip(&chain.groups[1..]) {
            out += &format!(" {:?}({}) {}", line.heads, line.label, group(next));
        }
        out
    }

    #[test]
    fn statements_are_read_as_mermaid_reads_them() {
        let cases = [
            ("a", "a"),
            ("a-->b", "a Ahead() b"),
            ("web-asg --> my.db", "web-asg Ahead() my.db"),
            ("a[Web server] --> b[(Db)]", "a\"Web server\" Ahead() b\"Db\""),
            ("a([\"x ] y\"]) --- b((c))", "a\"x ] y\" None() b\"c\""),
            ("a([\"x ] y\"]) --- b", "a\"x ] y\" None() b"),
            ("a(\"f(x)\") -.-> b{{six}} ==> c", "a\"f(x)\" Ahead() b\"six\" Ahead() c"),
            ("a -- on a miss --> b", "a Ahead(on a miss) b"),
            ("a -->|on a miss| b", "a Ahead(on a miss) b"),
            ("a --|yes| b", "a None(yes) b"),
            ("a -. async .-> b", "a Ahead(async) b"),
            ("a == \"bold - it\" ==> b", "a Ahead(bold - it) b"),
            ("a <--> b", "a Ahead() b"),
            ("a <-- b", "! a line with a text does not end"),
            ("a <--- b", "a Back() b"),
            ("a ---> b ----> c", "a Ahead() b Ahead() c"),
            ("a --x b --o c", "a Ahead() b Ahead() c"),
            ("a ~~~ b", "a Hidden() b"),
            ("a & b --> c & d", "a+b Ahead() c+d"),
            ("a:::ec2 --> b[B]:::rds", "a:ec2 Ahead() b\"B\":rds"),
            ("a@{ shape: cyl, label: \"Orders\" } --> b", "a\"Orders\" Ahead() b"),
            ("a e1@--> b", "a Ahead() b"),
            ("a[\"one<br/>two #quot;x#quot; #35; #1 &amp; 웹\"]", "a\"one\ntwo \"x\" # #1 & 웹\""),
            ("a>flag] --> b[/in/]", "a\"flag\" Ahead() b\"in\""),
            ("웹서버 --> db", "웹서버 Ahead() db"),
            ("a -->", "! a box is missing at the end"),
            ("a -> b", "! \"-> b\" is no line between boxes"),
            ("a b", "! \"b\" is no line between boxes"),
            ("a[open", "! \"]\" is missing"),
            ("--> b", "! \"--> b\" is no box"),
            ("", "! a box is missing at the end"),
        ];
        let wrong: Vec<_> = cases
            .iter()
            .map(|(text, wanted)| (*text, told(text), *wanted))
            .filter(|(_, got, wanted)| got != wanted)
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
