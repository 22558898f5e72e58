//! EC2: one instance that runs your code. Absent: volumes, network limits, and the files on its disk.

use crate::catalog::blueprint::{Blueprint, CartPlan, Op, PoolPlan, ShelfPlan};
use crate::catalog::{Charge, Face, Meter, Settings, machine};
use crate::sim::names::Address;
use crate::sim::network::{Discipline, Size};
use crate::units::Span;

super::service! { "ec2",
    face: Face::Server,
    calls: CALLS,
    lower: lower,
    charges: own_charges,
    status: |s| s.word("type"),
}

fn lower(s: &Settings<'_>) -> Blueprint {
    let address = if has_elastic_ip(s) { Address::Fixed } else { Address::Changing };
    let pool = PoolPlan { address, ..pool(s, 1, 1) };
    Blueprint { program: program(s), pool: Some(pool), cart: cart(s), ..Blueprint::default() }
}

fn has_elastic_ip(s: &Settings<'_>) -> bool {
    s.word("address") == "Elastic IP"
}

/// What code on an instance may call.
pub(super) const CALLS: &[Face] =
    &[Face::Balancer, Face::Server, Face::Queue, Face::Topic, Face::Database, Face::Cache, Face::Store, Face::Files];

/// Most bytes of a cookie. RFC 6265 asks browsers for at least 4096 bytes, and they give no more.
const COOKIE: u64 = 4_096;

/// A request takes a worker and keeps it while it computes and, unless its handler is asynchronous, while it waits for what
/// it calls.
pub(super) fn program(s: &Settings<'_>) -> Vec<Op> {
    let mut program = match cart(s).map(|plan| plan.shelf) {
        None => vec![Op::Acquire],
        // A cookie arrives with the request, before there is a worker for it.
        Some(ShelfPlan::Cookie) => vec![Op::Cart, Op::Acquire, Op::Validate("validate", s.work("cookie_work"))],
        Some(_) => vec![Op::Acquire, Op::Cart],
    };
    program.push(Op::Work("work", s.work("work")));
    program.extend(calling(s));
    program
}

/// What follows the work: calls, and perhaps an error. The worker is given back before them or after them.
pub(super) fn calling(s: &Settings<'_>) -> Vec<Op> {
    let errors = Op::Err(s.share("errors").0);
    match s.word("while_calling").as_str() {
        "frees its worker" => vec![Op::Release, Op::CallAll, errors],
        _ => vec![Op::CallAll, errors, Op::Release],
    }
}

/// The carts that instances keep, or that travel to them.
pub(super) fn cart(s: &Settings<'_>) -> Option<CartPlan> {
    let shelf = match s.word("cart").as_str() {
        "in memory" => ShelfPlan::Memory,
        "in a cookie" => ShelfPlan::Cookie,
        "in a store" => ShelfPlan::Store,
        _ => return None,
    };
    let adds = s.word("cart_adds");
    Some(CartPlan {
        shelf,
        adds: adds.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        item: s.bytes("cart_item").0,
        limit: COOKIE,
        uplink: s.bytes("uplink").0 as f64,
        tampered: s.share("tampered").0,
    })
}

/// From launch to in service: what the image has ready, or what user data installs first.
fn boot(s: &Settings<'_>) -> Span {
    if s.word("boots") == "user data" { s.span("boot") + s.span("boot_user_data") } else { s.span("boot") }
}

/// Servers by the settings that EC2 and Auto Scaling groups share.
pub(super) fn pool(s: &Settings<'_>, servers: u32, zones: u32) -> PoolPlan {
    let Size { kind, cores, speed, memory, credits, .. } = machine::size(s);
    PoolPlan {
        servers,
        zones,
        workers: s.count("workers") as u32,
        queue: s.count("queue") as u32,
        discipline: Discipline::Fifo,
        drops: false,
        station: None,
        cores,
        speed,
        boot: boot(s),
        stop: s.span("stop"),
        address: Address::None,
        memory,
        credits,
        restart: s.span("restart"),
        kind,
        backup: None,
    }
}

/// An Elastic IP is charged whether its instance runs or not, and whoever reaches it.
fn own_charges(s: &Settings<'_>) -> Vec<Charge> {
    let mut charges = charges(s);
    if has_elastic_ip(s) {
        charges.retain(|charge| charge.meter != Meter::PublicHours);
        charges.push(Charge::new("ec2", "public IPv4 address", Meter::Hours, 1.0));
    }
    charges
}

/// Server hours of the instance type, credits beyond those earned, and what leaves for the internet.
pub(super) fn charges(s: &Settings<'_>) -> Vec<Charge> {
    let mut charges = Charge::servers("ec2", &s.word("type"), s.commitment());
    charges.push(Charge::new("ec2", "public IPv4 address", Meter::PublicHours, 1.0));
    charges.push(Charge::new("network", "data out to the internet", Meter::BytesOut, 1e-9));
    charges.push(Charge::new("network", "data between zones", Meter::BytesAcross, 1e-9));
    if machine::may_owe(s) {
        let item = if s.word("type").starts_with("t4g.") { "T4g CPU credits" } else { "CPU credits" };
        charges.push(Charge::new("ec2", format!("{item} beyond those earned"), Meter::SurplusHours, 1.0));
    }
    charges
}
