//! The resources of a template: which become nodes, which say something about others, which mean nothing here.

use super::links::Links;
use super::settings;
use super::tree::Tree;
use super::values::Values;
use crate::catalog;
use crate::import::draft::Draft;
use crate::import::words::{STATION, stands_in};
use crate::model::{Id, Point};
use std::collections::{BTreeMap, BTreeSet};

/// A resource of the template.
#[derive(Debug, Clone, Copy)]
pub struct Resource<'a> {
    /// Logical id.
    pub name: &'a str,
    /// Such as `AWS::SQS::Queue`.
    pub kind: &'a str,
    pub properties: &'a Tree,
    pub line: Option<usize>,
}

/// The template with what has been drawn of it.
pub struct Stack<'a, 'd> {
    pub values: Values<'a>,
    /// By logical id. What a condition leaves out is not among them.
    pub resources: BTreeMap<&'a str, Resource<'a>>,
    /// Nodes by the logical id of their resource.
    pub nodes: BTreeMap<&'a str, Id>,
    /// Nodes of Route 53 by their hosted zone.
    pub zones: BTreeMap<String, Id>,
    pub template: &'a Tree,
    pub draft: &'d mut Draft,
    /// Logical ids in the order of the text.
    order: Vec<&'a str>,
    /// Resources by type and property, and then by what the property mentions.
    saying: BTreeMap<(&'static str, &'static str), BTreeMap<&'a str, Vec<Resource<'a>>>>,
}

/// Properties by which resources are found from what they are about.
const ABOUT: &[(&str, &str)] = &[
    ("AWS::AutoScaling::ScalingPolicy", "AutoScalingGroupName"),
    ("AWS::ElasticLoadBalancingV2::Listener", "LoadBalancerArn"),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", "ListenerArn"),
    ("AWS::EC2::SubnetRouteTableAssociation", "SubnetId"),
    ("AWS::EC2::Route", "RouteTableId"),
    ("AWS::EC2::EIPAssociation", "AllocationId"),
    ("AWS::EC2::EIPAssociation", "EIP"),
    ("AWS::EC2::SecurityGroupIngress", "GroupId"),
    ("AWS::Lambda::Url", "TargetFunctionArn"),
    ("AWS::IAM::Policy", "Roles"),
    ("AWS::IAM::ManagedPolicy", "Roles"),
    ("AWS::AutoScaling::ScheduledAction", "AutoScalingGroupName"),
    ("AWS::AutoScaling::WarmPool", "AutoScalingGroupName"),
    ("AWS::CloudWatch::Alarm", "AlarmActions"),
    ("AWS::EFS::MountTarget", "FileSystemId"),
    ("AWS::EC2::EIP", "InstanceId"),
    ("AWS::EC2::EIPAssociation", "InstanceId"),
    ("AWS::RDS::DBInstance", "SourceDBInstanceIdentifier"),
    ("AWS::RDS::DBInstance", "DBClusterIdentifier"),
];

/// What becomes a node: the type and the services it may be, the first that the catalogue has. Where the catalogue has
/// no tile for what runs code or keeps data, it is a station, which stands for such things.
const NODES: &[(&str, &[&str])] = &[
    ("AWS::EC2::Instance", &["ec2"]),
    ("AWS::AutoScaling::AutoScalingGroup", &["asg"]),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", &["elb"]),
    ("AWS::ElasticLoadBalancing::LoadBalancer", &["elb"]),
    ("AWS::RDS::DBInstance", &["rds"]),
    ("AWS::RDS::DBCluster", &["aurora", "rds"]),
    ("AWS::ElastiCache::CacheCluster", &["elasticache"]),
    ("AWS::ElastiCache::ReplicationGroup", &["elasticache"]),
    ("AWS::ElastiCache::ServerlessCache", &["elasticache"]),
    ("AWS::SQS::Queue", &["sqs"]),
    ("AWS::SNS::Topic", &["sns", "station"]),
    ("AWS::S3::Bucket", &["s3"]),
    ("AWS::CloudFront::Distribution", &["cloudfront"]),
    ("AWS::EFS::FileSystem", &["efs", "station"]),
    ("AWS::EC2::Volume", &["ebs", "station"]),
    ("AWS::Lambda::Function", &["lambda", "station"]),
    ("AWS::Serverless::Function", &["lambda", "station"]),
    ("AWS::ECS::Service", &["fargate", "station"]),
    ("AWS::DynamoDB::Table", &["dynamodb", "station"]),
    ("AWS::Serverless::SimpleTable", &["dynamodb", "station"]),
    ("AWS::Kinesis::Stream", &["kinesis", "station"]),
    ("AWS::ApiGateway::RestApi", &["apigateway", "station"]),
    ("AWS::ApiGatewayV2::Api", &["apigateway", "station"]),
    ("AWS::Serverless::Api", &["apigateway", "station"]),
    ("AWS::Serverless::HttpApi", &["apigateway", "station"]),
];

