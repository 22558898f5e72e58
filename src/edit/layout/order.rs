//! The order within layers: a link that leads over several layers passes each of them at a point of its own, and the
//! points and boxes of a layer change places until few links cross.

use super::graph::Graph;

/// Passes over all layers, to and fro.
const SWEEPS: usize = 12;

/// Passes in which neighbours change places.
const SWAPS: usize = 6;

/// Layers with more points than this are not searched pair by pair.
const WIDE: usize = 400;

/// Most points at which links pass layers; the links that are left over pass without one.
const MOST_PASSES: usize = 40_000;

/// Which way a pass goes over the layers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Forwards,
    Backwards,
}

/// Boxes and the points where links pass, by layer. Points are numbered behind the boxes.
pub(super) struct Net {
    /// Of each layer, its boxes and points from top to bottom.
    pub layers: Vec<Vec<usize>>,
    /// For each box and point, those of the layer before that lead to it.
    pub before: Vec<Vec<usize>>,
    /// For each box and point, those of the layer behind that it leads to.
    pub behind: Vec<Vec<usize>>,
    /// Numbers below this are boxes.
    pub boxes: usize,
}

impl Net {
    pub fn new(graph: &Graph, layer: &[usize]) -> Self {
        let count = layer.iter().copied().max().map_or(0, |last| last + 1);
        let boxes = layer.len();
        let mut net = Self { layers: vec![Vec::new(); count], before: Vec::new(), behind: Vec::new(), boxes };
        net.before.resize(boxes, Vec::new());
        net.behind.resize(boxes, Vec::new());
        for (id, &at) in layer.iter().enumerate() {
            net.layers[at].push(id);
        }
        for (from, to) in graph.forward() {
            net.link(from, to, layer);
        }
        net
    }

    fn link(&mut self, from: usize, to: usize, layer: &[usize]) {
        let (first, last) = if layer[from] < layer[to] { (from, to) } else { (to, from) };
        let span = layer[last] - layer[first];
        if span == 0 || self.before.len() - self.boxes + span > MOST_PASSES {
            return;
        }
        let mut at = first;
        for passed in &mut self.layers[layer[first] + 1..layer[last]] {
            let point = self.before.len();
            passed.push(point);
            self.before.push(vec![at]);
            self.behind.push(Vec::new());
            self.behind[at].push(point);
            at = point;
        }
        self.behind[at].push(last);
        self.before[last].push(at);
    }

    /// Whether a number stands for a point where a link passes.
    pub fn is_point(&self, id: usize) -> bool {
        id >= self.boxes
    }

    /// Changes the order within layers until few links cross. The best order that was met stays.
    pub fn uncross(&mut self) {
        let mut best = (self.crossings(), self.layers.clone());
        for sweep in 0..SWEEPS {
            if best.0 == 0 {
                break;
            }
            self.sweep(if usize::is_multiple_of(sweep, 2) { Way::Forwards } else { Way::Backwards });
            self.swap_neighbours();
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
            }
        }
        self.layers = best.1;
    }

    /// Where each box and point stands in its layer.
    fn positions(&self) -> Vec<usize> {
        let mut positions = vec![0; self.before.len()];
        for (place, id) in self.layers.iter().flat_map(|layer| layer.iter().copied().enumerate()) {
            positions[id] = place;
        }
        positions
    }

    /// Each layer takes the order of the means of its neighbours in the layer before, or behind.
    fn sweep(&mut self, way: Way) {
        let forwards = way == Way::Forwards;
        let mut positions = self.positions();
        let count = self.layers.len();
        for n in 0..count {
            let at = if forwards { n } else { count - 1 - n };
            let near = if forwards { &self.before } else { &self.behind };
            let mean = |id: usize| {
                let sum: usize = near[id].iter().map(|&other| positions[other]).sum();
                if near[id].is_empty() { positions[id] as f32 } else { sum as f32 / near[id].len() as f32 }
            };
            let mut layer: Vec<(f32, usize)> = self.layers[at].iter().map(|&id| (mean(id), id)).collect();
            layer.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (place, (_, id)) in layer.iter().enumerate() {
                positions[*id] = place;
            }
            self.layers[at] = layer.into_iter().map(|(_, id)| id).collect();
        }
    }

    /// Neighbours in a layer change places wherever that takes crossings away.
    fn swap_neighbours(&mut self) {
        let mut positions = self.positions();
        for _ in 0..SWAPS {
            let mut swapped = false;
            for layer in self.layers.iter_mut().filter(|layer| layer.len() <= WIDE) {
                for at in 1..layer.len() {
                    let (upper, lower) = (layer[at - 1], layer[at]);
                    let now =
                        pairs(&self.before, &positions, upper, lower) + pairs(&self.behind, &positions, upper, lower);
                    let then =
                        pairs(&self.before, &positions, lower, upper) + pairs(&self.behind, &positions, lower, upper);
                    if then < now {
                        layer.swap(at - 1, at);
                        positions.swap(upper, lower);
                        swapped = true;
                    }
                }
            }
            if !swapped {
                break;
            }
        }
    }

    /// How many pairs of links cross.
    pub fn crossings(&self) -> usize {
        let positions = self.positions();
        self.layers.iter().map(|layer| self.crossings_behind(layer, &positions)).sum()
    }

    /// Crossings between a layer and the one behind: inversions of the ends of its links.
    fn crossings_behind(&self, layer: &[usize], positions: &[usize]) -> usize {
        let mut ends = Vec::new();
        for &id in layer {
            let start = ends.len();
            ends.extend(self.behind[id].iter().map(|&to| positions[to]));
            ends[start..].sort_unstable();
        }
        inversions(&ends)
    }
}

/// How many links of `upper` cross links of `lower`, which stands below it.
fn pairs(near: &[Vec<usize>], positions: &[usize], upper: usize, lower: usize) -> usize {
    let below = |end: usize| near[lower].iter().filter(|&&other| positions[other] < end).count();
    near[upper].iter().map(|&end| below(positions[end])).sum()
}

/// How many pairs of a sequence stand in the wrong order; a tree of sums counts them.
fn inversions(sequence: &[usize]) -> usize {
    let size = sequence.iter().copied().max().map_or(0, |most| most + 2);
    let (mut sums, mut count) = (vec![0usize; size + 1], 0);
    for (seen, &value) in sequence.iter().enumerate() {
        let mut at = value + 1;
        let mut not_above = 0;
        while at > 0 {
            not_above += sums[at];
            at &= at - 1;
        }
        count += seen - not_above;
        let mut at = value + 1;
        while at <= size {
            sums[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inversions_are_counted() {
        assert_eq!(inversions(&[0, 1, 2]), 0);
        assert_eq!(inversions(&[2, 1, 0]), 3);
        assert_eq!(inversions(&[1, 1, 0, 2, 0]), 5);
    }
}
