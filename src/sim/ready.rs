//! Frames whose turn has come, first come first.
//!
//! Nearly always there is none or one, so the first has a place of its own and the ring is for the others.

use super::frame::{FrameId, NONE};
use std::collections::VecDeque;

/// Frames whose turn has come.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    /// The first, or none; then there may yet be others, which came after one that has gone.
    first: FrameId,
    others: VecDeque<FrameId>,
}

impl Default for Ready {
    fn default() -> Self {
        Self { first: NONE, others: VecDeque::new() }
    }
}

impl Ready {
    #[inline(always)]
    pub(super) fn push_back(&mut self, id: FrameId) {
        if self.first == NONE && self.others.is_empty() {
            self.first = id;
        } else {
            self.push_behind(id);
        }
    }

    #[cold]
    fn push_behind(&mut self, id: FrameId) {
        self.others.push_back(id);
    }

    #[inline(always)]
    pub(super) fn pop_front(&mut self) -> Option<FrameId> {
        if self.first != NONE {
            return Some(std::mem::replace(&mut self.first, NONE));
        }
        if self.others.is_empty() { None } else { self.others.pop_front() }
    }

    /// Takes out a frame that is lost before its turn; nothing happens if it is not there.
    #[cold]
    pub(super) fn remove(&mut self, id: FrameId) {
        if self.first == id {
            self.first = NONE;
        } else {
            self.others.retain(|other| *other != id);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first == NONE && self.others.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_came_first_goes_first() {
        let mut ready = Ready::default();
        assert_eq!(ready.pop_front(), None);
        for id in 1..4 {
            ready.push_back(id);
        }
        assert_eq!(ready.pop_front(), Some(1));
        ready.push_back(4);
        let rest: Vec<FrameId> = std::iter::from_fn(|| ready.pop_front()).collect();
        assert!(rest == [2, 3, 4] && ready.is_empty());
        for id in 1..5 {
            ready.push_back(id);
        }
        for lost in [1, 3, 7] {
            ready.remove(lost);
        }
        let rest: Vec<FrameId> = std::iter::from_fn(|| ready.pop_front()).collect();
        assert!(rest == [2, 4] && ready.is_empty());
    }
}
