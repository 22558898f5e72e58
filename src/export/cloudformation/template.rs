//! A template in the making: what has been stated so far, under names that are free.

use super::yaml::{Yaml, map};
use crate::model::{Design, Id};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Parameters, conditions, resources and outputs in the order in which they were added, and what the head says.
#[derive(Debug)]
pub struct Template {
    parameters: Vec<(String, Yaml)>,
    conditions: Vec<(String, Yaml)>,
    resources: Vec<(String, Yaml)>,
    outputs: Vec<(String, Yaml)>,
    taken: BTreeSet<String>,
    assumed: Vec<String>,
    absent: BTreeMap<String, Vec<String>>,
}

/// Names of parameters, which resources cannot have.
const PARAMETERS: [&str; 8] = [
    "ImageId",
    "ArmImageId",
    "KeyName",
    "CertificateArn",
    "EdgeCertificateArn",
    "HostedZoneId",
    "DomainName",
    "DatabaseUser",
];

impl Default for Template {
    fn default() -> Self {
        let taken = PARAMETERS.into_iter().map(str::to_owned).collect();
        let (parameters, conditions, resources, outputs) = Default::default();
        Self { parameters, conditions, resources, outputs, taken, assumed: Vec::new(), absent: BTreeMap::new() }
    }
}

impl Template {
    /// A name of this stem that nothing else has. Names are letters and digits.
    pub fn name(&mut self, stem: &str) -> String {
        let stem = if stem.is_empty() { "Node" } else { stem };
        let numbered = (2_u32..).map(|number| format!("{stem}{number}"));
        let free = std::iter::once(stem.to_owned()).chain(numbered).find(|name| !self.taken.contains(name));
        let name = free.expect("there is always a next number");
        self.taken.insert(name.clone());
        name
    }

    /// A resource with its properties.
    pub fn resource(&mut self, name: &str, kind: &str, properties: Yaml) {
        self.add(name, map([("Type", kind.into()), ("Properties", properties)]));
    }

    /// A resource that is made after another one that it does not refer to.
    pub fn waiting(&mut self, name: &str, kind: &str, (after, properties): (Option<&str>, Yaml)) {
        let resource = map([("Type", kind.into())]).maybe("DependsOn", after).with("Properties", properties);
        self.add(name, resource);
    }

    /// A resource with more than a type and properties.
    pub fn add(&mut self, name: &str, resource: Yaml) {
        self.resources.push((name.to_owned(), resource));
    }

    /// A parameter, once, whoever asks for it.
    pub fn parameter(&mut self, name: &str, kind: &str, about: &str, default: Option<Yaml>) {
        debug_assert!(PARAMETERS.contains(&name), "{name} is not reserved");
        if !self.parameters.iter().any(|(known, _)| known == name) {
            let parameter = map([("Type", kind.into()), ("Description", about.into())]).maybe("Default", default);
            self.parameters.push((name.to_owned(), parameter));
        }
    }

    /// A text that may be left empty, and the condition that it is not.
    pub fn optional(&mut self, name: &str, condition: &str, about: &str) {
        self.parameter(name, "String", about, Some("".into()));
        if !self.conditions.iter().any(|(known, _)| known == condition) {
            let empty = Yaml::Call("Equals", Box::new([super::yaml::refer(name), "".into()].into()));
            self.conditions.push((condition.to_owned(), Yaml::Call("Not", Box::new([empty].into()))));
        }
    }

    /// Something to read off the stack once it is there.
    pub fn output(&mut self, stem: &str, value: Yaml) {
        let name = self.name(stem);
        self.outputs.push((name, map([("Value", value)])));
    }

    /// Something that the drawing does not say and that this template takes for granted; told once.
    pub fn assume(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.assumed.contains(&text) {
            self.assumed.push(text);
        }
    }

    /// Something drawn that the template does not have: why, and its name.
    pub fn leave_out(&mut self, why: &str, name: impl Into<String>) {
        self.absent.entry(why.to_owned()).or_default().push(name.into());
    }

