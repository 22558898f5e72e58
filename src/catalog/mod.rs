//! The catalogue: what each AWS service takes, does and costs.
//!
//! A service is one file in `services/`, one word in the list there, one data file in `assets/catalog` and one icon in
//! `assets/icons`. Parameters, defaults, help, figures and prices stand in the data file with source and date; the Rust
//! file says what they do: which primitives a node becomes and what it is charged for.
//!
//! The catalogue knows no design and no panel, and holds no price in code.

mod blueprint;
mod calls;
mod commitments;
mod gateways;
mod machine;
pub mod mix;
pub mod objects;
mod service;
mod services;
mod settings;
mod sheet;
mod value;

pub use blueprint::{
    BalancerPlan, Blueprint, BucketPlan, BufferPlan, CachePlan, CartPlan, ClusterPlan, Op, PacerPlan, PoolPlan,
    ResolverPlan, ScalerPlan, ShelfPlan, SourcePlan, StationPlan,
};
pub use calls::{Calls, Flow};
pub use commitments::{Commitment, CommittedPrice, PAYMENTS, PLANS, committed_price};
pub use gateways::nat_gateway;
pub use machine::resized;
pub use service::{Charge, Face, Geography, Meter, Near, Pricing, Service, Tie};
pub use services::ALL;
pub use settings::Settings;
pub use sheet::{
    Allowance, Category, Confidence, InstanceType, Param, Price, Quote, Sheet, link_sheet, network_sheet, place_sheet,
    sells,
};
pub use value::{Kind, Value, ValueError};

/// The service with this key, such as `ec2`.
pub fn find(key: &str) -> Option<&'static Service> {
    ALL.iter().copied().find(|service| service.key == key)
}

/// Reads the schedule of an Auto Scaling group: "08:00 min 4 max 20, 20:00 min 1"; `None` if it is not understood.
pub fn planned(text: &str) -> Option<Vec<crate::sim::group::Planned>> {
    services::asg::planned(text)
}

/// The letters of a region's Availability Zones; `None` for a region that is not known. AWS Regions and Availability Zones
/// (2026-10-01): six in us-east-1, four in ap-northeast-2.
pub fn zones_of(region: &str) -> Option<&'static str> {
    match region {
        "us-east-1" => Some("abcdef"),
        "ap-northeast-2" => Some("abcd"),
        _ => None,
    }
}

/// Regions that the catalogue has prices for.
pub const REGIONS: [&str; 2] = ["us-east-1", "ap-northeast-2"];
