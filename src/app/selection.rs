//! What is selected. It knows when it changes, so that nothing that follows from it is worked out in every frame: of a large
//! drawing all may be selected.

use crate::model::Id;
use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};

/// The ids of nodes, links, places and notes that are selected.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    ids: BTreeSet<Id>,
    version: u64,
}

impl Selection {
    /// Changes whenever it may have: two of the same version hold the same.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Keeps what `stays`; nothing has changed if all of it does.
    pub fn keep(&mut self, stays: impl Fn(&Id) -> bool) {
        if !self.ids.iter().all(&stays) {
            self.retain(stays);
        }
    }
}

/// A number that no selection has had.
fn next() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

impl PartialEq for Selection {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version || self.ids == other.ids
    }
}

impl Deref for Selection {
    type Target = BTreeSet<Id>;

    fn deref(&self) -> &BTreeSet<Id> {
        &self.ids
    }
}

impl DerefMut for Selection {
    fn deref_mut(&mut self) -> &mut BTreeSet<Id> {
        self.version = next();
        &mut self.ids
    }
}

impl From<BTreeSet<Id>> for Selection {
    fn from(ids: BTreeSet<Id>) -> Self {
        Self { version: if ids.is_empty() { 0 } else { next() }, ids }
    }
}

impl From<[Id; 1]> for Selection {
    fn from(ids: [Id; 1]) -> Self {
        BTreeSet::from(ids).into()
    }
}

impl FromIterator<Id> for Selection {
    fn from_iter<T: IntoIterator<Item = Id>>(ids: T) -> Self {
        ids.into_iter().collect::<BTreeSet<Id>>().into()
    }
}

impl<'a> IntoIterator for &'a Selection {
    type Item = &'a Id;
    type IntoIter = std::collections::btree_set::Iter<'a, Id>;

    fn into_iter(self) -> Self::IntoIter {
        self.ids.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_version_changes_with_what_it_holds() {
        let id = |text: &str| Id::new(text).expect("a legal id");
        let mut selection = Selection::from([id("a")]);
        let begun = selection.version();
        selection.keep(|_| true);
        assert_eq!((selection.version(), selection.clone().version()), (begun, begun));
        selection.keep(|_| false);
        assert!(selection.is_empty() && selection.version() != begun);
        assert_eq!(Selection::default().version(), Selection::from(BTreeSet::new()).version());
        assert_ne!(Selection::from([id("a")]).version(), begun);
    }
}
