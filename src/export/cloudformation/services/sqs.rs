//! SQS: a queue, and one for the messages that are set aside: the one that it is joined to, else one of its own.

use super::super::access::{Grant, Senders};
use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer};
use super::{Kind, Seat, no_ports};
use crate::catalog::Value;
use crate::units::Span;

/// As long as SQS keeps messages at most: 14 days.
const LONGEST: u64 = 14 * 24 * 3_600;

/// Messages a second that a FIFO queue takes without high throughput (SQS quotas, 2026-10-01).
const USUAL: f64 = 300.0;

pub static KIND: Kind = Kind {
    key: "sqs",
    seat: Seat::Nowhere,
    ports: no_ports,
    called: Some(Grant { actions: &["sqs:SendMessage"], on: |part| vec![attribute(&part.name, "Arn")] }),
    taken: Some(Grant {
        actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
        on: |part| vec![attribute(&part.name, "Arn")],
    }),
    beside: "Policy",
    write,
};

/// Whether a queue keeps the order of its messages.
pub fn is_fifo(part: &Part<'_>) -> bool {
    part.says("kind", "FIFO")
}

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let fifo = is_fifo(part).then_some(Yaml::Flag(true));
    let redrive = redrive(part, stack, template);
    let properties = map([("VisibilityTimeout", whole(part.set().span("visibility")).into())])
        .maybe("MessageRetentionPeriod", set_span(part, "retention"))
        .maybe("DelaySeconds", set_span(part, "delay"))
        .maybe("FifoQueue", fifo.clone())
        .maybe("ContentBasedDeduplication", fifo);
    let properties = fast(part, properties).with("RedrivePolicy", redrive).with("Tags", name_tag(part.label()));
    template.resource(&part.name, "AWS::SQS::Queue", properties);
    let senders = Senders { action: "sqs:SendMessage", on: attribute(&part.name, "Arn") };
    if let Some(document) = senders.document(part, stack) {
        let properties = map([("Queues", [refer(&part.name)].into()), ("PolicyDocument", document)]);
        template.resource(&part.beside, "AWS::SQS::QueuePolicy", properties);
    }
    template.output(&format!("{}Url", part.name), refer(&part.name));
}

/// Where messages go that are received too often.
fn redrive(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) -> Yaml {
    let drawn = stack.callees(part).find(|callee| callee.kind.key == "sqs");
    let target = match drawn {
        Some(aside) if may_redrive(part, aside, stack) => aside.name.clone(),
        other => {
            if let Some(aside) = other {
                let link = format!("{} -> {}", part.label(), aside.label());
                template.leave_out("Dead letters in a circle, or between a FIFO and a standard queue", link);
            }
            let aside = template.name(&format!("{}DeadLetters", part.name));
            let fifo = is_fifo(part).then_some(Yaml::Flag(true));
            let properties = map([]).maybe("FifoQueue", fifo).with("MessageRetentionPeriod", LONGEST);
            template.resource(&aside, "AWS::SQS::Queue", properties);
            aside
        }
    };
    map([("deadLetterTargetArn", attribute(&target, "Arn"))])
        .with("maxReceiveCount", part.set().count("receives").min(1_000))
}

/// SQS wants both of a kind, and resources cannot refer to each other in a circle.
fn may_redrive(part: &Part<'_>, aside: &Part<'_>, stack: &Stack<'_>) -> bool {
    let mut reached = vec![aside.id];
    let mut next = 0;
    while let Some(id) = reached.get(next).copied() {
        next += 1;
        let queues = stack.part(id).into_iter().flat_map(|queue| stack.callees(queue));
        for queue in queues.filter(|queue| queue.kind.key == "sqs") {
            if !reached.contains(&queue.id) {
                reached.push(queue.id);
            }
        }
    }
    is_fifo(part) == is_fifo(aside) && !reached.contains(&part.id)
}

/// High throughput, where the drawing asks for more than a FIFO queue takes without.
fn fast(part: &Part<'_>, properties: Yaml) -> Yaml {
    let asked = matches!(part.perhaps("limit"), Some(Value::Rate(rate)) if rate.0 > USUAL);
    if !is_fifo(part) || !asked {
        return properties;
    }
    properties.with("DeduplicationScope", "messageGroup").with("FifoThroughputLimit", "perMessageGroupId")
}

/// A span in seconds, where the drawing differs from the default.
fn set_span(part: &Part<'_>, key: &str) -> Option<u64> {
    part.node.settings.contains_key(key).then(|| part.perhaps_span(key).map(whole)).flatten()
}

fn whole(span: Span) -> u64 {
    span.secs().round() as u64
}