/// What says something about other resources, or what the drawing has in another form: rules are links, subnets are
/// places, gateways and routes are what makes a subnet public.
const SUPPORTING: &[&str] = &[
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::EC2::NatGateway",
    "AWS::EC2::EIP",
    "AWS::EC2::EIPAssociation",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::LaunchTemplate",
    "AWS::AutoScaling::LaunchConfiguration",
    "AWS::AutoScaling::ScalingPolicy",
    "AWS::AutoScaling::ScheduledAction",
    "AWS::AutoScaling::WarmPool",
    "AWS::SecretsManager::Secret",
    "AWS::SecretsManager::SecretTargetAttachment",
    "AWS::Route53::HealthCheck",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::ElasticLoadBalancingV2::ListenerCertificate",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::RDS::DBSubnetGroup",
    "AWS::ElastiCache::SubnetGroup",
    "AWS::SQS::QueuePolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::S3::BucketPolicy",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::CloudFrontOriginAccessIdentity",
    "AWS::Route53::HostedZone",
    "AWS::Route53::RecordSet",
    "AWS::Route53::RecordSetGroup",
    "AWS::IAM::Role",
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::InstanceProfile",
    "AWS::EFS::MountTarget",
    "AWS::EC2::VolumeAttachment",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Url",
    "AWS::ECS::Cluster",
    "AWS::ECS::TaskDefinition",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::Method",
    "AWS::ApiGatewayV2::Stage",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Integration",
];

/// Most names that one remark lists.
const LISTED: usize = 5;

impl<'a, 'd> Stack<'a, 'd> {
    pub fn new(template: &'a Tree, draft: &'d mut Draft) -> Self {
        let region = region(template);
        if let Some(region) = &region {
            draft.region(None, region);
        }
        let values = Values::new(template, &draft.drawing().region);
        let entries = template.get("Resources").map(Tree::entries).unwrap_or_default();
        let mut stack = Self {
            values,
            resources: BTreeMap::new(),
            nodes: BTreeMap::new(),
            zones: BTreeMap::new(),
            template,
            draft,
            order: Vec::new(),
            saying: BTreeMap::new(),
        };
        for (name, tree) in entries {
            stack.take(name, tree);
        }
        for (kind, key) in ABOUT {
            let mut found: BTreeMap<&str, Vec<Resource<'_>>> = BTreeMap::new();
            for resource in stack.of(kind) {
                let about = stack.mentioned(&resource, key);
                about.into_iter().for_each(|name| found.entry(name).or_default().push(resource));
            }
            stack.saying.insert((*kind, *key), found);
        }
        stack
    }

    /// Resources of a type whose property mentions another one; pairs are those of `ABOUT`.
    pub fn saying(&self, kind: &'static str, key: &'static str, name: &str) -> &[Resource<'a>] {
        let found = self.saying.get(&(kind, key)).and_then(|found| found.get(name));
        found.map(Vec::as_slice).unwrap_or_default()
    }

