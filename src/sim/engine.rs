//! stub
use super::network::{Fault, Index, Network};
use super::report::Report;
use super::snapshot::Snapshot;
use crate::units::SimTime;

/// A running network. `Clone` is a checkpoint.
#[derive(Debug, Clone)]
pub struct Engine {}

impl Engine {
    /// A network at its start, with its faults planned.
    pub fn new(_network: Network, _seed: u64) -> Self {
        todo!()
    }
    /// The simulated moment.
    pub fn now(&self) -> SimTime {
        todo!()
    }
    /// Events processed.
    pub fn events(&self) -> u64 {
        todo!()
    }
    /// Runs up to and including `until`.
    pub fn run_until(&mut self, _until: SimTime) {
        todo!()
    }
    /// Processes one event and everything that follows from it in no time.
    pub fn step(&mut self) {
        todo!()
    }
    /// Starts measuring anew, at the end of a warm-up: what [`Engine::report`] covers begins now.
    pub fn forget(&mut self) {
        todo!()
    }
    /// Makes something go wrong; `at` is counted from the start of the run and may not lie in the past.
    pub fn inject(&mut self, _fault: Fault) {
        todo!()
    }
    /// Goes on with other figures for the same structure. `Err` gives the network back if sites, pools or links differ.
    pub fn retune(&mut self, _network: Network) -> Result<(), Network> {
        todo!()
    }
    /// Keeps the history of one site in the snapshots.
    pub fn watch(&mut self, _site: Option<Index>) {
        todo!()
    }
    /// The state now, for a window. Prices are zero.
    pub fn snapshot(&self) -> Snapshot {
        todo!()
    }
    /// The figures since the start, or since [`Engine::forget`].
    pub fn report(&self) -> Report {
        todo!()
    }
    /// The network that it runs.
    pub fn network(&self) -> &Network {
        todo!()
    }
}
