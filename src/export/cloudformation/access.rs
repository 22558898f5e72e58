//! Roles of servers: what the links of a drawing ask for, and nothing else.

use super::stack::{Part, Stack};
use super::template::Template;
use super::yaml::{Yaml, map, refer, texts};

/// The instance profile of a server that calls, or takes messages from, what is reached through the AWS API.
pub fn profile(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) -> Option<String> {
    let called = stack.callees(part).filter_map(|callee| statement(callee, callee.kind.called.as_ref()?));
    let taken = stack.callers(part).filter_map(|caller| statement(caller, caller.kind.taken.as_ref()?));
    let statements: Vec<Yaml> = called.chain(taken).collect();
    if statements.is_empty() {
        return None;
    }
    let [role, profile] = ["Role", "Profile"].map(|stem| template.name(&format!("{}{stem}", part.name)));
    let policy = map([("PolicyName", "links".into()), ("PolicyDocument", document(statements))]);
    let properties =
        map([("AssumeRolePolicyDocument", document(vec![trust("ec2.amazonaws.com")])), ("Policies", [policy].into())]);
    template.resource(&role, "AWS::IAM::Role", properties);
    template.resource(&profile, "AWS::IAM::InstanceProfile", map([("Roles", [refer(&role)].into())]));
    Some(profile)
}

/// What a policy grants on one resource.
pub struct Grant {
    pub actions: &'static [&'static str],
    /// Names of what it is granted on.
    pub on: fn(&Part<'_>) -> Vec<Yaml>,
}

fn statement(part: &Part<'_>, grant: &Grant) -> Option<Yaml> {
    let on = (grant.on)(part);
    let on = if on.len() == 1 { on.into_iter().next()? } else { on.into() };
    Some(map([("Effect", "Allow".into()), ("Action", texts(grant.actions)), ("Resource", on)]))
}

fn trust(service: &str) -> Yaml {
    let principal = map([("Service", service.into())]);
    map([("Effect", "Allow".into()), ("Principal", principal), ("Action", "sts:AssumeRole".into())])
}

/// A policy document.
pub fn document(statements: Vec<Yaml>) -> Yaml {
    map([("Version", "2012-10-17".into()), ("Statement", statements.into())])
}
