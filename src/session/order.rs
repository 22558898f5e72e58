//! What the engine's thread is told.

use super::past::Setup;
use crate::sim::network::{Fault, Index};
use crate::units::{SimTime, Span};

/// An order to it.
pub(super) enum Order {
    /// A new run from its start; it is paused or goes on as the run before it.
    Start(Box<Setup>),
    /// Goes on with other figures, or starts again if the structure is another.
    Retune(Box<Setup>),
    /// Go on.
    Run,
    /// Hold.
    Pause,
    /// Hold by itself at this moment, once; it may be told to go on from there.
    HoldAt(SimTime),
    /// Advance by this much, then hold.
    Advance(Span),
    /// Go back, or on, to a moment of the run, then hold.
    Seek(SimTime),
    /// Hold, and show a moment that is past; the run stays where it is until it goes on, or something is changed: then it
    /// goes on from there.
    Look(SimTime),
    /// Show the run where it is.
    LookAhead,
    /// Simulated seconds per second.
    Speed(f64),
    /// Something goes wrong at its time, or now if that is past.
    Inject(Fault),
    /// Keep the history of a site.
    Watch(Option<Index>),
    /// Tell what every site was like between two moments.
    Mark(Option<(SimTime, SimTime)>),
    /// No run any more.
    Stop,
}
