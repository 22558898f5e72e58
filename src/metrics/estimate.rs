//! Confidence from independent values: their mean, and how far the true mean may be from it.

/// Mean of some values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Mean over the values.
    pub mean: f64,
    /// Half the width of the 95 % confidence interval; `None` for a single value.
    pub half: Option<f64>,
}

impl Estimate {
    /// Half the width of the interval as a share of the mean; `None` without an interval, or for a mean of zero.
    pub fn relative(&self) -> Option<f64> {
        let half = self.half?;
        (self.mean != 0.0).then(|| half / self.mean.abs())
    }
}

/// The estimate from independent values; `None` without any.
pub fn estimate(values: &[f64]) -> Option<Estimate> {
    estimate_at(values, 0.95)
}

/// The same with another confidence, above 0 and below 1.
pub fn estimate_at(values: &[f64], confidence: f64) -> Option<Estimate> {
    let n = values.len() as f64;
    if values.is_empty() {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let half = (values.len() > 1).then(|| {
        let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0);
        student(values.len() - 1, confidence) * (variance / n).sqrt()
    });
    Some(Estimate { mean, half })
}

/// Two-sided point of Student's t: a value with so many degrees of freedom (at least 1) lies within plus or minus this
/// with the given confidence.
pub fn student(freedom: usize, confidence: f64) -> f64 {
    let freedom = freedom.max(1) as f64;
    let outside = 1.0 - confidence.clamp(0.0, 1.0 - 1e-12);
    // P(|T| > t) = I(f / (f + t²); f/2, 1/2), which falls as t grows.
    let tail = |t: f64| incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5);
    let (mut low, mut high) = (0.0, 1.0);
    while tail(high) > outside && high < 1e15 {
        (low, high) = (high, high * 2.0);
    }
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if tail(middle) > outside {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// The regularised incomplete beta function for x in 0 to 1, by its continued fraction.
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let front =
        libm::exp(libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log1p(-x));
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

/// Lentz's evaluation of that fraction.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let (mut c, mut value) = (1.0, d);
    for m in 1..500 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for term in [even, odd] {
            d = 1.0 / away(1.0 + term * d);
            c = away(1.0 + term / c);
            value *= d * c;
        }
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_interval_by_hand() {
        // Mean 10, standard deviation 2, five runs: 2.776 × 2 / √5.
        let found = estimate(&[8.0, 8.0, 10.0, 12.0, 12.0]).unwrap();
        assert_eq!(found.mean, 10.0);
        assert!((found.half.unwrap() - 2.776_445 * 2.0 / 5f64.sqrt()).abs() < 1e-5);
        assert!((found.relative().unwrap() - found.half.unwrap() / 10.0).abs() < 1e-12);
        assert_eq!(estimate(&[3.0]), Some(Estimate { mean: 3.0, half: None }));
        assert_eq!(estimate(&[]), None);
        assert_eq!(estimate(&[0.0, 0.0]).unwrap().relative(), None);
    }

    #[test]
    fn students_points_are_those_of_the_tables() {
        let points = [
            (1, 0.95, 12.7062),
            (2, 0.95, 4.302_65),
            (9, 0.95, 2.262_16),
            (30, 0.95, 2.042_27),
            (120, 0.95, 1.979_93),
            (9_999, 0.95, 1.960_2),
            (7, 0.99, 3.499_48),
            (7, 0.999, 5.407_88),
        ];
        for (freedom, confidence, wanted) in points {
            let found = student(freedom, confidence);
            assert!((found / wanted - 1.0).abs() < 2e-5, "{freedom} {confidence}: {found}");
        }
    }
}
