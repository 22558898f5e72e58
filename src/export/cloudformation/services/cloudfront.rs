//! CloudFront: a distribution in front of buckets and balancers.

use super::super::network::name_tag;
use super::super::stack::{Part, Stack};
use super::super::template::Template;
use super::super::yaml::{Yaml, attribute, choose, map, refer, sub, texts};
use super::{Kind, Seat, elb, no_ports};
use crate::catalog::{Geography, Value};

pub static KIND: Kind =
    Kind { key: "cloudfront", seat: Seat::Nowhere, ports: no_ports, called: None, taken: None, beside: "", write };

/// Managed policies "CachingOptimized" and "AllViewer" (CloudFront developer guide, 2026-10-01).
const CACHING: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const ALL_VIEWER: &str = "216adef6-5c7f-47e4-b989-5492eafa07d3";

/// The parameter for a certificate at the edge, and its condition.
const CERTIFICATE: (&str, &str) = ("EdgeCertificateArn", "HasEdgeCertificate");

fn write(part: &Part<'_>, stack: &Stack<'_>, template: &mut Template) {
    let origins: Vec<&Part<'_>> = stack.callees(part).filter(|to| is_bucket(to) || elb::domain(to).is_some()).collect();
    let Some((first, others)) = origins.split_first() else {
        return template.leave_out("Distributions without an origin", part.label());
    };
    let access = origins.iter().any(|origin| is_bucket(origin)).then(|| access_control(part, template));
    let paths: Vec<Yaml> = others.iter().map(|origin| behind_path(origin, part, template)).collect();
    let zone = stack.callers(part).find(|caller| caller.kind.key == "route53");
    let (aliases, certificate) = match zone {
        Some(zone) => named(&super::route53::domain(zone, stack), template),
        None => (None, None),
    };
    let config = map([("Enabled", Yaml::Flag(true)), ("Comment", super::super::template::tag(part.label()).into())])
        .with("HttpVersion", "http2and3")
        .with("PriceClass", price_class(part, stack))
        .maybe("Aliases", aliases)
        .maybe("ViewerCertificate", certificate)
        .with("Origins", origins.iter().map(|origin| source(origin, access.as_deref())).collect::<Vec<_>>())
        .with("DefaultCacheBehavior", behaviour(first))
        .maybe("CacheBehaviors", (!paths.is_empty()).then_some(paths));
    let properties = map([("DistributionConfig", config), ("Tags", name_tag(part.label()))]);
    template.resource(&part.name, "AWS::CloudFront::Distribution", properties);
    template.output(&format!("{}Domain", part.name), attribute(&part.name, "DomainName"));
}

/// The cheapest class whose edge locations are near the users.
fn price_class(part: &Part<'_>, stack: &Stack<'_>) -> &'static str {
    let far = |value: &Value| matches!(value, Value::Word(word) if word.contains("Asia Pacific"));
    let callers = stack.callers(part).flat_map(|caller| std::iter::once(caller).chain(stack.callers(caller)));
    let drawn = callers.map(|caller| stack.design.region_of(caller.node));
    let mut drawn = drawn.filter_map(Geography::of);
    let far = part.perhaps("price_class").as_ref().is_some_and(far) || drawn.any(|at| at == Geography::AsiaPacific);
    if far { "PriceClass_200" } else { "PriceClass_100" }
}

fn is_bucket(origin: &Part<'_>) -> bool {
    origin.kind.key == "s3"
}

fn access_control(part: &Part<'_>, template: &mut Template) -> String {
    let name = template.name(&format!("{}Access", part.name));
    let config = map([("Name", sub(format!("${{AWS::StackName}}-{}", part.id)))])
        .with("OriginAccessControlOriginType", "s3")
        .with("SigningBehavior", "always")
        .with("SigningProtocol", "sigv4");
    let properties = map([("OriginAccessControlConfig", config)]);
    template.resource(&name, "AWS::CloudFront::OriginAccessControl", properties);
    name
}

fn source(origin: &Part<'_>, access: Option<&str>) -> Yaml {
    let id = ("Id", origin.id.as_str().into());
    if is_bucket(origin) {
        return map([id, ("DomainName", attribute(&origin.name, "RegionalDomainName"))])
            .with("S3OriginConfig", map([("OriginAccessIdentity", "".into())]))
            .maybe("OriginAccessControlId", access.map(|name| attribute(name, "Id")));
    }
    let config = map([("OriginProtocolPolicy", "http-only".into())]);
    map([id, ("DomainName", attribute(&origin.name, "DNSName")), ("CustomOriginConfig", config)])
}

fn behaviour(origin: &Part<'_>) -> Yaml {
    let methods = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"];
    let methods = (!is_bucket(origin)).then(|| texts(methods));
    map([("TargetOriginId", origin.id.as_str().into()), ("ViewerProtocolPolicy", "redirect-to-https".into())])
        .with("CachePolicyId", CACHING)
        .maybe("OriginRequestPolicyId", (!is_bucket(origin)).then_some(ALL_VIEWER))
        .maybe("AllowedMethods", methods)
        .with("Compress", Yaml::Flag(true))
}

fn behind_path(origin: &Part<'_>, part: &Part<'_>, template: &mut Template) -> Yaml {
    let text =
        format!("{} sends /{}/* to {}, and the rest to its first origin", part.label(), origin.id, origin.label());
    template.assume(text);
    let Yaml::Map(mut entries) = behaviour(origin) else { unreachable!("a behaviour is a map") };
    entries.insert(0, ("PathPattern".to_owned(), format!("/{}/*", origin.id).into()));
    Yaml::Map(entries)
}

/// Its own name and certificate, where there is one.
fn named(domain: &Yaml, template: &mut Template) -> (Option<Yaml>, Option<Yaml>) {
    let (parameter, condition) = CERTIFICATE;
    let about = "ARN of a certificate of us-east-1 for the distribution's own name; empty for none";
    template.optional(parameter, condition, about);
    let certificate = map([("AcmCertificateArn", refer(parameter)), ("SslSupportMethod", "sni-only".into())])
        .with("MinimumProtocolVersion", "TLSv1.2_2021");
    let or_none = |value| choose(condition, value, refer("AWS::NoValue"));
    (Some(or_none([domain.clone()].into())), Some(or_none(certificate)))
}