    fn take(&mut self, name: &'a str, tree: &'a Tree) {
        let condition = tree.get("Condition").and_then(Tree::as_text);
        let Some(kind) = tree.get("Type").and_then(Tree::as_text) else {
            return self.draft.remark(tree.line, format!("\"{name}\" has no type, so it is left out"));
        };
        if condition.is_some_and(|condition| !self.values.holds(condition)) {
            if services(kind).is_some() {
                let text =
                    format!("\"{name}\" is left out: with the defaults of the parameters its condition is false");
                self.draft.remark(tree.line, text);
            }
            return;
        }
        let properties = tree.get("Properties").unwrap_or(&NOTHING);
        let resource = Resource { name, kind, properties, line: tree.line };
        if self.resources.insert(name, resource).is_none() {
            self.order.push(name);
        }
    }

    /// Resources in the order of the text.
    pub fn in_order(&self) -> impl Iterator<Item = Resource<'a>> {
        self.order.iter().map(|name| self.resources[name])
    }

    /// Resources of a type, in the order of the text.
    pub fn of(&self, kind: &str) -> impl Iterator<Item = Resource<'a>> {
        self.in_order().filter(move |resource| resource.kind == kind)
    }

    /// What a property of a resource mentions.
    pub fn mentioned(&self, resource: &Resource<'a>, key: &str) -> Vec<&'a str> {
        resource.properties.get(key).map(|value| self.values.mentions(value)).unwrap_or_default()
    }

    /// The type of a resource.
    pub fn kind(&self, name: &str) -> &'a str {
        self.resources.get(name).map_or("", |resource| resource.kind)
    }

    /// The service of the node of a resource.
    pub fn service(&self, name: &str) -> &str {
        let node = self.nodes.get(name).and_then(|id| self.draft.drawing().nodes.get(id));
        node.map_or("", |node| node.service.as_str())
    }

    /// Makes a node of each resource that is one, and lists what means nothing here.
    pub fn draw(&mut self) {
        let folded = self.folded();
        let mut unknown: BTreeMap<&str, Vec<Resource<'a>>> = BTreeMap::new();
        for resource in self.in_order().collect::<Vec<_>>() {
            if folded.contains(resource.name) {
                continue;
            }
            match services(resource.kind) {
                Some(keys) => self.node(&resource, keys),
                None if SUPPORTING.contains(&resource.kind) || self.moves_a_group(&resource) => {}
                None => unknown.entry(resource.kind).or_default().push(resource),
            }
        }
        for (kind, found) in unknown {
            let names: Vec<&str> = found.iter().take(LISTED).map(|resource| resource.name).collect();
            let more = found.len() - names.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            self.draft.remark(found[0].line, format!("{kind} has no counterpart here: {}{more}", names.join(", ")));
        }
    }

    /// Whether an alarm sets off a scaling policy.
    fn moves_a_group(&self, alarm: &Resource<'a>) -> bool {
        let actions = self.mentioned(alarm, "AlarmActions");
        alarm.kind == "AWS::CloudWatch::Alarm"
            && actions.iter().any(|name| self.kind(name) == "AWS::AutoScaling::ScalingPolicy")
    }

    /// Resources that are drawn as a part of another one: queues for what is set aside, instances of a cluster.
    fn folded(&self) -> BTreeSet<&'a str> {
        let used = self.used_queues();
        let aside = self.of("AWS::SQS::Queue").flat_map(|queue| {
            let found = self.mentioned(&queue, "RedrivePolicy");
            found.into_iter().filter(move |name| *name != queue.name)
        });
        let aside = aside.filter(|name| !used.contains(name) && !self.resources.get(name).is_some_and(is_named));
        let of_cluster = |instance: &Resource<'a>| instance.properties.get("DBClusterIdentifier").is_some();
        let rds = catalog::find("rds").is_some_and(|rds| rds.sheet().param("replicas").is_some());
        let copies =
            |instance: &Resource<'a>| rds && !self.mentioned(instance, "SourceDBInstanceIdentifier").is_empty();
        let members = self.of("AWS::RDS::DBInstance").filter(|instance| of_cluster(instance) || copies(instance));
        aside.chain(members.map(|instance| instance.name)).collect()
    }

    /// Queues that something sends to or takes from.
    fn used_queues(&self) -> BTreeSet<&'a str> {
        let says = |resource: &Resource<'a>| {
            resource.kind.starts_with("AWS::IAM::")
                || matches!(resource.kind, "AWS::Lambda::EventSourceMapping" | "AWS::SNS::Subscription")
        };
        let users = self.in_order().filter(says);
        let named = users.flat_map(|resource| self.values.mentions(resource.properties));
        named.filter(|name| self.kind(name) == "AWS::SQS::Queue").collect()
    }

    fn node(&mut self, resource: &Resource<'a>, keys: &[&'static str]) {
        let Some(key) = keys.iter().copied().find(|key| catalog::find(key).is_some()) else { return };
        let label = self.label(resource);
        let Some(id) = self.draft.node(key, label.as_str(), Point::default()) else { return };
        self.nodes.insert(resource.name, id.clone());
        if key == STATION {
            let kind = resource.kind.trim_start_matches("AWS::").replace("::", " ");
            self.draft.remark(resource.line, stands_in(&label, &kind));
        }
        for (key, value) in settings::of(self, resource) {
            self.draft.set(resource.line, &id, (key, &value));
        }
    }

    /// The name that a resource has in consoles, else its logical id in words.
    pub fn label(&self, resource: &Resource<'a>) -> String {
        let key = if resource.kind == "AWS::EFS::FileSystem" { "FileSystemTags" } else { "Tags" };
        let tags = self.values.list(resource.properties, key);
        let name = tags.iter().find(|tag| tag.get("Key").and_then(Tree::as_text) == Some("Name"));
        let name = name.and_then(|tag| self.values.text(tag, "Value")).filter(|name| !name.trim().is_empty());
        name.unwrap_or_else(|| words(resource.name))
    }

    /// Draws links.
    pub fn join(&mut self, links: &Links<'a>) {
        for (line, from, to) in links.iter() {
            let (Some(from), Some(to)) = (self.nodes.get(from).cloned(), self.nodes.get(to).cloned()) else { continue };
            self.draft.link(line, (&from, &to), "");
        }
    }
}

