//! Popularity: which of many objects a request is about.
//!
//! Object k of n, counted from 1, has a probability proportional to 1/k^s. Drawn by rejection-inversion (Hörmann and
//! Derflinger, "Rejection-inversion to generate variates from monotone discrete distributions", ACM TOMACS 6(3), 1996):
//! exact, in constant time and memory whatever the number of objects, less than 1.2 tries on average.

use super::random::Stream;

/// Which objects are asked for, and how unevenly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Popularity {
    /// Number of objects, at least 1.
    pub objects: u32,
    /// 0: all alike; about 0.6 to 1 for pages of the web; at most 10.
    pub exponent: f64,
}

/// Popularity ready to be drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Zipf {
    objects: f64,
    exponent: f64,
    /// Area under the hat up to the first object and up to the last.
    first: f64,
    last: f64,
    /// A point this little left of its object is accepted at once.
    near: f64,
}

impl Zipf {
    /// The constants that drawing needs, worked out once.
    pub fn new(popularity: Popularity) -> Self {
        let objects = f64::from(popularity.objects.max(1));
        let exponent = popularity.exponent.clamp(0.0, 10.0);
        let near = 2.0 - area_end(area(2.5, exponent) - weight(2.0, exponent), exponent);
        Self { objects, exponent, first: area(1.5, exponent) - 1.0, last: area(objects + 0.5, exponent), near }
    }

    /// Draws an object, counted from 0; the first is the most popular.
    pub fn draw(&self, stream: &mut Stream) -> u32 {
        loop {
            let u = self.last + stream.unit() * (self.first - self.last);
            let x = area_end(u, self.exponent);
            let k = (x + 0.5).floor().clamp(1.0, self.objects);
            if k - x <= self.near || u >= area(k + 0.5, self.exponent) - weight(k, self.exponent) {
                return k as u32 - 1;
            }
        }
    }
}

/// x^-s.
fn weight(x: f64, exponent: f64) -> f64 {
    libm::exp(-exponent * libm::log(x))
}

/// The integral of x^-s, zero at x = 1; (x^(1-s) - 1) / (1 - s), log x for s = 1.
fn area(x: f64, exponent: f64) -> f64 {
    let log = libm::log(x);
    expm1_over((1.0 - exponent) * log) * log
}

/// The inverse of [`area`].
fn area_end(area: f64, exponent: f64) -> f64 {
    // Rounding may push the argument below the least that the logarithm takes.
    let t = (area * (1.0 - exponent)).max(-1.0);
    libm::exp(log1p_over(t) * area)
}

/// (e^x - 1) / x, steady near 0.
fn expm1_over(x: f64) -> f64 {
    if x.abs() > 1e-8 { libm::expm1(x) / x } else { 1.0 + x * 0.5 * (1.0 + x / 3.0 * (1.0 + 0.25 * x)) }
}

/// log(1 + x) / x, steady near 0.
fn log1p_over(x: f64) -> f64 {
    if x.abs() > 1e-8 { libm::log1p(x) / x } else { 1.0 - x * (0.5 - x * (1.0 / 3.0 - 0.25 * x)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chi-squared of many draws against the law, over the first objects and the rest.
    fn check(objects: u32, exponent: f64) {
        const DRAWS: usize = 400_000;
        let shown = objects.min(40) as usize;
        let weights: Vec<f64> = (1..=objects).map(|k| libm::pow(f64::from(k), -exponent)).collect();
        let total: f64 = weights.iter().sum();
        let zipf = Zipf::new(Popularity { objects, exponent });
        let mut stream = Stream::new(11, &format!("{objects} {exponent}"));
        let mut counts = vec![0usize; shown + 1];
        for _ in 0..DRAWS {
            let object = zipf.draw(&mut stream);
            assert!(object < objects);
            counts[(object as usize).min(shown)] += 1;
        }
        let mut expected: Vec<f64> = weights[..shown].iter().map(|w| w / total * DRAWS as f64).collect();
        expected.push(weights[shown..].iter().sum::<f64>() / total * DRAWS as f64);
        let cells = counts.iter().zip(&expected).filter(|&(_, &e)| e > 5.0);
        let freedom = cells.clone().count() as f64 - 1.0;
        let chi: f64 = cells.map(|(&n, &e)| (n as f64 - e) * (n as f64 - e) / e).sum();
        // Four standard deviations above the mean of a chi-squared variable.
        assert!(chi <= freedom + 4.0 * (2.0 * freedom).sqrt() + 1.0, "{objects} objects, s = {exponent}: chi² {chi}");
    }

    #[test]
    fn draws_follow_the_law() {
        for (objects, exponent) in
            [(1, 1.0), (2, 0.0), (10, 0.0), (10, 0.5), (50, 1.0), (1_000, 0.8), (1_000, 1.0), (3_000, 1.2), (20, 5.0)]
        {
            check(objects, exponent);
        }
    }

    #[test]
    fn very_many_objects_cost_no_more() {
        let zipf = Zipf::new(Popularity { objects: u32::MAX, exponent: 0.9 });
        let mut stream = Stream::new(1, "many");
        let draws: Vec<u32> = (0..10_000).map(|_| zipf.draw(&mut stream)).collect();
        assert!(draws.iter().any(|&object| object > 1_000_000_000) && draws.iter().any(|&object| object < 100));
    }
}
