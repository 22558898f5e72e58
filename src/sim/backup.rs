//! Backups: what is lost when data is restored to the last moment that was kept.
//!
//! A site whose data is lost comes back as it was at its latest restore point; what was written since is counted as lost, and
//! until it is written again, reading it shows what was there before: a stale answer. Absent: reads that are slow until all
//! blocks are back.

use super::engine::Engine;
use super::frame::{Frame, FrameId};
use super::network::Index;
use crate::units::{SimTime, Span};

/// Backups of the data of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backup {
    /// From a loss of all data to in service again.
    pub restore: Span,
    /// Between two moments to which the data can be restored, the first one at the start of the run; zero if any moment
    /// will do.
    pub every: Span,
}

/// Writes since the latest restore point.
#[derive(Debug, Clone, Default)]
pub(super) struct Unsaved {
    since: SimTime,
    writes: u64,
    /// From when to when what was written was lost.
    lost: Vec<(SimTime, SimTime)>,
}

impl Unsaved {
    /// Something is written.
    pub(super) fn note(&mut self, now: SimTime, every: Span) {
        self.save(now, every);
        self.writes += 1;
    }

    /// The data is restored: says how many writes are lost.
    pub(super) fn lose(&mut self, now: SimTime, every: Span) -> u64 {
        self.save(now, every);
        if self.writes > 0 {
            self.lost.push((self.since, now));
        }
        std::mem::take(&mut self.writes)
    }

    /// Moves on to the latest restore point.
    fn save(&mut self, now: SimTime, every: Span) {
        let point = if every == Span::ZERO { now } else { SimTime(now.0 / every.0 * every.0) };
        if point > self.since {
            (self.since, self.writes) = (point, 0);
        }
    }

    /// Whether what was written at a moment was lost.
    fn has_lost(&self, written: SimTime) -> bool {
        self.lost.iter().any(|&(from, to)| (from..=to).contains(&written))
    }
}

impl Engine {
    /// Something is written at a site.
    pub(super) fn note_write(&mut self, site: Index) {
        if let Some((pool, backup)) = self.backup_of(site) {
            self.pools[pool as usize].unsaved.note(self.now, backup.every);
        }
    }

    /// A site goes back to its latest restore point.
    pub(super) fn lose_writes(&mut self, site: Index) {
        if let Some((pool, backup)) = self.backup_of(site) {
            self.meters[site as usize].count.writes_lost +=
                self.pools[pool as usize].unsaved.lose(self.now, backup.every);
        }
    }

    /// Counts an answer of a site from which the latest write to the object was lost; `false` if none was.
    pub(super) fn check_loss(&mut self, id: FrameId) -> bool {
        let Frame { site, object, .. } = self.frames[id];
        let Some((pool, _)) = self.backup_of(site) else { return false };
        let unsaved = &self.pools[pool as usize].unsaved;
        if unsaved.lost.is_empty() {
            return false;
        }
        let lost = self.versions.of(object).filter(|&written| unsaved.has_lost(written));
        if let Some(written) = lost {
            self.meters[site as usize].note_stale(self.now.since(written));
        }
        lost.is_some()
    }

    fn backup_of(&self, site: Index) -> Option<(Index, Backup)> {
        let pool = self.network.sites[site as usize].pool?;
        Some((pool, self.network.pools[pool as usize].backup?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_since_the_latest_restore_point_is_lost() {
        let (at, every) = (|secs: u64| SimTime::ZERO + Span::from_secs(secs), Span::from_secs(300));
        let mut unsaved = Unsaved::default();
        for second in 0..650 {
            unsaved.note(at(second), every);
        }
        assert_eq!(unsaved.lose(at(650), every), 50, "since 600 s");
        assert_eq!(unsaved.lose(at(660), every), 0, "what is lost is lost once");
        unsaved.note(at(899), every);
        assert_eq!(unsaved.lose(at(900), every), 0, "kept at 900 s");
        unsaved.note(at(901), Span::ZERO);
        assert_eq!(unsaved.lose(at(902), Span::ZERO), 0, "any moment will do");
    }
}
