//! Confidence from replications: the mean of independent runs, and how far the true mean may be from it.

/// Mean of some runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Mean over the runs.
    pub mean: f64,
    /// Half the width of the 95 % confidence interval; `None` for a single run.
    pub half: Option<f64>,
}

/// Two-sided 95 % points of Student's t by degrees of freedom, 1 to 30.
const T95: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// The point for `freedom` degrees; beyond the table by the Cornish-Fisher expansion about the normal 1.95996.
fn t95(freedom: usize) -> f64 {
    const Z: f64 = 1.959_963_985;
    match freedom {
        0 => f64::INFINITY,
        1..=30 => T95[freedom - 1],
        _ => {
            let n = freedom as f64;
            let (z3, z5) = (Z * Z * Z, Z * Z * Z * Z * Z);
            Z + (z3 + Z) / (4.0 * n) + (5.0 * z5 + 16.0 * z3 + 3.0 * Z) / (96.0 * n * n)
        }
    }
}

/// The estimate from the values of the runs; `None` without any.
pub fn estimate(values: &[f64]) -> Option<Estimate> {
    let n = values.len() as f64;
    if values.is_empty() {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let half = (values.len() > 1).then(|| {
        let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0);
        t95(values.len() - 1) * (variance / n).sqrt()
    });
    Some(Estimate { mean, half })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_interval_by_hand() {
        // Mean 10, standard deviation 2, five runs: 2.776 × 2 / √5.
        let found = estimate(&[8.0, 8.0, 10.0, 12.0, 12.0]).unwrap();
        assert_eq!(found.mean, 10.0);
        assert!((found.half.unwrap() - 2.776 * 2.0 / 5f64.sqrt()).abs() < 1e-9);
        assert_eq!(estimate(&[3.0]), Some(Estimate { mean: 3.0, half: None }));
        assert_eq!(estimate(&[]), None);
    }

    #[test]
    fn the_expansion_meets_the_table() {
        for (freedom, wanted) in [(40, 2.021), (60, 2.000), (120, 1.980)] {
            assert!((t95(freedom) - wanted).abs() < 6e-4, "{freedom}: {}", t95(freedom));
        }
    }
}
