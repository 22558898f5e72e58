//! What each service becomes in a template: one file per service. A service without a file is listed in the head.

use super::access::Grant;
use super::stack::{Part, Stack};
use super::template::Template;

mod scaling;
mod servers;

/// Declares the modules and the list that everything else reads.
macro_rules! kinds {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        /// Every service that a template expresses, in the order of its resources.
        pub static ALL: &[&Kind] = &[$(&$name::KIND),*];
    };
}

kinds![rds, aurora, elasticache, efs, ebs, s3, sqs, sns, ec2, asg, elb, cloudfront, route53];

/// What a service is in a template.
pub struct Kind {
    /// Key of the service.
    pub key: &'static str,
    /// Where its network interfaces stand.
    pub seat: Seat,
    /// What its callers connect to.
    pub ports: fn(&Part<'_>) -> Vec<u16>,
    /// What a server needs that calls it.
    pub called: Option<Grant>,
    /// What a server needs that takes from it.
    pub taken: Option<Grant>,
    /// What the name of another resource ends in that others refer to; empty if there is none.
    pub beside: &'static str,
    /// Adds its resources.
    pub write: fn(&Part<'_>, &Stack<'_>, &mut Template),
}

/// Where the network interfaces of a service stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// In no VPC.
    Nowhere,
    /// In a subnet of each zone; public if it is called from outside.
    Balancer,
    /// Where its servers stand.
    Server,
    /// In a group of private subnets.
    Data,
}

/// No ports: what has no network interface.
fn no_ports(_: &Part<'_>) -> Vec<u16> {
    Vec::new()
}

/// Why a service is not in a template.
pub fn why_not(service: &str) -> &'static str {
    match service {
        "users" => "Users, who are not part of a stack",
        "station" => "Your own services and machines",
        _ => "Services that this export does not know",
    }
}
