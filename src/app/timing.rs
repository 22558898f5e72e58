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
    /// Seconds of our own computing by frame: panels, canvas and tessellation, without the wait for the display.
    cpu: Vec<f32>,
}

impl FrameTimes {
    /// A measurement that begins now, if the environment asks for one.
    pub fn if_asked() -> Option<Self> {
        std::env::var_os("LOADSCAPE_FRAME_TIMES")?;
        #[expect(clippy::disallowed_methods, reason = "measures the window, not the simulation")]
        let started = Instant::now();
        Some(Self { started, first: None, cpu: Vec::new() })
    }

    /// Notes a frame; `cpu` is what the one before cost, in seconds.
    pub fn note(&mut self, cpu: Option<f32>) {
        self.first.get_or_insert_with(|| self.started.elapsed());
        if self.cpu.len() < MOST {
            self.cpu.extend(cpu);
        }
    }

    fn summary(&self) -> String {
        let mut sorted = self.cpu.clone();
        sorted.sort_by(f32::total_cmp);
        let at = |share: f32| sorted.get(((sorted.len() as f32 * share) as usize).min(sorted.len().saturating_sub(1)));
        let millis = |share: f32| at(share).map_or(0.0, |secs| secs * 1e3);
        let first = self.first.map_or(0.0, |first| first.as_secs_f64() * 1e3);
        format!(
            "first frame after {first:.0} ms; {} frames, CPU time median {:.2} ms, p95 {:.2} ms, most {:.2} ms",
            sorted.len(),
            millis(0.5),
            millis(0.95),
            millis(1.0)
        )
    }
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
        #[expect(clippy::disallowed_methods, reason = "only filled in, never read")]
        let started = Instant::now();
        let mut times = FrameTimes { started, first: None, cpu: Vec::new() };
        (1..=100).for_each(|n| times.note(Some(n as f32 / 1e3)));
        assert!(times.summary().ends_with("100 frames, CPU time median 51.00 ms, p95 96.00 ms, most 100.00 ms"));
    }
}
