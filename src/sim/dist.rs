//! Distributions of service times and delays, and what people type for them.

use super::random::Stream;
use super::ziggurat::{exponential, normal};
use crate::units::Span;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use thiserror::Error;

/// A law for a positive time. Means are what people know, so every variant is given by its mean.
#[derive(Debug, Clone, PartialEq)]
pub enum Dist {
    /// Always the same.
    Constant(Span),
    /// Memoryless.
    Exponential(Span),
    /// Right-skewed with coefficient of variation `cv`: the usual shape of computing times, and the default at cv 1.
    Lognormal {
        /// Mean.
        mean: Span,
        /// Standard deviation over mean, 0.01 to 100.
        cv: f64,
    },
    /// The sum of `stages` exponentials: less variable than one.
    Erlang {
        /// Mean of the sum.
        mean: Span,
        /// Number of stages, 1 to 1,000.
        stages: u32,
    },
    /// Any spread with a light tail: an Erlang whose number of stages need not be whole.
    Gamma {
        /// Mean.
        mean: Span,
        /// Standard deviation over mean, 0.01 to 100.
        cv: f64,
    },
    /// Two exponentials with balanced means, squared coefficient of variation `cv2` of at least 1.
    Hyperexponential {
        /// Mean of the mixture.
        mean: Span,
        /// Squared coefficient of variation, 1 to 10,000.
        cv2: f64,
    },
    /// Evenly between two bounds.
    Uniform {
        /// Least value.
        low: Span,
        /// Greatest value.
        high: Span,
    },
    /// Heavy tail with index `alpha` above 1.
    Pareto {
        /// Mean.
        mean: Span,
        /// Tail index, 1.05 to 100; the variance is infinite up to 2.
        alpha: f64,
    },
    /// Values that were measured, each as likely as the others.
    Empirical(Sample),
}

/// Measured times.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    /// The file that holds them, as the design names it; `None` where they are stated.
    pub file: Option<String>,
    /// Nanoseconds; empty where the file has not been read.
    pub values: Arc<[u64]>,
}

/// Most values that are stated and not in a file.
const MOST_STATED: usize = 1_000;

/// Why a typed time with a shape was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "\"{0}\" is not a time with a shape; write it like \"12 ms\", \"12 ms exp\", \"12 ms constant\", \"12 ms cv 2\", \"5 ms to 9 ms\" or \"from times.csv\""
)]
pub struct DistError(String);

impl Dist {
    /// A lognormal time with coefficient of variation 1: what "12 ms" means without a shape.
    pub fn typical(mean: Span) -> Self {
        Self::Lognormal { mean, cv: 1.0 }
    }

    /// The mean.
    pub fn mean(&self) -> Span {
        match *self {
            Self::Constant(mean) | Self::Exponential(mean) => mean,
            Self::Lognormal { mean, .. } | Self::Erlang { mean, .. } | Self::Gamma { mean, .. } => mean,
            Self::Hyperexponential { mean, .. } | Self::Pareto { mean, .. } => mean,
            Self::Empirical(ref sample) => sample.mean(),
            Self::Uniform { low, high } => Span((low.0 + high.0) / 2),
        }
    }

    /// The constants that drawing from this law needs, worked out once.
    pub fn sampler(&self) -> Sampler {
        match *self {
            Self::Constant(span) => Sampler::Constant(span.0),
            Self::Exponential(mean) => Sampler::Exponential(mean.0 as f64),
            Self::Lognormal { mean, cv } => {
                let variance = libm::log1p(cv * cv);
                Sampler::Lognormal { mu: libm::log(mean.0.max(1) as f64) - variance / 2.0, sigma: variance.sqrt() }
            }
            Self::Erlang { mean, stages } => Sampler::Erlang { stage: mean.0 as f64 / f64::from(stages), stages },
            Self::Gamma { mean, cv } => Sampler::gamma(mean.0 as f64, 1.0 / (cv * cv)),
            Self::Hyperexponential { mean, cv2 } => {
                let share = 0.5 * (1.0 + ((cv2 - 1.0) / (cv2 + 1.0)).sqrt());
                let mean = mean.0 as f64;
                Sampler::Hyper { share, often: mean / (2.0 * share), seldom: mean / (2.0 * (1.0 - share)) }
            }
            Self::Uniform { low, high } => Sampler::Uniform { low: low.0 as f64, width: (high.0 - low.0) as f64 },
            Self::Empirical(ref sample) => Sampler::Empirical(Arc::clone(&sample.values)),
            Self::Pareto { mean, alpha } => {
                Sampler::Pareto { scale: mean.0 as f64 * (alpha - 1.0) / alpha, power: -1.0 / alpha }
            }
        }
    }
}

