//! CloudFormation templates, YAML or JSON, as drawings.
//!
//! Known resources become nodes with the settings that map. References (targets, origins, records, subscriptions, event
//! sources, what instances and roles name) and rules of security groups become links where the canvas allows them. VPCs,
//! Availability Zones and subnets become places where something stands in them; users are put in front of what is public.
//! Parameters have their defaults, conditions are worked out where that needs no stack, and count as true elsewhere. What
//! is not understood is listed with its line. Everything is laid out anew.
//!
//! Absent: nested stacks and modules, macros, values that only an account knows.

mod json;
mod links;
mod oddities;
mod places;
mod public;
mod resources;
mod scaling;
mod settings;
mod tree;
mod values;
mod volumes;
mod yaml;
#[cfg(test)]
mod tests;

use super::draft::{Draft, Stand};
use super::{ImportError, Imported, Remark};
use resources::Stack;
use std::collections::BTreeMap;
use tree::{Kind, Tree};

/// Whether a text could be a template: it has resources of AWS.
pub fn looks_like_one(text: &str) -> bool {
    text.contains("Resources") && text.contains("AWS::")
}

/// Reads a template; `name` becomes the title where the template has no description.
///
/// # Errors
/// The text is broken, out of bounds, or no template.
pub fn read(text: &str, name: &str) -> Result<Imported, ImportError> {
    let text = text.trim_start_matches('\u{feff}');
    let Text { template, remarks } =
        if text.trim_start().starts_with('{') { json::read(text)?.into() } else { yaml::read(text)? };
    let resources = template.get("Resources").map(Tree::entries).unwrap_or_default();
    if resources.is_empty() {
        let what = "this is no CloudFormation template: it has no \"Resources\" with anything in them";
        return Err(ImportError::new(what, "Choose another file"));
    }
    let mut draft = Draft::new(&title(&template, name));
    remarks.into_iter().for_each(|Remark { line, text }| draft.remark(line, text));
    functions(&template, &mut draft);
    let mut stack = Stack::new(&template, &mut draft);
    stack.draw();
    let links = links::find(&stack);
    stack.join(&links);
    volumes::add(&mut stack);
    volumes::filters(&mut stack);
    public::add_users(&mut stack);
    places::put(&mut stack);
    oddities::tell(&mut stack);
    Ok(draft.finish(Stand::Anew))
}

/// What a text says.
struct Text {
    template: Tree,
    /// What the format lets one write and nobody reads.
    remarks: Vec<Remark>,
}

impl From<Tree> for Text {
    fn from(template: Tree) -> Self {
        Self { template, remarks: Vec::new() }
    }
}

/// The first line of the description, where it is short enough to be a title.
fn title(template: &Tree, name: &str) -> String {
    let description = template.get("Description").and_then(Tree::as_text).unwrap_or_default();
    let first = description.lines().next().unwrap_or_default().trim();
    if first.is_empty() || first.chars().count() > 60 { name.to_owned() } else { first.to_owned() }
}

/// Lists functions that have no meaning here, each once.
fn functions(template: &Tree, draft: &mut Draft) {
    let mut unknown: BTreeMap<&str, (Option<usize>, usize)> = BTreeMap::new();
    collect(template, &mut unknown);
    for (name, (line, times)) in unknown {
        let again = if times > 1 { format!(" ({times} times)") } else { String::new() };
        draft.remark(line, format!("the function \"{name}\" is not understood{again}; what it stands for is left out"));
    }
    if let Some(transform) = template.get("Transform") {
        let names: Vec<&str> = std::iter::once(transform).chain(transform.items()).filter_map(Tree::as_text).collect();
        let unknown = |name: &&str| !matches!(*name, "AWS::Serverless-2016-10-31" | "AWS::LanguageExtensions");
        for name in names.into_iter().filter(unknown) {
            draft.remark(transform.line, format!("the macro \"{name}\" is not carried out"));
        }
    }
}

fn collect<'t>(tree: &'t Tree, unknown: &mut BTreeMap<&'t str, (Option<usize>, usize)>) {
    if let Kind::Call(name, _) = &tree.kind
        && !values::KNOWN.contains(&name.as_str())
    {
        unknown.entry(name).or_insert((tree.line, 0)).1 += 1;
    }
    tree.children().for_each(|child| collect(child, unknown));
}
