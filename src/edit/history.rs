//! Steps that were done and undone. Edits during a gesture are one step; a cancelled gesture leaves no trace.

use super::diff::Diff;
use crate::model::Design;
use std::collections::VecDeque;

/// Steps that can be undone; older ones are forgotten.
const LONGEST: usize = 1_000;

/// The past of a design, and the future that was undone.
#[derive(Debug, Clone, Default)]
pub struct History {
    done: VecDeque<Step>,
    undone: Vec<Step>,
    gesture: Option<Diff>,
    /// Serial of the last step given out.
    last: u64,
    /// Serial of the state before the oldest step that is remembered.
    base: u64,
    /// Serial of the state that was saved.
    saved: u64,
}

/// A step, and the serial of the state that it leads to.
#[derive(Debug, Clone)]
struct Step {
    serial: u64,
    diff: Diff,
}

impl History {
    /// Takes in what a command did. During a gesture it joins the gesture; else it is a step. What was undone before
    /// can no longer be redone.
    pub fn record(&mut self, diff: Diff) {
        if diff.is_empty() {
            return;
        }
        match &mut self.gesture {
            Some(gesture) => gesture.absorb(diff),
            None => self.push(diff),
        }
    }

    fn push(&mut self, diff: Diff) {
        self.undone.clear();
        self.last += 1;
        self.done.push_back(Step { serial: self.last, diff });
        if self.done.len() > LONGEST
            && let Some(oldest) = self.done.pop_front()
        {
            self.base = oldest.serial;
        }
    }

    /// A gesture begins: what is recorded until its end is one step. A gesture that is still open ends first.
    pub fn begin(&mut self) {
        self.end();
        self.gesture = Some(Diff::default());
    }

    /// The gesture is done. Nothing happens if none is open or if it changed nothing.
    pub fn end(&mut self) {
        if let Some(gesture) = self.gesture.take()
            && !gesture.is_empty()
        {
            self.push(gesture);
        }
    }

    /// The gesture is given up: the design is put back as it was at its beginning. Tells what was taken back.
    pub fn cancel(&mut self, design: &mut Design) -> Option<Diff> {
        let gesture = self.gesture.take()?;
        gesture.revert(design);
        Some(gesture)
    }

    /// Whether a gesture is open.
    pub fn in_gesture(&self) -> bool {
        self.gesture.is_some()
    }

    /// Takes the last step back, an open gesture included; tells what changed, `None` if there was nothing.
    pub fn undo(&mut self, design: &mut Design) -> Option<&Diff> {
        self.end();
        let step = self.done.pop_back()?;
        step.diff.revert(design);
        self.undone.push(step);
        self.undone.last().map(|step| &step.diff)
    }

    /// Does the step that was undone last again; tells what changed, `None` if there was nothing.
    pub fn redo(&mut self, design: &mut Design) -> Option<&Diff> {
        self.end();
        let step = self.undone.pop()?;
        step.diff.replay(design);
        self.done.push_back(step);
        self.done.back().map(|step| &step.diff)
    }

    /// Names of the steps that can be undone, latest first.
    pub fn done(&self) -> impl Iterator<Item = &str> {
        self.done.iter().rev().map(|step| step.diff.name.as_str())
    }

    /// Names of the steps that can be redone, the next one first.
    pub fn undone(&self) -> impl Iterator<Item = &str> {
        self.undone.iter().rev().map(|step| step.diff.name.as_str())
    }

    /// What undo would take back.
    pub fn undo_name(&self) -> Option<&str> {
        self.done.back().map(|step| step.diff.name.as_str())
    }

    /// What redo would bring back.
    pub fn redo_name(&self) -> Option<&str> {
        self.undone.last().map(|step| step.diff.name.as_str())
    }

    /// The serial of the design as it is now, for [`History::mark_saved`]; a gesture that is open ends.
    pub fn settled(&mut self) -> u64 {
        self.end();
        self.state()
    }

    /// The design as it was at this serial was saved.
    pub fn mark_saved(&mut self, serial: u64) {
        self.saved = serial;
    }

    /// The design as it is now is in no file, whatever is undone: a recovered one, for instance.
    pub fn mark_unsaved(&mut self) {
        self.saved = u64::MAX;
    }

    /// Whether the design differs from what was saved last.
    pub fn is_dirty(&self) -> bool {
        self.saved != self.state() || self.gesture.as_ref().is_some_and(|gesture| !gesture.is_empty())
    }

    fn state(&self) -> u64 {
        self.done.back().map_or(self.base, |step| step.serial)
    }
}