/// A distribution ready to be drawn from; times in nanoseconds.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are the usual parameters of each law")]
pub enum Sampler {
    Constant(u64),
    Exponential(f64),
    Lognormal { mu: f64, sigma: f64 },
    Erlang { stage: f64, stages: u32 },
    Gamma { scale: f64, shape: f64, power: f64 },
    Hyper { share: f64, often: f64, seldom: f64 },
    Uniform { low: f64, width: f64 },
    Pareto { scale: f64, power: f64 },
    Empirical(Arc<[u64]>),
}

impl Sample {
    fn mean(&self) -> Span {
        let sum: u128 = self.values.iter().map(|&nanos| u128::from(nanos)).sum();
        Span((sum / self.values.len().max(1) as u128) as u64)
    }
}

impl Sampler {
    /// A gamma variable; a shape below 1 is drawn as one of a shape above, times a power of a uniform.
    fn gamma(mean: f64, shape: f64) -> Self {
        let (raised, power) = if shape < 1.0 { (shape + 1.0, 1.0 / shape) } else { (shape, 0.0) };
        Self::Gamma { scale: mean / shape, shape: raised, power }
    }

    /// Draws one time in nanoseconds, from basic arithmetic and `libm` only, so that every platform draws the same bits.
    #[inline(always)]
    pub fn draw(&self, stream: &mut Stream) -> u64 {
        match *self {
            Self::Exponential(mean) => whole(mean * exponential(stream)),
            Self::Lognormal { mu, sigma } => whole(exp(mu + sigma * normal(stream))),
            _ => self.draw_seldom(stream),
        }
    }

    /// The same for the laws that are less common, in a place of their own.
    #[inline(never)]
    fn draw_seldom(&self, stream: &mut Stream) -> u64 {
        let value = match *self {
            Self::Constant(nanos) => return nanos,
            Self::Empirical(ref values) if values.is_empty() => return 0,
            Self::Empirical(ref values) => return values[stream.below(values.len())],
            Self::Exponential(mean) => mean * exponential(stream),
            Self::Lognormal { mu, sigma } => exp(mu + sigma * normal(stream)),
            Self::Erlang { stage, stages } => stage * (0..stages).map(|_| exponential(stream)).sum::<f64>(),
            Self::Gamma { scale, shape, power } => scale * gamma(shape, power, stream),
            Self::Hyper { share, often, seldom } => {
                let mean = if stream.unit() < share { often } else { seldom };
                mean * exponential(stream)
            }
            Self::Uniform { low, width } => low + width * stream.unit(),
            Self::Pareto { scale, power } => scale * libm::pow(1.0 - stream.unit(), power),
        };
        whole(value)
    }
}

/// The nearest whole number. Adding 2^52 leaves no bits behind the point, and costs a third of a conversion that minds
/// everything that a number can be.
#[inline]
pub(super) fn whole(value: f64) -> u64 {
    const ROUND: f64 = (1u64 << 52) as f64;
    if (0.0..ROUND).contains(&value) { (value + ROUND).to_bits() - ROUND.to_bits() } else { value as u64 }
}

/// Steps of the table of powers of two in one octave.
const STEPS: usize = 64;

