//! Exponential and normal numbers by the ziggurat method of Marsaglia and Tsang ("The ziggurat method for generating
//! random variables", Journal of Statistical Software 5, 2000) with 256 layers of equal area.
//!
//! Some 98 of 100 draws cost one random number, one comparison and one multiplication. The others, in the wedges at the
//! edge of the layers and in the tail beyond the last one, are exact too: nothing is cut off. The tables are worked out
//! by the compiler from basic arithmetic, so every platform has the same bits.
//!
//! A draw takes its layer from the lowest 8 bits of a random number and its place from the upper 53 (or 53 and a sign): they
//! do not overlap, as those of the first published version did.

use super::dist::exp;
use super::random::Stream;

/// Number of layers.
const LAYERS: usize = 256;
/// 2^53: 53 bits of a random number are a place in a layer.
const PLACES: f64 = (1u64 << 53) as f64;

/// Layers under a falling density, widest first. Layer 0 is the base: a rectangle, and the tail beyond it.
struct Layers {
    /// Right edge of each layer; that of the base is as far out as gives it the same area as the others.
    edge: [f64; LAYERS + 1],
    /// Density at the edge.
    height: [f64; LAYERS + 1],
    /// Width of one place in a layer.
    step: [f64; LAYERS],
    /// Places below this lie under the density for certain, because the layer above reaches as far.
    sure: [u64; LAYERS],
}

/// A density that falls from 1 at 0.
#[derive(Clone, Copy)]
enum Density {
    /// e^-x.
    Exponential,
    /// e^(-x²/2): the normal density without its constant factor.
    Normal,
}

/// Where the tail begins, and the area of a layer: the root of "256 layers of this area reach the top", solved to 40
/// digits.
const EXPONENTIAL: (f64, f64) = (7.697_117_470_131_05, 0.003_949_659_822_581_557);
const NORMAL: (f64, f64) = (3.654_152_885_361_009, 0.004_928_673_233_974_655);

static EXPONENTIAL_LAYERS: Layers = Layers::under(Density::Exponential, EXPONENTIAL);
static NORMAL_LAYERS: Layers = Layers::under(Density::Normal, NORMAL);

impl Density {
    const fn at(self, x: f64) -> f64 {
        match self {
            Self::Exponential => 1.0 / exp_of(x),
            Self::Normal => 1.0 / exp_of(x * x / 2.0),
        }
    }

    /// Where the density has this height.
    const fn edge(self, height: f64) -> f64 {
        match self {
            Self::Exponential => -ln_of(height),
            Self::Normal => root_of(-2.0 * ln_of(height)),
        }
    }
}

impl Layers {
    const fn under(density: Density, (tail, area): (f64, f64)) -> Self {
        let mut layers =
            Self { edge: [0.0; LAYERS + 1], height: [1.0; LAYERS + 1], step: [0.0; LAYERS], sure: [0; LAYERS] };
        layers.edge[0] = area / density.at(tail);
        layers.edge[1] = tail;
        layers.height[0] = 0.0;
        layers.height[1] = density.at(tail);
        let mut layer = 2;
        while layer < LAYERS {
            let below = layers.height[layer - 1] + area / layers.edge[layer - 1];
            layers.edge[layer] = density.edge(below);
            layers.height[layer] = below;
            layer += 1;
        }
        layer = 0;
        while layer < LAYERS {
            layers.step[layer] = layers.edge[layer] / PLACES;
            layers.sure[layer] = (layers.edge[layer + 1] / layers.edge[layer] * PLACES) as u64;
            layer += 1;
        }
        layers
    }

    /// Whether a point this far out, at an even random height of its layer, lies under the density.
    fn holds(&self, layer: usize, density: f64, stream: &mut Stream) -> bool {
        let (low, high) = (self.height[layer], self.height[layer + 1]);
        low + stream.unit() * (high - low) < density
    }
}

/// An exponential number with mean 1.
#[inline]
pub(super) fn exponential(stream: &mut Stream) -> f64 {
    let layers = &EXPONENTIAL_LAYERS;
    let bits = stream.bits();
    let (layer, place) = ((bits & 0xFF) as usize, bits >> 11);
    let x = place as f64 * layers.step[layer];
    if place < layers.sure[layer] { x } else { exponential_edge(stream, layer, x) }
}

/// A draw at the edge of a layer; beyond the tail's beginning an exponential starts anew.
#[cold]
#[inline(never)]
fn exponential_edge(stream: &mut Stream, layer: usize, x: f64) -> f64 {
    if layer == 0 {
        return EXPONENTIAL.0 + exponential(stream);
    }
    if EXPONENTIAL_LAYERS.holds(layer, exp(-x), stream) { x } else { exponential(stream) }
}

/// A normal number with mean 0 and standard deviation 1.
#[inline]
pub(super) fn normal(stream: &mut Stream) -> f64 {
    let layers = &NORMAL_LAYERS;
    let bits = stream.bits();
    let (layer, place) = ((bits & 0xFF) as usize, bits as i64 >> 10);
    let x = place as f64 * layers.step[layer];
    if place.unsigned_abs() < layers.sure[layer] { x } else { normal_edge(stream, layer, x) }
}

#[cold]
#[inline(never)]
fn normal_edge(stream: &mut Stream, layer: usize, x: f64) -> f64 {
    if layer == 0 {
        return normal_tail(stream).copysign(x);
    }
    if NORMAL_LAYERS.holds(layer, exp(-0.5 * x * x), stream) { x } else { normal(stream) }
}

/// A normal number beyond the beginning of the tail (Marsaglia, "Generating a variable from the tail of the normal
/// distribution", Technometrics 6, 1964).
fn normal_tail(stream: &mut Stream) -> f64 {
    loop {
        let beyond = exponential(stream) / NORMAL.0;
        if 2.0 * exponential(stream) > beyond * beyond {
            return NORMAL.0 + beyond;
        }
    }
}

