//! Whether and from when on a series of figures of one run is in a steady state.
//!
//! Three questions, each with the usual test: where the warm-up ends ([`warm_up`], MSER-5), whether batch means may be
//! taken as independent ([`from_batches`], von Neumann's ratio), and whether they still rise or fall ([`trend`], a line of
//! least squares). Absent: judgements; whoever asks decides what follows.

use super::estimate::{Estimate, estimate, student};

/// Values that MSER-5 takes together.
const TOGETHER: usize = 5;

/// How many of the values at the start belong to a warm-up, by MSER-5 (White, Cobb and Spratt 2000): leave out as many
/// fives as make the standard error of the mean of the rest least. `None` if that is more than half of them: then
/// there is no telling a warm-up from a course that goes on changing.
///
/// Known limits: it looks at one course, so a rare event early or late misleads it; it cannot see a state that lasts
/// longer than the run, nor a period longer than a fraction of it.
pub fn warm_up(values: &[f64]) -> Option<usize> {
    let fives: Vec<f64> =
        values.chunks_exact(TOGETHER).map(|five| five.iter().sum::<f64>() / TOGETHER as f64).collect();
    // The last few would make an error of nearly nothing by chance.
    const LAST: usize = 5;
    if fives.len() < 4 * LAST {
        return None;
    }
    let shift = fives.iter().sum::<f64>() / fives.len() as f64;
    let (mut sum, mut squares, mut best) = (0.0, 0.0, (f64::INFINITY, 0));
    for (at, value) in fives.iter().enumerate().rev() {
        let value = value - shift;
        (sum, squares) = (sum + value, squares + value * value);
        let left = (fives.len() - at) as f64;
        let error = (squares - sum * sum / left).max(0.0) / (left * left);
        if fives.len() - at >= LAST && error <= best.0 {
            best = (error, at);
        }
    }
    (best.1 <= fives.len() / 2).then_some(best.1 * TOGETHER)
}

/// Fewest batches of which an interval is made.
const FEWEST: usize = 8;

/// An interval for the mean from the means of equally long, successive parts of one run. Neighbours are taken together
/// until they do not depend on each other any more; `None` if they still do when only eight are left.
pub fn from_batches(means: &[f64]) -> Option<Estimate> {
    let mut means = means.to_vec();
    while means.len() >= FEWEST {
        if independent(&means) {
            return estimate(&means);
        }
        means = means.chunks_exact(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect();
    }
    None
}

/// Whether successive values look independent: von Neumann's ratio is not so small as it is in one of ten independent
/// series.
fn independent(values: &[f64]) -> bool {
    const POINT: f64 = 1.2816;
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let spread: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    if spread == 0.0 {
        return true;
    }
    let steps: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum();
    let likeness = 1.0 - steps / spread / 2.0;
    likeness < POINT * ((n - 2.0) / (n * n - 1.0)).sqrt()
}

/// How much successive values rise (or fall) from the first to the last by the line of least squares, if that is more
/// than chance would do in one of a thousand independent series; else `None`.
pub fn trend(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    if values.len() < 4 {
        return None;
    }
    let middle = (n - 1.0) / 2.0;
    let mean = values.iter().sum::<f64>() / n;
    let at = |i: usize| i as f64 - middle;
    let width: f64 = (0..values.len()).map(|i| at(i) * at(i)).sum();
    let slope = values.iter().enumerate().map(|(i, value)| at(i) * (value - mean)).sum::<f64>() / width;
    let rest: f64 = values.iter().enumerate().map(|(i, value)| (value - mean - slope * at(i)).powi(2)).sum();
    let error = (rest / (n - 2.0) / width).sqrt();
    (slope.abs() > error * student(values.len() - 2, 0.999)).then_some(slope * (n - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers between -0.5 and 0.5 that look drawn; the same each time.
    fn noise(n: usize) -> Vec<f64> {
        let mut state = 88_172_645_463_325_252u64;
        let next = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
        };
        (0..n).map(next).collect()
    }

    #[test]
    fn a_warm_up_is_found_and_none_where_there_is_none() {
        let rising = |i: usize| if i < 200 { i as f64 / 200.0 * 10.0 } else { 10.0 };
        let course: Vec<f64> = noise(1_000).iter().enumerate().map(|(i, e)| rising(i) + e).collect();
        let found = warm_up(&course).unwrap();
        assert!((180..=260).contains(&found), "{found}");
        assert!(warm_up(&noise(1_000)).unwrap() <= 150);
        assert_eq!(warm_up(&vec![3.0; 500]), Some(0), "a level course has none");
    }

    #[test]
    fn a_course_that_goes_on_rising_has_no_steady_state() {
        let course: Vec<f64> = noise(1_000).iter().enumerate().map(|(i, e)| i as f64 / 10.0 + e).collect();
        assert_eq!(warm_up(&course), None);
        assert_eq!(warm_up(&noise(60)), None, "too few to tell");
        let risen = trend(&course).unwrap();
        assert!((risen - 99.9).abs() < 1.0, "{risen}");
        assert_eq!(trend(&noise(40)), None);
    }

    #[test]
    fn batches_that_depend_on_each_other_are_taken_together_or_refused() {
        let free = noise(32);
        let half = |values: &[f64]| from_batches(values).and_then(|found| found.half);
        assert!(half(&free).unwrap() < 0.2);
        let mut sum = 0.0;
        let walk: Vec<f64> = noise(32)
            .iter()
            .map(|e| {
                sum += e;
                sum
            })
            .collect();
        assert_eq!(from_batches(&walk), None, "a random walk has no mean");
        assert_eq!(from_batches(&free[..7]), None);
        assert_eq!(half(&[2.0; 32]), Some(0.0));
    }
}