    /// How many resources there are.
    pub fn resources(&self) -> usize {
        self.resources.len()
    }

    /// The whole text.
    pub fn print(self, design: &Design) -> String {
        let mut out = self.head(design);
        out.push_str("AWSTemplateFormatVersion: \"2010-09-09\"\n");
        map([("Description", summary(&design.name).into())]).write(0, &mut out);
        let sections = [
            ("Parameters", self.parameters),
            ("Conditions", self.conditions),
            ("Resources", self.resources),
            ("Outputs", self.outputs),
        ];
        for (title, entries) in sections.into_iter().filter(|(_, entries)| !entries.is_empty()) {
            let _ = write!(out, "\n{title}:\n");
            for (at, entry) in entries.into_iter().enumerate() {
                if at > 0 && title == "Resources" {
                    out.push('\n');
                }
                Yaml::Map(vec![entry]).write(1, &mut out);
            }
        }
        out
    }

    fn head(&self, design: &Design) -> String {
        let mut out = String::new();
        comment(&format!("{}: a CloudFormation template made by Loadscape.", design.name), &mut out);
        let slug = Id::slug(&design.name, "loadscape");
        let stack = if slug.as_str().starts_with(|c: char| c.is_ascii_digit()) {
            format!("stack-{slug}")
        } else {
            slug.to_string()
        };
        let command = format!(
            "aws cloudformation deploy --region {} --stack-name {stack} --template-file FILE --capabilities CAPABILITY_IAM",
            design.region
        );
        let _ = write!(out, "#\n#   {command}\n");
        section("What it takes for granted", &self.assumed, &mut out);
        let absent: Vec<String> =
            self.absent.iter().map(|(why, names)| format!("{why}: {}", names.join(", "))).collect();
        section("What is drawn and is not in it", &absent, &mut out);
        out
    }
}

fn section(title: &str, lines: &[String], out: &mut String) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(out, "#\n# {title}:\n");
    for text in lines {
        comment(&format!("- {text}"), out);
    }
}

/// Lines of a comment, broken at blanks.
fn comment(text: &str, out: &mut String) {
    let indent = if text.starts_with("- ") { "  " } else { "" };
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + word.chars().count() >= 115 {
            let _ = writeln!(out, "# {line}");
            line = indent.to_owned();
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(out, "# {line}");
}

/// The description of a template is at most 1,024 bytes.
fn summary(name: &str) -> String {
    name.chars().take(120).collect()
}

/// The logical id that the id of a record gives: `web-asg` becomes `WebAsg`.
pub fn logical(id: &str) -> String {
    let mut name = String::new();
    for word in id.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        name.extend(letters);
    }
    name
}

/// A text as tags may have it: letters, digits, blanks and a few signs.
pub fn tag(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric() || " +-=._:/@".contains(*c)).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_free_and_legal() {
        let mut template = Template::default();
        assert_eq!([logical("web-asg"), logical("2-a"), logical("--")], ["WebAsg", "2A", ""]);
        let names = [template.name("Web"), template.name("Web"), template.name("Web2"), template.name("Web")];
        assert_eq!(names, ["Web", "Web2", "Web22", "Web3"]);
        assert_eq!(tag("What's the <time>? 시간"), "Whats the time 시간");
    }

    #[test]
    fn the_head_is_broken_at_blanks_and_stays_a_comment() {
        let mut template = Template::default();
        template.assume("word ".repeat(60));
        template.leave_out("Users send requests", "Shop\nper\u{2028}s");
        let design = Design { name: "A\nb: c".to_owned(), ..Design::default() };
        let text = template.print(&design);
        let head: Vec<&str> = text.lines().take_while(|line| line.starts_with('#')).collect();
        assert!(head.iter().all(|line| line.len() <= 160), "{head:?}");
        assert!(text.contains("# - Users send requests: Shop per s\n"), "{text}");
        assert!(text.contains("\nDescription: \"A\\nb: c\"\n"), "{text}");
    }
}
