//! What every site was like in a span of the run that was marked on a chart.

use super::past::Course;
use crate::metrics::Point;
use crate::sim::network::Index;
use crate::units::SimTime;
use std::sync::Arc;

/// What every site was like in a span.
#[derive(Debug, Clone)]
pub struct Marked {
    /// Its begin.
    pub from: SimTime,
    /// Its end.
    pub to: SimTime,
    /// The moment that the run had come to.
    pub until: SimTime,
    /// By site; `None` where nothing is remembered of then.
    pub sites: Vec<Option<Point>>,
}

impl Marked {
    /// Whether it is of this span.
    pub(super) fn is_of(&self, span: Option<(SimTime, SimTime)>) -> bool {
        span == Some((self.from, self.to))
    }

    /// Of a run as it is now; what is known of a span that the run has passed stays as it is.
    pub(super) fn again(known: Option<Arc<Self>>, course: &Course, (from, to): (SimTime, SimTime)) -> Arc<Self> {
        let whole = known.filter(|known| known.is_of(Some((from, to))) && known.until >= known.to);
        whole.unwrap_or_else(|| {
            let sites = 0..course.plan.network.sites.len() as Index;
            let sites = sites.map(|site| course.engine.history(site)?.between(from, to)).collect();
            Arc::new(Self { from, to, until: course.engine.now(), sites })
        })
    }
}
