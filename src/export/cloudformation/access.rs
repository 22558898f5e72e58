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

/// What other services may do with a queue or a topic, which asks for it by a policy of its own.
pub struct Senders {
    pub action: &'static str,
    /// Name of the queue or topic.
    pub on: Yaml,
}

impl Senders {
    /// The policy that lets the topics and buckets send that a part is joined to; none where there are none.
    pub fn document(&self, part: &Part<'_>, stack: &Stack<'_>) -> Option<Yaml> {
        let statements: Vec<Yaml> = stack.callers(part).filter_map(|caller| self.statement(caller)).collect();
        (!statements.is_empty()).then(|| document(statements))
    }

    fn statement(&self, caller: &Part<'_>) -> Option<Yaml> {
        // A bucket waits for the policy, so that the policy cannot name the bucket: it names the account.
        let (service, test, key, source) = match caller.kind.key {
            "sns" => ("sns.amazonaws.com", "ArnEquals", "aws:SourceArn", refer(&caller.name)),
            "s3" => ("s3.amazonaws.com", "StringEquals", "aws:SourceAccount", refer("AWS::AccountId")),
            _ => return None,
        };
        let principal = map([("Service", service.into())]);
        let allowed = map([("Effect", "Allow".into()), ("Principal", principal), ("Action", self.action.into())]);
        Some(allowed.with("Resource", self.on.clone()).with("Condition", map([(test, map([(key, source)]))])))
    }
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
