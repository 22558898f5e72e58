//! From a drawing and a scenario to a network that the engine runs.
//!
//! Each node's service gives a blueprint; the links of the drawing join the blueprints. Never fails: what cannot run becomes
//! a [`Note`], and the rest runs. Absent: anything that runs.

mod calls;
mod carts;
mod data;
mod distance;
mod faults;
mod graft;
mod hourly;
mod lower;
mod names;
mod route;
mod targets;
mod traffic;

pub use faults::{fault, possible};
pub use graft::onto;

use crate::model::{Design, Id, Node};
use crate::scenario::Scenario;
use crate::scenario::files::Files;
use crate::sim::network::{Index, Network};
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
    /// Nodes whose instance class, once it is another one, says more than their settings tell: databases and caches.
    pub classed: BTreeMap<Id, Node>,
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

impl Plan {
    /// The node of a site.
    pub fn node_of(&self, site: Index) -> Option<&Id> {
        self.sites.iter().find(|&(_, &at)| at == site).map(|(id, _)| id)
    }
}
