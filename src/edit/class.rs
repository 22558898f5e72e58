//! Kinds of requests: put, changed, taken out.

use super::draft::Draft;
use super::naming;
use super::refusal::Refusal;
use crate::model::{Design, MOST_CLASSES, RequestClass};
use crate::words::t;

/// The name of a new class, as it is kept.
///
/// # Errors
/// It is empty, in use, has a comma, which parts the classes of a mix, or there are too many classes.
pub(crate) fn name(design: &Design, wanted: String) -> Result<String, Refusal> {
    if design.classes.len() >= MOST_CLASSES {
        return Err(Refusal::TooManyClasses);
    }
    legal_name(design, design.classes.len(), &wanted)
}

fn legal_name(design: &Design, at: usize, wanted: &str) -> Result<String, Refusal> {
    let name = naming::line(wanted);
    if name.is_empty() {
        return Err(Refusal::EmptyName);
    }
    if name.contains(',') {
        return Err(Refusal::BadClass(t!("a name has no comma, which parts the classes of a mix").to_owned()));
    }
    let mut others = design.classes.iter().enumerate().filter(|&(other, _)| other != at);
    if others.any(|(_, class)| class.name == name) {
        return Err(Refusal::ClassName(name));
    }
    Ok(name)
}

pub(super) fn put(draft: &mut Draft<'_>, at: usize, class: &RequestClass) -> Result<(), Refusal> {
    let design = draft.design();
    if at >= design.classes.len() && design.classes.len() >= MOST_CLASSES {
        return Err(Refusal::TooManyClasses);
    }
    class.check().map_err(|why| Refusal::BadClass(why.to_owned()))?;
    let class = RequestClass { name: legal_name(design, at, &class.name)?, ..class.clone() };
    let classes = draft.classes();
    match classes.get_mut(at) {
        Some(there) => *there = class,
        None => classes.push(class),
    }
    Ok(())
}

pub(super) fn remove(draft: &mut Draft<'_>, at: usize) -> Result<(), Refusal> {
    if at >= draft.design().classes.len() {
        return Err(Refusal::NoClass(at + 1));
    }
    draft.classes().remove(at);
    Ok(())
}
