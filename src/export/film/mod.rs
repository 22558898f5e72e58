//! A run as a moving picture: a headless run of a drawing, seen at regular moments, with a clock under it.
//!
//! [`gif`] paints the moments, [`motion`] writes them as one SVG that moves by itself. Both replay the run from its start,
//! so that the same drawing, scenario and seed make the same film. Absent: sound, and runs that are changed on the way.

pub mod gif;
pub mod motion;
mod palette;
mod strip;

use super::watch::Watch;
use super::{ExportError, MARGIN, Options};
use crate::compile::Plan;
use crate::model::{Design, Point, Rect};
use crate::scene::{self, Picture, list::Shape};
use crate::sim::engine::Engine;
use crate::sim::snapshot::Snapshot;
use crate::units::{SimTime, Span};
use rayon::prelude::*;

/// Longest film in seconds: longer ones take an hour to make and nobody looks at them.
pub const LONGEST: f64 = 600.0;

/// Length that is chosen where nobody says how fast the run is shown.
const USUAL: f64 = 20.0;

/// Moments that are made side by side.
const TOGETHER: usize = 4;

/// What is filmed.
#[derive(Debug, Clone, Copy)]
pub struct Film<'a> {
    /// The drawing.
    pub design: &'a Design,
    /// What runs.
    pub plan: &'a Plan,
    /// Seed of the run.
    pub seed: u64,
    /// How much of the run is shown, from its start.
    pub length: Span,
    /// Simulated seconds per second of the film; `None` for a film of about twenty seconds.
    pub speed: Option<f64>,
    /// How it looks.
    pub options: &'a Options,
}

/// One moment of a film.
struct Moment {
    snapshot: Snapshot,
    /// Seconds since the film began.
    at: f64,
}

impl<'a> Film<'a> {
    /// Simulated seconds per second.
    fn pace(&self) -> f64 {
        self.speed.unwrap_or_else(|| nice(self.length.secs() / USUAL))
    }

    /// Length of the film in seconds.
    ///
    /// # Errors
    /// Nothing is drawn or filmed, or the film would be too long.
    fn seconds(&self) -> Result<f64, ExportError> {
        self.options.check()?;
        let (secs, pace) = (self.length.secs(), self.pace());
        if secs <= 0.0 || pace.is_nan() || pace <= 0.0 {
            return Err(ExportError::NoFilm);
        }
        match secs / pace {
            long if long > LONGEST => Err(ExportError::LongFilm { secs: long, most: LONGEST, speed: secs / LONGEST }),
            // At least one picture's worth.
            long => Ok(long.max(0.1)),
        }
    }

    /// What is seen: the drawing with a margin, and the strip with the clock under it.
    fn view(&self) -> Result<(Rect, Rect), ExportError> {
        let drawing = scene::bounds(self.design).ok_or(ExportError::Empty)?.expand(MARGIN);
        let wide = drawing.w().max(strip::WIDTH);
        let left = drawing.center().x - wide / 2.0;
        let strip =
            Rect::between(Point::new(left, drawing.max.y), Point::new(left + wide, drawing.max.y + strip::HEIGHT));
        Ok((drawing.union(strip), strip))
    }

    /// The moments of the film at its beginning and after each `every` seconds.
    fn moments(&self, every: f64) -> Result<impl ExactSizeIterator<Item = Moment> + use<'a>, ExportError> {
        let (seconds, pace) = (self.seconds()?, self.pace());
        let count = (seconds / every).ceil() as usize + 1;
        let mut engine = Engine::new(self.plan.network.clone(), self.seed);
        let end = SimTime::ZERO + self.length;
        Ok((0..count).map(move |number| {
            let at = number as f64 * every;
            engine.run_until((SimTime::ZERO + Span::from_secs_f64(at * pace)).min(end));
            Moment { snapshot: engine.snapshot(), at }
        }))
    }

    /// Goes through the moments in their order: each is made into something, several side by side, and then taken in turn.
    ///
    /// # Errors
    /// Those of `make` and `take`, or it is no longer wanted.
    fn roll<T: Send>(
        &self,
        (every, watch): (f64, Watch<'_>),
        make: impl Fn(&Moment) -> Result<T, ExportError> + Sync,
        mut take: impl FnMut(&Moment, T) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let mut moments = self.moments(every)?;
        let (mut taken, of) = (0, moments.len());
        loop {
            let some: Vec<Moment> = moments.by_ref().take(TOGETHER).collect();
            if some.is_empty() {
                return Ok(());
            }
            let made: Vec<_> = some.par_iter().map(&make).collect();
            for (moment, made) in some.iter().zip(made) {
                take(moment, made?)?;
            }
            taken += some.len();
            watch.reached(taken as f32 / of as f32)?;
        }
    }

    /// What is seen at a moment.
    fn shapes(&self, moment: &Moment, strip: Rect) -> Vec<Shape> {
        let (plan, snapshot) = (Some(self.plan), Some(&moment.snapshot));
        let phase = moment.at as f32;
        let mut shapes = scene::drawing(&Picture { plan, snapshot, phase, ..Picture::of(self.design) });
        strip::draw(self, &moment.snapshot, strip, &mut shapes);
        shapes
    }
}

/// The next higher pace that people would choose: 1, 2, 5, 10, 20, 30, 60 and so on.
fn nice(pace: f64) -> f64 {
    let known = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0];
    known.into_iter().find(|nice| *nice >= pace).unwrap_or_else(|| (pace / 3_600.0).ceil() * 3_600.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sketch;
    use crate::scenario::Scenario;

    #[test]
    fn a_film_is_as_long_as_its_pace_says_and_never_too_long() {
        let design = sketch("users(rate=10/s) -> ec2").expect("it is a design");
        let plan = crate::compile::compile(&design, &Scenario::steady());
        let options = Options::default();
        let film = Film {
            design: &design,
            plan: &plan,
            seed: 1,
            length: Span::from_secs(600),
            speed: None,
            options: &options,
        };
        assert_eq!((film.pace(), film.seconds()), (30.0, Ok(20.0)));
        assert_eq!(film.moments(0.5).unwrap().len(), 41);
        let slow = Film { speed: Some(0.5), ..film };
        let error = slow.seconds().unwrap_err().to_string();
        assert!(error.contains("1200 s") && error.contains("a speed of 1 or more"), "{error}");
        for bad in [Film { length: Span::ZERO, ..film }, Film { speed: Some(f64::NAN), ..film }] {
            assert_eq!(bad.seconds(), Err(ExportError::NoFilm));
        }
        assert_eq!([0.0, 3.0, 61.0, 4_000.0].map(nice), [1.0, 5.0, 120.0, 7_200.0]);
    }

    #[test]
    fn the_last_moment_is_the_end_of_the_run() {
        let design = sketch("users(rate=10/s) -> ec2").expect("it is a design");
        let plan = crate::compile::compile(&design, &Scenario::steady());
        let options = Options::default();
        let film = Film {
            design: &design,
            plan: &plan,
            seed: 1,
            length: Span::from_secs(31),
            speed: Some(10.0),
            options: &options,
        };
        let last = film.moments(0.4).unwrap().last().unwrap();
        assert_eq!(last.snapshot.now, SimTime::ZERO + Span::from_secs(31));
    }
}
