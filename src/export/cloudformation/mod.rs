//! CloudFormation: a design as a template that a stack can be made from.
//!
//! Each service has a file of its own in `services/`, and its name in the list there; a service without one is named in
//! the template's head, as is everything else that is taken for granted or has no counterpart. Links become what lets
//! them carry requests: rules of security groups by source group, targets, origins, records, subscriptions, and roles.
//! The text is the same for the same design, resources stand in the order of the palette, and their names are made from
//! the ids in the drawing.
//!
//! Absent: what runs on instances, account ids, secrets (databases keep theirs in Secrets Manager), and load, faults,
//! times and retries, which are no part of an infrastructure.

mod access;
mod network;
mod security;
mod services;
mod stack;
mod template;
mod yaml;
#[cfg(test)]
mod tests;

use super::ExportError;
use crate::model::Design;
use stack::Stack;
use template::Template;

/// Most resources that a stack takes (CloudFormation quotas, 2026-10-01).
const MOST: usize = 500;

/// The template of a design, as text.
///
/// # Errors
/// Nothing that is drawn has a counterpart.
pub fn write(design: &Design) -> Result<String, ExportError> {
    let mut template = Template::default();
    let stack = Stack::new(design, &mut template);
    stack.network.write(&mut template);
    security::write(&stack, &mut template);
    for part in &stack.parts {
        (part.kind.write)(part, &stack, &mut template);
    }
    stack.leave_out(&mut template);
    if template.resources() > MOST {
        let count = template.resources();
        template.assume(format!("A stack takes at most {MOST} resources and this one has {count}: split it in two"));
    }
    if template.resources() == 0 { Err(ExportError::NoResources) } else { Ok(template.print(design)) }
}
