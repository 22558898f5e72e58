//! What private subnets are charged for their ways out. They are not drawn: a subnet has a NAT gateway when something in it
//! calls what stands outside of its network, and no endpoint leads there.
//!
//! Absent: one NAT gateway for several zones, interface endpoints, transit gateways, and the limits of gateways.

use super::service::{Charge, Meter};

/// A NAT gateway: its hours, what passes it, and its address.
pub fn nat_gateway() -> Vec<Charge> {
    vec![
        Charge::new("network", "NAT gateway", Meter::Hours, 1.0),
        Charge::new("network", "NAT gateway data", Meter::BytesThroughGateway, 1e-9),
        Charge::new("ec2", "public IPv4 address", Meter::Hours, 1.0),
    ]
}