/// 2^(i/64), each from the one before by multiplication; the error grows to less than 1e-14.
const POWERS: [f64; STEPS] = {
    let mut powers = [1.0; STEPS];
    let mut i = 1;
    while i < STEPS {
        powers[i] = powers[i - 1] * 1.010_889_286_051_700_5;
        i += 1;
    }
    powers
};

/// e to the x within 1e-12, for |x| below 700, in plain arithmetic: the same bits everywhere, and four times as fast as
/// a correctly rounded one, which no sample needs.
#[inline]
pub(super) fn exp(x: f64) -> f64 {
    /// Adding it leaves no bits behind the point: rounds to the nearest whole number, which is then in the lowest bits.
    const ROUND: f64 = 1.5 * (1u64 << 52) as f64;
    const STEP: f64 = std::f64::consts::LN_2 / STEPS as f64;
    let shifted = (x * (1.0 / STEP)).clamp(-64_000.0, 64_000.0) + ROUND;
    let rest = x - (shifted - ROUND) * STEP;
    let near_one = 1.0 + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0))));
    let whole = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i64;
    let octave = f64::from_bits(((1023 + (whole >> STEPS.trailing_zeros())) as u64) << 52);
    octave * POWERS[(whole & (STEPS as i64 - 1)) as usize] * near_one
}

/// A gamma variable of scale 1 and a shape of at least 1: rejection from a cubed normal, 1.05 tries on average (Marsaglia
/// and Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000).
fn gamma(shape: f64, power: f64, stream: &mut Stream) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    let drawn = loop {
        let x = normal(stream);
        let v = (1.0 + c * x) * (1.0 + c * x) * (1.0 + c * x);
        if v > 0.0 && libm::log(1.0 - stream.unit()) < 0.5 * x * x + d * (1.0 - v + libm::log(v)) {
            break d * v;
        }
    };
    if power > 0.0 { drawn * libm::pow(1.0 - stream.unit(), power) } else { drawn }
}

impl FromStr for Dist {
    type Err = DistError;

    fn from_str(text: &str) -> Result<Self, DistError> {
        parse(text.trim()).ok_or_else(|| DistError(text.chars().take(40).collect()))
    }
}