/// e to the x, for the tables: 0 <= x < 50.
const fn exp_of(x: f64) -> f64 {
    let halvings = 8;
    let part = x / 256.0;
    let (mut sum, mut term, mut n) = (1.0, 1.0, 1.0);
    while n < 20.0 {
        term *= part / n;
        sum += term;
        n += 1.0;
    }
    let mut i = 0;
    while i < halvings {
        sum *= sum;
        i += 1;
    }
    sum
}

/// The natural logarithm, for the tables: 1e-4 < x <= 1, by Halley's method.
const fn ln_of(x: f64) -> f64 {
    let (mut minus, mut i) = (0.0, 0);
    while i < 12 {
        let power = 1.0 / exp_of(minus);
        minus -= 2.0 * (x - power) / (x + power);
        i += 1;
    }
    -minus
}

/// The square root, for the tables: by Newton's method.
const fn root_of(x: f64) -> f64 {
    let (mut root, mut i) = (1.0, 0);
    while i < 40 {
        root = 0.5 * (root + x / root);
        i += 1;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_have_one_area_and_reach_the_top() {
        for (layers, density, (_, area)) in
            [(&EXPONENTIAL_LAYERS, Density::Exponential, EXPONENTIAL), (&NORMAL_LAYERS, Density::Normal, NORMAL)]
        {
            for layer in 1..LAYERS {
                let here = layers.edge[layer] * (layers.height[layer + 1] - layers.height[layer]);
                assert!((here / area - 1.0).abs() < 1e-9, "layer {layer} has area {here}");
                let exact = match density {
                    Density::Exponential => libm::exp(-layers.edge[layer]),
                    Density::Normal => libm::exp(-0.5 * layers.edge[layer] * layers.edge[layer]),
                };
                assert!((layers.height[layer] / exact - 1.0).abs() < 1e-12, "height of layer {layer}");
            }
            assert_eq!((layers.edge[LAYERS], layers.height[LAYERS]), (0.0, 1.0));
        }
    }

    const DRAWS: usize = 4_000_000;

    /// Pearson's statistic of draws over cells that should hold equal shares; `cell` maps a draw to [0, 1) by the exact
    /// distribution function.
    fn chi_square(draw: fn(&mut Stream) -> f64, share: impl Fn(f64) -> f64) -> f64 {
        const CELLS: usize = 1_000;
        let mut stream = Stream::new(11, "chi square");
        let mut counts = vec![0u32; CELLS];
        for _ in 0..DRAWS {
            let cell = (share(draw(&mut stream)) * CELLS as f64) as usize;
            counts[cell.min(CELLS - 1)] += 1;
        }
        let expected = (DRAWS / CELLS) as f64;
        counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum()
    }

    fn below(x: f64) -> f64 {
        0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
    }

    #[test]
    fn draws_fill_equal_cells_equally() {
        // 999 degrees of freedom: mean 999, standard deviation 44.7; five of them are 1,222.
        let exponential = chi_square(exponential, |x| 1.0 - libm::exp(-x));
        let normal = chi_square(normal, below);
        assert!((775.0..1_222.0).contains(&exponential), "exponential: {exponential}");
        assert!((775.0..1_222.0).contains(&normal), "normal: {normal}");
    }

    /// Counts of draws beyond some points against what the law says, within five standard deviations; the last points
    /// lie beyond the last layer.
    fn check_tail(draws: &[f64], points: &[f64], beyond: impl Fn(f64) -> f64) {
        for &point in points {
            let found = draws.iter().filter(|&&x| x > point).count() as f64;
            let expected = beyond(point) * draws.len() as f64;
            assert!((found - expected).abs() < 5.0 * expected.sqrt() + 1.0, "beyond {point}: {found} for {expected}");
        }
    }

    #[test]
    fn tails_are_those_of_the_law() {
        let mut stream = Stream::new(12, "tails");
        let draws: Vec<f64> = (0..DRAWS).map(|_| exponential(&mut stream)).collect();
        check_tail(&draws, &[1.0, 4.0, 7.0, EXPONENTIAL.0, 8.0, 9.0, 11.0, 13.0], |x| libm::exp(-x));
        let draws: Vec<f64> = (0..DRAWS).map(|_| normal(&mut stream)).collect();
        let points = [1.0, 2.0, 3.0, 3.5, NORMAL.0, 3.8, 4.0, 4.4];
        check_tail(&draws, &points, |x| below(-x));
        let mirrored: Vec<f64> = draws.iter().map(|x| -x).collect();
        check_tail(&mirrored, &points, |x| below(-x));
    }

    #[test]
    fn moments_are_those_of_the_law() {
        let mut stream = Stream::new(13, "moments");
        let mut sums = [0.0; 6];
        for _ in 0..DRAWS {
            let (e, z) = (exponential(&mut stream), normal(&mut stream));
            for (sum, value) in sums.iter_mut().zip([e, e * e, e * e * e, z, z * z, z * z * z * z]) {
                *sum += value;
            }
        }
        // Means with their standard errors for 4 million draws: sqrt(variance / 4e6), five of them allowed.
        let exact = [(1.0, 1.0), (2.0, 20.0), (6.0, 684.0), (0.0, 1.0), (1.0, 2.0), (3.0, 96.0)];
        for (sum, (mean, variance)) in sums.into_iter().zip(exact) {
            let found: f64 = sum / DRAWS as f64;
            let error = (f64::sqrt(variance) / f64::sqrt(DRAWS as f64)) * 5.0;
            assert!((found - mean).abs() < error, "{found} for {mean}");
        }
    }
}
