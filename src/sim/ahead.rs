//! Reading ahead: where thousands of servers are at work, nearly every event concerns what is far away in memory, and waiting
//! for that is most of what an event costs. Several such waits at once cost no more than one.

use super::engine::Engine;
use super::event_set::{Event, EventKind};

impl Engine {
    /// Reads what events that come soon concern, all at once, so that it has come from memory when they do, and has come
    /// together: the frames, then their servers, then who waits there.
    #[inline(never)]
    pub(super) fn look_ahead(&mut self) {
        let Self { events, frames, servers, seen, .. } = self;
        let soon = events.look_ahead().filter(|event| event.kind == EventKind::Wake);
        let server = |event: Event| servers.get(frames[event.index].server as usize);
        *seen ^= soon.clone().fold(0, |seen, event| seen ^ frames[event.index].server);
        *seen ^= soon.clone().filter_map(server).fold(0, |seen, server| seen ^ server.busy);
        let first = soon.filter_map(server).filter_map(|server| server.waiting.first());
        *seen ^= first.fold(0, |seen, first| seen ^ frames[first].pc);
    }
}
