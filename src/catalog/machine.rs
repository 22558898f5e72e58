//! What an instance type is to the engine: processors, speed, memory and CPU credits.

use super::settings::Settings;
use super::sheet::InstanceType;
use crate::sim::network::{CreditRules, Memory, Size, Surplus, WhenFull};

/// Nanoseconds of one vCPU in a credit. EC2 user guide, burstable performance instances (2023-06-15).
const CREDIT: f64 = 60e9;
/// Launch credits per vCPU of a T2 in standard mode; the others have none. EC2 user guide (2023-06-15).
const LAUNCH_CREDITS: f64 = 30.0;

/// The rules for the credits of a type, if it lives on them. EC2 user guide (2023-06-15): a type earns its baseline, saves
/// up what it earns in a day, and T2 loses its credits at a stop.
fn credits(kind: &InstanceType, mode: &str, start: Option<u64>) -> Option<CreditRules> {
    let baseline = kind.baseline?;
    let t2 = kind.name.starts_with("t2.");
    let earns = baseline * kind.vcpu;
    let unlimited = if mode == "by type" { !t2 } else { mode == "unlimited" };
    Some(CreditRules {
        earns,
        most: earns * 86_400e9,
        launch: if t2 { kind.vcpu * LAUNCH_CREDITS * CREDIT } else { 0.0 },
        kept: !t2,
        surplus: if unlimited { Surplus::Charged } else { Surplus::Refused },
        start: start.map(|credits| credits as f64 * CREDIT),
    })
}

/// The rules for the credits of a class of another service: those of the EC2 type that it is named after, as `db.t3.micro`
/// and `cache.t3.micro` are.
pub(super) fn credits_of_class(class: &InstanceType, mode: &str) -> Option<CreditRules> {
    let (_, name) = class.name.split_once('.')?;
    let kind = super::sheet::types("ec2").iter().find(|kind| kind.name == name)?;
    credits(kind, mode, None)
}

/// The place of an instance type among those on offer.
fn number(kind: &InstanceType) -> u32 {
    super::sheet::number("ec2", &kind.name)
}

/// The size of the instances that EC2 and Auto Scaling groups share the settings of.
pub(super) fn size(s: &Settings<'_>) -> Size {
    let kind = s.instance_type("type");
    let memory = Memory {
        total: kind.memory().0,
        base: s.bytes("memory_base").0,
        request: s.bytes("memory_request").0,
        session: s.bytes("memory_session").0,
        when_full: if s.word("memory_full") == "killed" { WhenFull::Kill } else { WhenFull::Refuse },
    };
    let credits = credits(kind, &s.word("credits"), s.maybe_count("credits_at_start"));
    Size { kind: number(kind), cores: kind.vcpu, speed: kind.speed, memory, credits, workers: None, room: None }
}

/// The same instances with another type.
pub fn resized(size: Size, to: &InstanceType) -> Size {
    let mode = match size.credits.map(|rules| rules.surplus) {
        Some(Surplus::Refused) => "standard",
        Some(Surplus::Charged) => "unlimited",
        None => "by type",
    };
    let memory = Memory { total: to.memory().0, ..size.memory };
    Size { kind: number(to), cores: to.vcpu, speed: to.speed, memory, credits: credits(to, mode, None), ..size }
}

/// Whether the instances are charged for credits that they have not earned.
pub(super) fn may_owe(s: &Settings<'_>) -> bool {
    size(s).credits.is_some_and(|rules| rules.surplus == Surplus::Charged)
}
