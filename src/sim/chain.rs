//! Those who wait at a server: a chain through their frames, so that it takes no memory of its own, and who is taken out of
//! it has been read already.

use super::frame::{FrameId, Frames, NONE};

/// Frames in the order in which they came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    first: FrameId,
    last: FrameId,
    len: u32,
}

impl Default for Chain {
    fn default() -> Self {
        Self { first: NONE, last: NONE, len: 0 }
    }
}

impl Chain {
    /// How many wait.
    #[inline(always)]
    pub(super) fn len(&self) -> u32 {
        self.len
    }

    /// Who came first.
    #[inline(always)]
    pub(super) fn first(&self) -> Option<FrameId> {
        (self.len > 0).then_some(self.first)
    }

    #[inline(always)]
    pub(super) fn push_back(&mut self, frames: &mut Frames, id: FrameId) {
        if self.len == 0 {
            self.first = id;
        } else {
            frames[self.last].next = id;
            frames[id].before = self.last;
        }
        self.last = id;
        self.len += 1;
    }

    #[inline(always)]
    pub(super) fn pop_front(&mut self, frames: &Frames) -> Option<FrameId> {
        let first = self.first()?;
        self.len -= 1;
        self.first = frames[first].next;
        Some(first)
    }

    #[inline(never)]
    pub(super) fn pop_back(&mut self, frames: &Frames) -> Option<FrameId> {
        self.first()?;
        self.len -= 1;
        let last = self.last;
        self.last = frames[last].before;
        Some(last)
    }

    /// Nobody waits any more.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::frame::Frame;
    use crate::units::SimTime;
    use std::collections::VecDeque;

    #[test]
    fn does_what_a_queue_does() {
        let (mut frames, mut chain, mut queue) = (Frames::default(), Chain::default(), VecDeque::new());
        for step in 0..1_000u32 {
            if step * step % 7 < 4 {
                let id = frames.add(Frame::at(0, 0, SimTime::ZERO));
                chain.push_back(&mut frames, id);
                queue.push_back(id);
            } else if step % 3 == 0 {
                assert_eq!(chain.pop_back(&frames), queue.pop_back());
            } else {
                assert_eq!(chain.pop_front(&frames), queue.pop_front());
            }
            assert_eq!((chain.first(), chain.len() as usize), (queue.front().copied(), queue.len()));
        }
    }
}
