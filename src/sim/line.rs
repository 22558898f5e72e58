//! The order in which the messages of a buffer wait: as they came, or as they came within groups.
//!
//! With groups, of each group one message at a time is worked on, and one that comes back goes before the others of its
//! group. Groups take turns.

use std::collections::VecDeque;

/// Messages that wait, by their places in the slab.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// In the order in which they came, where there are no groups.
    waiting: VecDeque<u32>,
    groups: Vec<Group>,
    /// Groups whose turn comes; some have nothing to give any more when it does.
    ready: VecDeque<u32>,
    len: usize,
}

#[derive(Debug, Clone, Default)]
struct Group {
    waiting: VecDeque<u32>,
    /// One of it is worked on.
    busy: bool,
    /// It is among the ready ones.
    listed: bool,
}

impl Line {
    /// An empty line with so many groups; 0 for none.
    pub(super) fn new(groups: u32) -> Self {
        Self { groups: vec![Group::default(); groups as usize], ..Self::default() }
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> u32 {
        self.groups.len() as u32
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Whether it is worth asking for the next one.
    pub(super) fn has_next(&self) -> bool {
        if self.groups.is_empty() { !self.waiting.is_empty() } else { !self.ready.is_empty() }
    }

    fn group(&self, object: u32) -> u32 {
        object % self.groups()
    }

    /// A message about an object joins.
    pub(super) fn push(&mut self, id: u32, object: u32) {
        self.len += 1;
        if self.groups.is_empty() {
            return self.waiting.push_back(id);
        }
        let at = self.group(object);
        self.groups[at as usize].waiting.push_back(id);
        self.make_ready(at);
    }

    /// One that was taken comes back.
    pub(super) fn give_back(&mut self, id: u32, object: u32) {
        self.len += 1;
        if self.groups.is_empty() {
            return self.waiting.push_back(id);
        }
        let at = self.group(object);
        self.groups[at as usize].busy = false;
        self.groups[at as usize].waiting.push_front(id);
        self.make_ready(at);
    }

    /// The group of a message that is worked on has to wait for it.
    pub(super) fn hold(&mut self, object: u32) {
        if !self.groups.is_empty() {
            let at = self.group(object);
            self.groups[at as usize].busy = true;
        }
    }

    /// One that was taken is done: the next of its group may follow.
    pub(super) fn done(&mut self, object: u32) {
        if !self.groups.is_empty() {
            let at = self.group(object);
            self.groups[at as usize].busy = false;
            self.make_ready(at);
        }
    }

    fn make_ready(&mut self, at: u32) {
        let group = &mut self.groups[at as usize];
        if !group.busy && !group.listed && !group.waiting.is_empty() {
            group.listed = true;
            self.ready.push_back(at);
        }
    }

    /// Takes the next one.
    pub(super) fn pop(&mut self) -> Option<u32> {
        let id = if self.groups.is_empty() { self.waiting.pop_front() } else { self.pop_from_group() };
        self.len -= usize::from(id.is_some());
        id
    }

    fn pop_from_group(&mut self) -> Option<u32> {
        loop {
            let at = self.ready.pop_front()?;
            let group = &mut self.groups[at as usize];
            group.listed = false;
            if !group.busy && !group.waiting.is_empty() {
                group.busy = true;
                return group.waiting.pop_front();
            }
        }
    }

    /// Takes one out that still waits.
    pub(super) fn remove(&mut self, id: u32, object: u32) {
        let waiting = if self.groups.is_empty() {
            &mut self.waiting
        } else {
            let at = self.group(object);
            &mut self.groups[at as usize].waiting
        };
        // Whoever is taken out came back last, or came first.
        let place = if waiting.front() == Some(&id) { Some(0) } else { waiting.iter().rposition(|&other| other == id) };
        if let Some(place) = place {
            waiting.remove(place);
            self.len -= 1;
        }
    }

    /// All that wait, in no order that means anything across groups.
    pub(super) fn all(&self) -> impl Iterator<Item = u32> {
        self.waiting.iter().chain(self.groups.iter().flat_map(|group| &group.waiting)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_waits_for_its_message_and_the_others_do_not() {
        let mut line = Line::new(2);
        for (id, object) in [(10, 0), (11, 0), (12, 1), (13, 2)] {
            line.push(id, object);
        }
        assert_eq!((line.pop(), line.pop(), line.pop(), line.len()), (Some(10), Some(12), None, 2));
        line.give_back(10, 0);
        assert_eq!((line.pop(), line.pop()), (Some(10), None), "first again");
        line.done(0);
        assert_eq!((line.pop(), line.pop()), (Some(11), None));
        line.done(0);
        line.remove(13, 2);
        assert_eq!((line.len(), line.pop(), line.all().count()), (0, None, 0));
        line.done(1);
        line.push(14, 1);
        line.hold(1);
        assert_eq!(line.pop(), None);
    }

    #[test]
    fn without_groups_they_go_as_they_came() {
        let mut line = Line::new(0);
        (0..4).for_each(|id| line.push(id, id));
        assert_eq!(line.pop(), Some(0));
        line.give_back(0, 0);
        line.remove(2, 2);
        assert_eq!([line.pop(), line.pop(), line.pop(), line.pop()], [Some(1), Some(3), Some(0), None]);
    }
}
