//! SNS: a topic, and a subscription of each queue that it passes messages on to. The kinds of requests of a link are the
//! filter of its subscription. A topic of FIFO queues is a FIFO topic itself.

use super::super::access::{Grant, Senders};
use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer, texts};
use super::{Kind, Seat, no_ports, sqs};
use crate::catalog::Value;

pub static KIND: Kind = Kind {
    key: "sns",
    seat: Seat::Nowhere,
    ports: no_ports,
    called: Some(Grant { actions: &["sns:Publish"], on: |part| vec![refer(&part.name)] }),
    taken: None,
    beside: "Policy",
    write,
};

/// Whether a topic keeps the order of its messages: FIFO queues take them from no other.
pub fn is_fifo(topic: &Part<'_>, stack: &Stack<'_>) -> bool {
    stack.callees(topic).any(sqs::is_fifo)
}

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let fifo = is_fifo(part, stack).then_some(Yaml::Flag(true));
    let properties = map([])
        .maybe("FifoTopic", fifo.clone())
        .maybe("ContentBasedDeduplication", fifo)
        .with("Tags", name_tag(part.label()));
    template.resource(&part.name, "AWS::SNS::Topic", properties);
    let senders = Senders { action: "sns:Publish", on: refer(&part.name) };
    if let Some(document) = senders.document(part, stack) {
        let properties = map([("Topics", [refer(&part.name)].into()), ("PolicyDocument", document)]);
        template.resource(&part.beside, "AWS::SNS::TopicPolicy", properties);
    }
    for queue in stack.callees(part) {
        subscribe(part, (queue, stack), template);
    }
    template.output(&format!("{}Arn", part.name), refer(&part.name));
}

fn subscribe(topic: &Part<'_>, (queue, stack): (&Part<'_>, &Stack<'_>), template: &mut Template) {
    let kinds = kinds(topic, queue, stack);
    if kinds.is_some() {
        template.assume("Publishers name the kind of a request in a message attribute, \"kind\": filters go by it");
    }
    let properties = map([("TopicArn", refer(&topic.name)), ("Protocol", "sqs".into())])
        .with("Endpoint", attribute(&queue.name, "Arn"))
        .with("RawMessageDelivery", Yaml::Flag(true))
        .maybe("FilterPolicy", kinds.map(|kinds| map([("kind", kinds)])));
    let name = template.name(&format!("{}To{}", topic.name, queue.name));
    template.resource(&name, "AWS::SNS::Subscription", properties);
}

/// The kinds of requests that a link is for, if it is not for all.
fn kinds(topic: &Part<'_>, queue: &Part<'_>, stack: &Stack<'_>) -> Option<Yaml> {
    let Some(Value::Word(names)) = stack.link(topic, queue)?.settings.get("classes") else { return None };
    let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then(|| texts(names))
}