fn parse(text: &str) -> Option<Dist> {
    if let Some(file) = text.strip_prefix("from ") {
        let file = Some(file.trim().to_owned()).filter(|file| !file.is_empty() && !file.contains(char::is_control));
        return file.map(|file| Dist::Empirical(Sample { file: Some(file), ..Sample::default() }));
    }
    if let Some(values) = text.strip_prefix("empirical ") {
        let values: Vec<u64> =
            values.split(',').map(|value| Some(value.parse::<Span>().ok()?.0)).collect::<Option<_>>()?;
        let stated = Sample { file: None, values: values.into() };
        return (stated.values.len() <= MOST_STATED).then_some(Dist::Empirical(stated));
    }
    if let Some((low, high)) = text.split_once(" to ") {
        let (low, high): (Span, Span) = (low.parse().ok()?, high.parse().ok()?);
        return (low <= high).then_some(Dist::Uniform { low, high });
    }
    const SHAPES: [&str; 9] =
        ["exponential", "exp", "constant", "cv", "erlang", "gamma", "hyper", "pareto", "lognormal"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let shape_at = words.iter().position(|word| SHAPES.contains(word)).unwrap_or(words.len());
    let mean: Span = words[..shape_at].join(" ").parse().ok()?;
    let number = || words.get(shape_at + 1)?.parse::<f64>().ok();
    let within = |value: f64, low: f64, high: f64| (low..=high).contains(&value).then_some(value);
    let arguments = words.len().saturating_sub(shape_at + 1);
    let wanted = usize::from(matches!(words.get(shape_at), Some(&("cv" | "erlang" | "gamma" | "hyper" | "pareto"))));
    if arguments != wanted {
        return None;
    }
    match words.get(shape_at).copied() {
        None | Some("lognormal") => Some(Dist::typical(mean)),
        Some("exp" | "exponential") => Some(Dist::Exponential(mean)),
        Some("constant") => Some(Dist::Constant(mean)),
        Some("cv") => Some(Dist::Lognormal { mean, cv: within(number()?, 0.01, 100.0)? }),
        Some("erlang") => Some(Dist::Erlang { mean, stages: within(number()?, 1.0, 1000.0)? as u32 }),
        Some("gamma") => Some(Dist::Gamma { mean, cv: within(number()?, 0.01, 100.0)? }),
        Some("hyper") => Some(Dist::Hyperexponential { mean, cv2: within(number()?, 1.0, 1e4)? }),
        Some("pareto") => Some(Dist::Pareto { mean, alpha: within(number()?, 1.05, 100.0)? }),
        Some(_) => None,
    }
}

impl fmt::Display for Dist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(mean) => write!(f, "{mean} constant"),
            Self::Exponential(mean) => write!(f, "{mean} exp"),
            Self::Lognormal { mean, cv } if *cv == 1.0 => write!(f, "{mean}"),
            Self::Lognormal { mean, cv } => write!(f, "{mean} cv {cv}"),
            Self::Erlang { mean, stages } => write!(f, "{mean} erlang {stages}"),
            Self::Gamma { mean, cv } => write!(f, "{mean} gamma {cv}"),
            Self::Hyperexponential { mean, cv2 } => write!(f, "{mean} hyper {cv2}"),
            Self::Uniform { low, high } => write!(f, "{low} to {high}"),
            Self::Pareto { mean, alpha } => write!(f, "{mean} pareto {alpha}"),
            Self::Empirical(Sample { file: Some(file), .. }) => write!(f, "from {file}"),
            Self::Empirical(Sample { values, .. }) => {
                let values: Vec<String> = values.iter().map(|&nanos| Span(nanos).to_string()).collect();
                write!(f, "empirical {}", values.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_reads_back() {
        for text in [
            "12 ms",
            "12 ms exp",
            "1 s constant",
            "12 ms cv 2",
            "8 ms erlang 4",
            "8 ms gamma 0.7",
            "1 s hyper 4",
            "5 ms to 9 ms",
            "2 s pareto 2.5",
            "empirical 5 ms, 7 ms, 1 s",
            "from times of a day.csv",
        ] {
            assert_eq!(text.parse::<Dist>().map(|dist| dist.to_string()).as_deref(), Ok(text));
        }
        for bad in [
            "",
            "12",
            "12 ms cv",
            "12 ms cv -1",
            "9 ms to 5 ms",
            "12 ms gauss",
            "12 ms exp 3",
            "3 s hyper 0.2",
            "from ",
            "empirical 5",
        ] {
            assert!(bad.parse::<Dist>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_exponential_is_exact_enough() {
        for i in -6_900..=6_900 {
            let x = f64::from(i) * 0.1003;
            let off = exp(x) / libm::exp(x) - 1.0;
            assert!(off.abs() < 1e-12, "exp({x}) is off by {off}");
        }
    }

    #[test]
    fn samples_have_the_mean_and_spread_that_was_asked_for() {
        let cases = [
            ("10 ms", 1.0),
            ("10 ms exp", 1.0),
            ("10 ms cv 2", 2.0),
            ("10 ms erlang 4", 0.5),
            ("10 ms hyper 4", 2.0),
            ("10 ms gamma 0.5", 0.5),
            ("10 ms gamma 2", 2.0),
            ("empirical 5 ms, 5 ms, 10 ms, 20 ms", 0.6123724),
        ];
        for (text, cv) in cases {
            let sampler = text.parse::<Dist>().unwrap().sampler();
            let mut stream = Stream::new(7, text);
            let draws: Vec<f64> = (0..400_000).map(|_| sampler.draw(&mut stream) as f64 / 1e7).collect();
            let mean = draws.iter().sum::<f64>() / draws.len() as f64;
            let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / draws.len() as f64;
            assert!((mean - 1.0).abs() < 0.02, "{text}: mean {mean}");
            assert!((variance.sqrt() / cv - 1.0).abs() < 0.1, "{text}: cv {}", variance.sqrt());
        }
    }
}
