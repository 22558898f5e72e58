//! Times of frames, for benchmarks of the window: set `LOADSCAPE_FRAME_TIMES` to any value, and closing the window prints
//! how long the first frame took to come and what the frames cost.

use std::time::{Duration, Instant};

/// Frames kept; a longer session keeps the first ones.
const MOST: usize = 100_000;

/// Measures frames, if it was asked to.
#[derive(Debug)]
pub struct FrameTimes {
    started: Instant,
    first: Option<Duration>,
    /// Seconds of whole frames: panels, canvas, tessellation and, where there is no graphics processor, its work too.
    whole: Vec<f32>,
    /// Seconds of our own part of them: panels and canvas.
    own: Vec<f32>,
    /// Parts of a script: each by its name and the number of frames before it.
    parts: Vec<(String, usize)>,
}

impl FrameTimes {
    /// A measurement that begins now, if the environment asks for one.
    pub fn if_asked() -> Option<Self> {
        std::env::var_os("LOADSCAPE_FRAME_TIMES")?;
        #[expect(clippy::disallowed_methods, reason = "measures the window, not the simulation")]
        let started = Instant::now();
        Some(Self { started, first: None, whole: Vec::new(), own: Vec::new(), parts: Vec::new() })
    }

    /// Runs a frame and notes what it took; `before` is what the whole frame before cost, in seconds.
    pub fn time(times: &mut Option<Self>, before: Option<f32>, frame: impl FnOnce()) {
        let Some(times) = times else { return frame() };
        #[expect(clippy::disallowed_methods, reason = "measures the window, not the simulation")]
        let begun = Instant::now();
        frame();
        times.first.get_or_insert_with(|| times.started.elapsed());
        if times.own.len() < MOST {
            times.own.push(begun.elapsed().as_secs_f32());
            times.whole.extend(before);
        }
    }

    /// From here on frames belong to the part of a script with this name.
    pub fn mark(&mut self, name: &str) {
        self.parts.push((name.to_owned(), self.own.len()));
    }

    /// What each part of a script cost, a line each.
    fn parts(&self) -> String {
        let ends = self.parts.iter().skip(1).map(|(_, from)| *from).chain([self.own.len()]);
        let part = |((name, from), to): (&(String, usize), usize)| {
            // The figure of a whole frame comes one frame late.
            let whole = self.whole.get(from + 1..to.min(self.whole.len())).unwrap_or_default();
            let own = self.own.get(*from..to).unwrap_or_default();
            format!("\n{name}: {} frames; panels and canvas {}; whole frame {}", own.len(), spread(own), spread(whole))
        };
        self.parts.iter().zip(ends).map(part).collect()
    }

    fn summary(&self) -> String {
        let first = self.first.map_or(0.0, |first| first.as_secs_f64() * 1e3);
        let (own, whole) = (spread(&self.own), spread(&self.whole));
        format!(
            "first frame after {first:.0} ms; {} frames; panels and canvas {own}; whole frame {whole}",
            self.own.len()
        ) + &self.parts()
    }
}

/// Median, tail and greatest of some times in seconds.
fn spread(times: &[f32]) -> String {
    let mut sorted = times.to_vec();
    sorted.sort_by(f32::total_cmp);
    let at = |share: f32| sorted.get(((sorted.len() as f32 * share) as usize).min(sorted.len().saturating_sub(1)));
    let [median, p95, most] = [0.5, 0.95, 1.0].map(|share| at(share).map_or(0.0, |secs| secs * 1e3));
    format!("median {median:.2} ms, p95 {p95:.2} ms, most {most:.2} ms")
}

impl Drop for FrameTimes {
    fn drop(&mut self) {
        eprintln!("{}", self.summary());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_has_median_and_tail() {
        let times: Vec<f32> = (1..=100).map(|n| n as f32 / 1e3).collect();
        assert_eq!(spread(&times), "median 51.00 ms, p95 96.00 ms, most 100.00 ms");
        assert_eq!(spread(&[]), "median 0.00 ms, p95 0.00 ms, most 0.00 ms");
    }
}
