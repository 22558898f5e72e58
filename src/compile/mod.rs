//! From a drawing and a scenario to a network that the engine runs.
//!
//! Never fails: what cannot run becomes a note, and the rest runs. Absent: anything that runs.

use crate::model::{Design, Id};
use crate::scenario::Scenario;
use crate::sim::network::{Fault, Index, Network};
use std::collections::BTreeMap;

/// A network, and what of the drawing became what of it.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// For the engine.
    pub network: Network,
    /// Site of each node that runs.
    pub sites: BTreeMap<Id, Index>,
    /// Link of the network for each link of the drawing that carries calls or messages.
    pub links: BTreeMap<Id, Index>,
    /// Letters of the zones by number.
    pub zones: Vec<String>,
    /// What did not become part of the network, and why.
    pub notes: Vec<Note>,
}

/// Something that the run leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The node or link it is about.
    pub about: Id,
    /// What and why.
    pub text: String,
}

/// Compiles a drawing under a scenario.
pub fn compile(_design: &Design, _scenario: &Scenario) -> Plan {
    todo!()
}

/// A fault in the terms of a plan; `None` if what it names is not part of it.
pub fn fault(_plan: &Plan, _fault: &crate::scenario::Fault) -> Option<Fault> {
    todo!()
}
