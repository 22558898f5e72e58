//! What a template's values come to: parameters by their defaults, mappings, conditions, and the functions that need
//! neither an account nor a stack.

use super::tree::{Kind, Tree};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Deepest chain of functions and conditions that is followed.
const DEEPEST: usize = 40;

/// Values that are worked out for one template; what lies beyond stays as it is written.
const WORK: usize = 4_000_000;

/// Longest text that functions make, in bytes.
const LONGEST: usize = 100_000;

/// Functions that have a meaning here, be it only that a resource is mentioned.
pub const KNOWN: [&str; 20] = [
    "Ref",
    "GetAtt",
    "Sub",
    "Join",
    "Select",
    "Split",
    "If",
    "Equals",
    "Not",
    "And",
    "Or",
    "Condition",
    "FindInMap",
    "GetAZs",
    "Base64",
    "Cidr",
    "ImportValue",
    "Length",
    "ToJsonString",
    "Transform",
];

/// The sections that values come from.
pub struct Values<'a> {
    template: &'a Tree,
    region: String,
    parameters: BTreeMap<&'a str, &'a Tree>,
    conditions: BTreeMap<&'a str, &'a Tree>,
    resources: BTreeMap<&'a str, &'a Tree>,
    /// Values that may still be worked out, so that functions of functions come to an end.
    left: Cell<usize>,
}

/// What a condition comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    /// It depends on something that only a stack knows.
    Open,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

fn section<'a>(template: &'a Tree, name: &str) -> BTreeMap<&'a str, &'a Tree> {
    let entries = template.get(name).map(Tree::entries).unwrap_or_default();
    entries.iter().map(|(key, value)| (key.as_str(), value)).collect()
}

impl<'a> Values<'a> {
    pub fn new(template: &'a Tree, region: &str) -> Self {
        let [parameters, conditions, resources] =
            ["Parameters", "Conditions", "Resources"].map(|name| section(template, name));
        let left = Cell::new(WORK);
        Self { template, region: region.to_owned(), parameters, conditions, resources, left }
    }