static NOTHING: Tree = Tree { line: None, kind: super::tree::Kind::Null };

/// Whether a resource has a name of its own in consoles.
fn is_named(resource: &Resource<'_>) -> bool {
    let tags = resource.properties.get("Tags").map(Tree::items).unwrap_or_default();
    tags.iter().any(|tag| tag.get("Key").and_then(Tree::as_text) == Some("Name"))
}

/// The services that a type may be, best first.
fn services(kind: &str) -> Option<&'static [&'static str]> {
    NODES.iter().find(|(known, _)| *known == kind).map(|(_, keys)| *keys)
}

/// The region that Availability Zones name, if they name one.
fn region(template: &Tree) -> Option<String> {
    let zone = find_zone(template.get("Resources")?)?;
    Some(zone[..zone.len() - 1].to_owned())
}

/// The first Availability Zone that is written out: `us-east-1a`.
fn find_zone(tree: &Tree) -> Option<&str> {
    let own = tree.entries().iter().filter(|(key, _)| key.starts_with("AvailabilityZone"));
    let texts = own.flat_map(|(_, value)| std::iter::once(value).chain(value.items()));
    let found = texts.filter_map(Tree::as_text).find(|text| is_zone(text));
    found.or_else(|| tree.children().find_map(find_zone))
}

/// Whether a text is spelled like the name of an Availability Zone.
pub fn is_zone(text: &str) -> bool {
    let mut parts = text.split('-');
    let ends = |part: &str| matches!(part.as_bytes(), [b'0'..=b'9', b'a'..=b'z']);
    text.is_ascii()
        && parts.next().is_some_and(|part| part.len() == 2)
        && parts.next_back().is_some_and(ends)
        && text.len() < 30
}

/// A logical id in words: `WebServerGroup` becomes `Web Server Group`.
pub fn words(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, &c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1);
        let begins = before.is_some_and(|before| {
            let rises = c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
            let ends_short =
                c.is_ascii_uppercase() && before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase);
            rises || ends_short
        });
        if begins {
            out.push(' ');
        }
        out.push(c);
    }
    out
}
