//! From a drawing and a scenario to a network that the engine runs.
//!
//! Each node's service gives a blueprint; the links of the drawing join the blueprints. Never fails: what cannot run becomes
//! a [`Note`], and the rest runs. Absent: anything that runs.

mod calls;
mod carts;
mod data;
mod graft;
mod lower;
mod names;
mod route;
mod traffic;

pub use graft::onto;

use crate::catalog;
use crate::model::{Design, Id};
use crate::scenario::files::Files;
use crate::scenario::{self, Scenario};
use crate::sim::network::{Fault, Harm, Index, Network};
use crate::words::t;
use std::collections::BTreeMap;

/// A network, and what of the drawing became what of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// For the engine.
    pub network: Network,
    /// Site of each node that runs.
    pub sites: BTreeMap<Id, Index>,
    /// Link of the network for each link of the drawing that carries calls or messages.
    pub links: BTreeMap<Id, Index>,
    /// What did not become part of the network, and why.
    pub notes: Vec<Note>,
}

/// Something that the run leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The node or link it is about; `None` for the scenario.
    pub about: Option<Id>,
    /// What and why.
    pub text: String,
}

/// Compiles a drawing under a scenario that names no files.
pub fn compile(design: &Design, scenario: &Scenario) -> Plan {
    compile_with(design, scenario, &Files::default())
}

/// Compiles a drawing under a scenario, with what the files hold that it names.
pub fn compile_with(design: &Design, scenario: &Scenario, files: &Files) -> Plan {
    let mut plan = lower::Lowering::new(design, scenario, files).finish();
    for planned in &scenario.faults {
        match fault(&plan, planned) {
            Some(fault) => plan.network.faults.push(fault),
            None => {
                let text =
                    t!("Fault \"{words}\" names nothing that can fail in this drawing.", words = planned.harm.words());
                plan.notes.push(Note { about: None, text });
            }
        }
    }
    plan
}

/// A fault in the terms of a plan; `None` if what it names is not part of it.
pub fn fault(plan: &Plan, fault: &scenario::Fault) -> Option<Fault> {
    let harm = match &fault.harm {
        scenario::Harm::Crash { node, count } => Harm::Crash { pool: pool(plan, node)?, count: *count },
        scenario::Harm::Resize { node, to } => resize(plan, node, to)?,
        scenario::Harm::Interrupt { node, count } => Harm::Interrupt { pool: pool(plan, node)?, count: *count },
        scenario::Harm::Stop { node } => Harm::Stop { pool: pool(plan, node)? },
        scenario::Harm::Terminate { node, count } => Harm::Terminate { pool: pool(plan, node)?, count: *count },
        scenario::Harm::Unlist { node, target } => unlist(plan, node, target)?,
        scenario::Harm::ZoneOutage { zone } => {
            Harm::ZoneOutage(plan.network.zones.iter().position(|letter| letter == zone)? as u8)
        }
        scenario::Harm::Failover { node } => {
            let site = *plan.sites.get(&Id::new(node)?)?;
            let pool = plan.network.sites[site as usize].pool?;
            plan.network.clusters.iter().any(|cluster| cluster.pool == pool).then_some(Harm::Failover { pool })?
        }
        scenario::Harm::Flush { node } => {
            let site = *plan.sites.get(&Id::new(node)?)?;
            plan.network.caches.iter().any(|cache| cache.site == site).then_some(Harm::Flush(site))?
        }
        scenario::Harm::Slow { node, factor } => {
            let site = *plan.sites.get(&Id::new(node)?)?;
            let source = plan.network.sources.iter().any(|source| source.site == site);
            let factor = Some(*factor).filter(|factor| scenario::SLOWNESS.contains(factor) && !source)?;
            Harm::Slow { site, factor }
        }
    };
    Some(Fault { at: fault.at, lasts: fault.lasts, harm })
}

/// The pool of a node.
fn pool(plan: &Plan, node: &str) -> Option<Index> {
    let site = *plan.sites.get(&Id::new(node)?)?;
    plan.network.sites[site as usize].pool
}

/// Another type for the instances of a node.
fn resize(plan: &Plan, node: &str, to: &str) -> Option<Harm> {
    let pool = pool(plan, node)?;
    let types = &catalog::find("ec2")?.sheet().types;
    let kind = types.iter().find(|kind| kind.name == to)?;
    let now = &plan.network.pools[pool as usize];
    now.fleet.then(|| Harm::Resize { pool, size: catalog::resized(now.size(), kind) })
}

/// A target that a name service leaves out.
fn unlist(plan: &Plan, node: &str, target: &str) -> Option<Harm> {
    let site = |name: &str| Some(*plan.sites.get(&Id::new(name)?)?);
    let (names, target) = (site(node)?, site(target)?);
    let resolver = plan.network.resolvers.iter().position(|resolver| resolver.site == names)?;
    let mut links = plan.network.resolvers[resolver].links.iter().copied();
    let link = links.find(|&link| plan.network.links[link as usize].to == target)?;
    Some(Harm::Unlist { resolver: resolver as Index, link })
}

impl Plan {
    /// The node of a site.
    pub fn node_of(&self, site: Index) -> Option<&Id> {
        self.sites.iter().find(|&(_, &at)| at == site).map(|(id, _)| id)
    }
}
