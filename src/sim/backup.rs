//! Backups: what is lost when data is restored to the last moment that was kept.
//!
//! A site whose data is lost comes back as it was at its latest restore point; what was written since is counted as lost.
//! Absent: answers that show the older data, and reads that are slow until all blocks are back.

use super::engine::Engine;
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
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unsaved {
    since: SimTime,
    writes: u64,
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
        std::mem::take(&mut self.writes)
    }

    /// Moves on to the latest restore point.
    fn save(&mut self, now: SimTime, every: Span) {
        let point = if every == Span::ZERO { now } else { SimTime(now.0 / every.0 * every.0) };
        if point > self.since {
            *self = Self { since: point, writes: 0 };
        }
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