    /// A value with everything worked out at its top that can be; `Null` for what a template leaves out on purpose.
    pub fn settle<'t>(&self, tree: &'t Tree) -> Cow<'t, Tree> {
        self.settled(tree, 0)
    }

    /// The value of a property, if it has one.
    pub fn get<'t>(&self, tree: &'t Tree, key: &str) -> Option<Cow<'t, Tree>> {
        Some(self.settle(tree.get(key)?)).filter(|value| value.kind != Kind::Null)
    }

    /// The text of a property.
    pub fn text(&self, tree: &Tree, key: &str) -> Option<String> {
        self.get(tree, key)?.as_text().map(str::to_owned)
    }

    /// The number of a property.
    pub fn number(&self, tree: &Tree, key: &str) -> Option<f64> {
        self.text(tree, key)?.trim().parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)
    }

    /// Whether a property is said to be so.
    pub fn is_true(&self, tree: &Tree, key: &str) -> bool {
        self.text(tree, key).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// Items of a property that is a list, or the one that it is.
    pub fn list(&self, tree: &Tree, key: &str) -> Vec<Tree> {
        match self.get(tree, key).map(Cow::into_owned) {
            None => Vec::new(),
            Some(Tree { kind: Kind::List(items), .. }) => {
                let items = items.iter().map(|item| self.settle(item).into_owned());
                items.filter(|item| item.kind != Kind::Null).collect()
            }
            Some(one) => vec![one],
        }
    }

    /// Whether there is work left, after so much more.
    fn spend(&self, work: usize) -> bool {
        self.left.set(self.left.get().saturating_sub(work));
        self.left.get() > 0
    }

    fn settled<'t>(&self, tree: &'t Tree, depth: usize) -> Cow<'t, Tree> {
        let Kind::Call(name, given) = &tree.kind else { return Cow::Borrowed(tree) };
        if depth > DEEPEST || !self.spend(1) {
            return Cow::Borrowed(tree);
        }
        let made = match name.as_str() {
            "Ref" => self.referred(given),
            "If" => match given.items() {
                [condition, then, otherwise] => {
                    let chosen = self.branch(condition.as_text(), (then, otherwise), depth);
                    return self.settled(chosen, depth + 1);
                }
                _ => None,
            },
            "FindInMap" => self.found_in_map(given, depth),
            "Select" => self.selected(given, depth),
            "Split" => self.split(given, depth),
            "Join" => self.joined(given, depth),
            "Sub" => self.substituted(given, depth),
            "Base64" => return self.settled(given, depth + 1),
            _ => None,
        };
        match made {
            // A default may be a function no more; a selected item may.
            Some(made) => Cow::Owned(self.settled(&made, depth + 1).into_owned()),
            None => Cow::Borrowed(tree),
        }
    }

    fn branch<'t>(&self, condition: Option<&str>, (then, otherwise): (&'t Tree, &'t Tree), depth: usize) -> &'t Tree {
        let holds = condition.map_or(Truth::Open, |name| self.named(name, depth + 1));
        if holds == Truth::No { otherwise } else { then }
    }

    /// What a name stands for if it is no resource.
    fn referred(&self, given: &Tree) -> Option<Tree> {
        let name = given.as_text()?;
        let text = |text: &str| Some(Tree::text(given.line, text));
        match name {
            "AWS::NoValue" => return Some(Tree::new(given.line, Kind::Null)),
            "AWS::Region" => return text(&self.region),
            "AWS::Partition" => return text("aws"),
            "AWS::StackName" => return text("stack"),
            "AWS::AccountId" => return text("123456789012"),
            "AWS::URLSuffix" => return text("amazonaws.com"),
            _ => {}
        }
        let parameter = self.parameters.get(name)?;
        let default = parameter.get("Default")?;
        let kind = parameter.get("Type").and_then(Tree::as_text).unwrap_or_default();
        match default.as_text().filter(|_| kind == "CommaDelimitedList" || kind.starts_with("List<")) {
            Some(list) => {
                if !self.spend(list.len()) {
                    return None;
                }
                let items = list.split(',').map(|item| Tree::text(default.line, item.trim())).collect();
                Some(Tree::new(default.line, Kind::List(items)))
            }
            None => self.copy(default),
        }
    }

    fn found_in_map(&self, given: &Tree, depth: usize) -> Option<Tree> {
        let [map, first, second] = given.items() else { return None };
        let key = |tree: &Tree| self.settled(tree, depth + 1).as_text().map(str::to_owned);
        let map = self.template.get("Mappings")?.get(&key(map)?)?;
        self.copy(map.get(&key(first)?)?.get(&key(second)?)?)
    }

    fn copy(&self, tree: &Tree) -> Option<Tree> {
        self.spend(tree.size()).then(|| tree.clone())
    }

    fn selected(&self, given: &Tree, depth: usize) -> Option<Tree> {
        let [index, list] = given.items() else { return None };
        let index: usize = self.settled(index, depth + 1).as_text()?.trim().parse().ok()?;
        self.settled(list, depth + 1).items().get(index).cloned()
    }

    fn split(&self, given: &Tree, depth: usize) -> Option<Tree> {
        let [by, text] = given.items() else { return None };
        let text = self.settled(text, depth + 1);
        if !self.spend(text.as_text()?.len()) {
            return None;
        }
        let by = by.as_text().filter(|by| !by.is_empty())?;
        let parts = text.as_text()?.split(by).map(|part| Tree::text(given.line, part)).collect();
        Some(Tree::new(given.line, Kind::List(parts)))
    }

    fn joined(&self, given: &Tree, depth: usize) -> Option<Tree> {
        let [by, list] = given.items() else { return None };
        let list = self.settled(list, depth + 1);
        let parts: Option<Vec<String>> =
            list.items().iter().map(|item| self.settled(item, depth + 1).as_text().map(str::to_owned)).collect();
        let text = parts?.join(by.as_text()?);
        (text.len() <= LONGEST).then(|| Tree::text(given.line, text))
    }

    /// A text with all its names replaced; none if one of them is a resource or unknown.
    fn substituted(&self, given: &Tree, depth: usize) -> Option<Tree> {
        let (text, own) = parts_of_sub(given)?;
        let mut out = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Name(name) => {
                    let own =
                        own.and_then(|own| own.get(name)).map(|value| self.settled(value, depth + 1).into_owned());
                    let value = own.or_else(|| self.referred(&Tree::text(given.line, name)))?;
                    out.push_str(value.as_text()?);
                }
            }
            if out.len() > LONGEST {
                return None;
            }
        }
        Some(Tree::text(given.line, out))
    }

    /// Whether what has this condition is there; what only a stack knows counts as true.
    pub fn holds(&self, condition: &str) -> bool {
        self.named(condition, 0) != Truth::No
    }

    fn named(&self, name: &str, depth: usize) -> Truth {
        match self.conditions.get(name) {
            // Conditions that name each other in a circle end here.
            Some(tree) if depth <= DEEPEST => self.truth(tree, depth + 1),
            _ => Truth::Open,
        }
    }

    fn truth(&self, tree: &Tree, depth: usize) -> Truth {
        if depth > DEEPEST || !self.spend(1) {
            return Truth::Open;
        }
        let (name, given) = match &tree.kind {
            Kind::Call(name, given) => (name.as_str(), &**given),
            Kind::Map(entries) => match entries.as_slice() {
                [(key, given)] if key == "Condition" => ("Condition", given),
                _ => return Truth::Open,
            },
            _ => return Truth::Open,
        };
        let mut all = given.items().iter().map(|item| self.truth(item, depth + 1));
        match name {
            "Condition" => given.as_text().map_or(Truth::Open, |name| self.named(name, depth + 1)),
            "Equals" => self.equal(given.items(), depth),
            "Not" => match all.next() {
                Some(Truth::Yes) => Truth::No,
                Some(Truth::No) => Truth::Yes,
                _ => Truth::Open,
            },
            "And" => all.fold(Truth::Yes, |so_far, next| match (so_far, next) {
                (Truth::No, _) | (_, Truth::No) => Truth::No,
                (Truth::Yes, Truth::Yes) => Truth::Yes,
                _ => Truth::Open,
            }),
            "Or" => all.fold(Truth::No, |so_far, next| match (so_far, next) {
                (Truth::Yes, _) | (_, Truth::Yes) => Truth::Yes,
                (Truth::No, Truth::No) => Truth::No,
                _ => Truth::Open,
            }),
            _ => Truth::Open,
        }
    }

    fn equal(&self, items: &[Tree], depth: usize) -> Truth {
        let [a, b] = items else { return Truth::Open };
        let (a, b) = (self.settled(a, depth + 1), self.settled(b, depth + 1));
        let text = |tree: &Tree| match &tree.kind {
            Kind::Null => Some(String::new()),
            _ => tree.as_text().map(str::to_owned),
        };
        match (text(&a), text(&b)) {
            (Some(a), Some(b)) => (a == b).into(),
            _ => Truth::Open,
        }
    }

    /// The resources that a value mentions, each once, in the order of the text.
    pub fn mentions(&self, tree: &Tree) -> Vec<&'a str> {
        let mut found = Vec::new();
        self.collect(tree, &mut found);
        found
    }

    fn collect(&self, tree: &Tree, found: &mut Vec<&'a str>) {
        let Kind::Call(name, given) = &tree.kind else {
            return tree.children().for_each(|child| self.collect(child, found));
        };
        match (name.as_str(), given.items()) {
            ("Ref" | "GetAtt", _) => self.mention(given.as_text().unwrap_or_default(), found),
            ("If", [condition, then, otherwise]) => {
                self.collect(self.branch(condition.as_text(), (then, otherwise), 0), found);
            }
            ("Sub", _) => {
                if let Some((text, own)) = parts_of_sub(given) {
                    for piece in pieces(text) {
                        if let Piece::Name(name) = piece {
                            self.mention(name, found);
                        }
                    }
                    own.into_iter().for_each(|own| self.collect(own, found));
                }
            }
            _ => self.collect(given, found),
        }
    }

    /// A resource, by its name or one of its attributes.
    fn mention(&self, name: &str, found: &mut Vec<&'a str>) {
        let name = name.split('.').next().unwrap_or_default();
        if let Some((name, _)) = self.resources.get_key_value(name)
            && !found.contains(name)
        {
            found.push(name);
        }
    }
}

/// The text of a `Sub`, and the map of names of its own if it has one.
pub(super) fn parts_of_sub(given: &Tree) -> Option<(&str, Option<&Tree>)> {
    match given.items() {
        [text, own] => Some((text.as_text()?, Some(own))),
        _ => Some((given.as_text()?, None)),
    }
}

/// A part of the text of a `Sub`.
pub(super) enum Piece<'t> {
    Text(&'t str),
    Name(&'t str),
}

/// The text of a `Sub` cut at its names.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else { break };
        pieces.push(Piece::Text(&rest[..start]));
        let name = rest[start + 2..start + length].trim();
        // `${!Name}` stands for itself.
        let literal = name.starts_with('!');
        pieces.push(if literal { Piece::Text(name) } else { Piece::Name(name) });
        rest = &rest[start + length + 1..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}
