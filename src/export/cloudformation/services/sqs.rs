//! SQS: a queue, and one for the messages that are set aside.

use super::super::access::Grant;
use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{attribute, map, refer};
use super::{Kind, Seat, no_ports};

/// As long as SQS keeps messages at most: 14 days.
const LONGEST: u64 = 14 * 24 * 3_600;

pub static KIND: Kind = Kind {
    key: "sqs",
    seat: Seat::Nowhere,
    ports: no_ports,
    called: Some(Grant { actions: &["sqs:SendMessage"], on: |part| vec![attribute(&part.name, "Arn")] }),
    taken: Some(Grant {
        actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
        on: |part| vec![attribute(&part.name, "Arn")],
    }),
    beside: "",
    write,
};

fn write(part: &Part<'_>, _: &Stack<'_>, template: &mut Template) {
    let aside = template.name(&format!("{}DeadLetters", part.name));
    template.resource(&aside, "AWS::SQS::Queue", map([("MessageRetentionPeriod", LONGEST.into())]));
    let redrive = map([("deadLetterTargetArn", attribute(&aside, "Arn"))]);
    let redrive = redrive.with("maxReceiveCount", part.set().count("receives").min(1_000));
    let properties = map([("VisibilityTimeout", (part.set().span("visibility").secs().round() as u64).into())])
        .with("RedrivePolicy", redrive)
        .with("Tags", name_tag(part.label()));
    template.resource(&part.name, "AWS::SQS::Queue", properties);
    template.output(&format!("{}Url", part.name), refer(&part.name));
}
