//! S3: a private bucket; CloudFront may read it where a link says so.

use super::super::access::{Grant, document};
use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, map, refer, sub};
use super::{Kind, Seat, no_ports, sns, sqs};
use crate::catalog::Face;

pub static KIND: Kind = Kind {
    key: "s3",
    seat: Seat::Nowhere,
    ports: no_ports,
    called: Some(Grant {
        actions: &["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
        on: |part| vec![attribute(&part.name, "Arn"), sub(format!("${{{}.Arn}}/*", part.name))],
    }),
    taken: None,
    beside: "",
    write,
};

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let blocked = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    let blocked = map(blocked.map(|key| (key, Yaml::Flag(true))));
    let told: Vec<&Part<'_>> = stack.callees(part).filter(|callee| is_told(part, (callee, stack), template)).collect();
    let properties = map([("PublicAccessBlockConfiguration", blocked)])
        .maybe("NotificationConfiguration", notifications(&told))
        .with("Tags", name_tag(part.label()));
    let policies: Vec<Yaml> = told.iter().map(|callee| callee.beside.as_str().into()).collect();
    let entry = map([("Type", "AWS::S3::Bucket".into()), ("DeletionPolicy", "Retain".into())])
        .with("UpdateReplacePolicy", "Retain")
        .maybe("DependsOn", (!policies.is_empty()).then_some(policies))
        .with("Properties", properties);
    template.add(&part.name, entry);
    template.output(&format!("{}Name", part.name), refer(&part.name));
    edges(part, stack, template);
    if stack.reached_by(part, &[Face::Client, Face::Dns]) {
        let text = format!("{} stays private: users read it by URLs that servers sign for them", part.label());
        template.assume(text);
    }
}

/// Whether a bucket tells of its writes there: S3 tells nobody who keeps an order.
fn is_told(part: &Part<'_>, (callee, stack): (&Part<'_>, &Stack<'_>), template: &mut Template) -> bool {
    let keeps_order = if callee.kind.key == "sns" { sns::is_fifo(callee, stack) } else { sqs::is_fifo(callee) };
    if keeps_order {
        let link = format!("{} -> {}", part.label(), callee.label());
        template.leave_out("Notifications of buckets to FIFO queues and topics, which S3 does not send", link);
    }
    !keeps_order
}

/// What is told of every new object.
fn notifications(told: &[&Part<'_>]) -> Option<Yaml> {
    let of = |service: &str, key: &str, name: fn(&Part<'_>) -> Yaml| {
        let callees = told.iter().filter(|callee| callee.kind.key == service);
        let each = callees.map(|callee| map([("Event", "s3:ObjectCreated:*".into()), (key, name(callee))]));
        Some(each.collect::<Vec<Yaml>>()).filter(|each| !each.is_empty())
    };
    let queues = of("sqs", "Queue", |queue| attribute(&queue.name, "Arn"));
    let topics = of("sns", "Topic", |topic| refer(&topic.name));
    let any = queues.is_some() || topics.is_some();
    any.then(|| map([]).maybe("QueueConfigurations", queues).maybe("TopicConfigurations", topics))
}

/// Lets distributions read.
fn edges(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let edges = stack.callers(part).filter(|caller| caller.kind.key == "cloudfront");
    let allowed = |edge: &Part<'_>| {
        let source =
            sub(format!("arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:distribution/${{{}}}", edge.name));
        map([("Effect", "Allow".into()), ("Principal", map([("Service", "cloudfront.amazonaws.com".into())]))])
            .with("Action", "s3:GetObject")
            .with("Resource", sub(format!("${{{}.Arn}}/*", part.name)))
            .with("Condition", map([("StringEquals", map([("AWS:SourceArn", source)]))]))
    };
    let statements: Vec<Yaml> = edges.map(allowed).collect();
    if !statements.is_empty() {
        let name = template.name(&format!("{}Policy", part.name));
        let properties = map([("Bucket", refer(&part.name)), ("PolicyDocument", document(statements))]);
        template.resource(&name, "AWS::S3::BucketPolicy", properties);
    }
}
