//! Costs of frames, for measuring the window: set `LOADSCAPE_FRAME_TIMES` to any value, and closing the window prints how
//! long the first frame took to come and what the frames cost.
//!
//! Three figures a frame: our part (interface code, scene, tessellation) in processor time of the window's thread, which
//! does not grow when other programs want the processor; all of that thread, the graphics library's part on it included,
//! likewise; and the time on the clock. Absent: the threads of a graphics library that draws without a graphics processor.

use egui::{Context, FullOutput, Plugin, RawInput};
use std::time::{Duration, Instant};

/// Frames kept; a longer session keeps the first ones.
const MOST: usize = 100_000;

/// What one frame cost, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Cost {
    /// Processor time of interface code, scene and tessellation.
    ours: f32,
    /// Processor time of the window's thread until the next frame began.
    thread: f32,
    /// Time on the clock from input to painted.
    clock: f32,
}

/// Measures frames.
#[derive(Debug)]
pub struct FrameTimes {
    started: Instant,
    first: Option<Duration>,
    /// When a large file that was named at the start was seen.
    shown: Option<Duration>,
    begun: Option<Duration>,
    /// What the measurement itself took of the frame: processor time.
    probe: Duration,
    frames: Vec<Cost>,
    /// Parts of a script: each by its name and the number of frames before it.
    parts: Vec<(String, usize)>,
}

impl FrameTimes {
    /// A measurement that begins now, if the environment asks for one.
    pub fn if_asked() -> Option<Self> {
        std::env::var_os("LOADSCAPE_FRAME_TIMES")?;
        #[expect(clippy::disallowed_methods, reason = "measures the window, not the simulation")]
        let started = Instant::now();
        let (frames, parts) = (Vec::new(), Vec::new());
        Some(Self { started, first: None, shown: None, begun: None, probe: Duration::ZERO, frames, parts })
    }

    /// From here on frames belong to the part of a script with this name.
    pub fn mark(&mut self, name: &str) {
        self.parts.push((name.to_owned(), self.frames.len()));
    }

    /// A file that took its time is there, and is seen with this frame.
    pub fn arrived(&mut self) {
        self.shown.get_or_insert_with(|| self.started.elapsed());
    }

    /// What the window's library says that the frame before took on the clock.
    pub fn took(&mut self, clock: Option<f32>) {
        if let (Some(before), Some(clock)) = (self.frames.last_mut(), clock) {
            before.clock = (clock - self.probe.as_secs_f32()).max(0.0);
        }
    }

    /// What each part of a script cost, a line each.
    fn parts(&self) -> String {
        let ends = self.parts.iter().skip(1).map(|(_, from)| *from).chain([self.frames.len()]);
        let part = |((name, from), to): (&(String, usize), usize)| {
            let frames = self.frames.get(*from..to).unwrap_or_default();
            format!("\n{name}: {}", summary(frames))
        };
        self.parts.iter().zip(ends).map(part).collect()
    }
}

/// Processor time that this thread has used; the time on the clock where a system does not tell.
pub fn thread_time() -> Duration {
    #[cfg(unix)]
    {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
    }
    #[cfg(not(unix))]
    {
        use std::sync::LazyLock;
        #[expect(clippy::disallowed_methods, reason = "measures the window, not the simulation")]
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }
}

impl Plugin for FrameTimes {
    fn debug_name(&self) -> &'static str {
        "frame times"
    }

    fn input_hook(&mut self, _ctx: &Context, _input: &mut RawInput) {
        let now = thread_time();
        if let (Some(before), Some(begun)) = (self.frames.last_mut(), self.begun) {
            before.thread = now.saturating_sub(begun + self.probe).as_secs_f32();
        }
        self.begun = Some(now);
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        let ours = thread_time().saturating_sub(self.begun.unwrap_or_default());
        self.first.get_or_insert_with(|| self.started.elapsed());
        // The window tessellates after this: it is done here a second time to know what it takes.
        let before = thread_time();
        let shapes = output.shapes.clone();
        let begun = thread_time();
        let meshes = ctx.tessellate(shapes, output.pixels_per_point);
        let tessellation = thread_time().saturating_sub(begun);
        drop(std::hint::black_box(meshes));
        self.probe = thread_time().saturating_sub(before);
        if self.frames.len() < MOST {
            self.frames.push(Cost { ours: (ours + tessellation).as_secs_f32(), ..Cost::default() });
        }
    }

    fn on_exit(&mut self, _ctx: &Context) {
        let first = self.first.map_or(0.0, |first| first.as_secs_f64() * 1e3);
        let shown =
            self.shown.map_or(String::new(), |shown| format!(", the file after {:.0} ms", shown.as_secs_f64() * 1e3));
        eprintln!("first frame after {first:.0} ms{shown}; {}{}", summary(&self.frames), self.parts());
    }
}

fn summary(frames: &[Cost]) -> String {
    let of = |part: fn(&Cost) -> f32| spread(&frames.iter().map(part).collect::<Vec<_>>());
    let (ours, thread, clock) = (of(|cost| cost.ours), of(|cost| cost.thread), of(|cost| cost.clock));
    format!("{} frames; ours {ours}; window's thread {thread}; on the clock {clock}", frames.len())
}

/// Median, tail and greatest of some times in seconds.
fn spread(times: &[f32]) -> String {
    let mut sorted = times.to_vec();
    sorted.sort_by(f32::total_cmp);
    let at = |share: f32| sorted.get(((sorted.len() as f32 * share) as usize).min(sorted.len().saturating_sub(1)));
    let [median, p95, most] = [0.5, 0.95, 1.0].map(|share| at(share).map_or(0.0, |secs| secs * 1e3));
    format!("median {median:.2} ms, p95 {p95:.2} ms, most {most:.2} ms")
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

    #[test]
    fn the_time_of_a_thread_grows_with_its_work() {
        let begun = thread_time();
        let sum = (0..2_000_000u64).fold(1u64, |sum, n| std::hint::black_box(sum.wrapping_mul(31) ^ n));
        assert!(sum != 0 && thread_time() > begun);
    }
}
