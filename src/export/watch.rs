//! How far a long export is, and whether it is still wanted.

use super::ExportError;
use std::ops::ControlFlow;

/// Told how far the work is, 0 to 1; answers whether to go on.
pub type Ask<'a> = dyn Fn(f32) -> ControlFlow<()> + Sync + 'a;

/// The one who waits for an export, or a part of its work.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    ask: &'a Ask<'a>,
    from: f32,
    to: f32,
}

impl<'a> Watch<'a> {
    /// Someone who waits.
    pub fn new(ask: &'a Ask<'a>) -> Self {
        Self { ask, from: 0.0, to: 1.0 }
    }

    /// Nobody; the work is done to its end.
    pub fn nobody() -> Watch<'static> {
        Watch::new(&|_| ControlFlow::Continue(()))
    }

    /// Tells how far this part of the work is.
    ///
    /// # Errors
    /// It is no longer wanted.
    pub fn reached(&self, share: f32) -> Result<(), ExportError> {
        match (self.ask)(self.from + (self.to - self.from) * share.clamp(0.0, 1.0)) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ExportError::Cancelled),
        }
    }

    /// A part of the work, which takes from one share of the whole to another.
    pub fn part(&self, from: f32, to: f32) -> Self {
        let at = |share: f32| self.from + (self.to - self.from) * share;
        Self { ask: self.ask, from: at(from), to: at(to) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn parts_of_parts_add_up_and_a_refusal_ends_the_work() {
        let told = Mutex::new(Vec::new());
        let ask = |share: f32| {
            told.lock().unwrap().push(share);
            if share > 0.7 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let half = Watch::new(&ask).part(0.5, 1.0);
        assert_eq!((half.reached(0.0), half.part(0.0, 0.5).reached(0.5)), (Ok(()), Ok(())));
        assert_eq!(half.reached(1.0), Err(ExportError::Cancelled));
        assert_eq!(*told.lock().unwrap(), [0.5, 0.625, 1.0]);
        assert_eq!(Watch::nobody().reached(0.5), Ok(()));
    }
}
