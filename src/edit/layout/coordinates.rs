//! Where boxes stand: layers side by side; within a layer, each box as near as it can to the middle of those that it is
//! linked with, in the order that is given.
//!
//! For one layer this is a regression under order: the positions that are nearest to the wanted ones in the sense of least
//! squares, with the distances kept, found by pooling neighbours that want to overtake each other.

use super::graph::Graph;
use super::order::Net;
use super::{GAP, LAYER_GAP};
use crate::model::{GRID, Point};

/// Passes over all layers, to and fro.
const SWEEPS: usize = 16;

/// Between a point where a link passes and its neighbours.
const POINT_GAP: f32 = 18.0;

/// Top left corners of the boxes.
pub(super) fn place(graph: &Graph, net: &Net) -> Vec<Point> {
    let mut middles = start(graph, net);
    let count = net.layers.len();
    for sweep in 0..SWEEPS {
        for n in 0..count {
            let forwards = sweep.is_multiple_of(2);
            let layer = &net.layers[if forwards { n } else { count - 1 - n }];
            // The last passes listen to both sides, so that nothing hangs on one of them.
            let wanted: Vec<(f32, f32)> = layer.iter().map(|&id| wanted(net, &middles, id, side(sweep))).collect();
            for (&id, middle) in layer.iter().zip(pooled(&wanted, &distances(graph, net, layer))) {
                middles[id] = middle;
            }
        }
    }
    corners(graph, net, &middles)
}

/// Which neighbours a pass listens to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    Behind,
    Both,
}

fn side(sweep: usize) -> Side {
    match sweep {
        _ if sweep + 4 >= SWEEPS => Side::Both,
        _ if sweep.is_multiple_of(2) => Side::Before,
        _ => Side::Behind,
    }
}

fn height(graph: &Graph, net: &Net, id: usize) -> f32 {
    if net.is_point(id) { 0.0 } else { graph.sizes[id].h }
}

/// Least distances between the middles of neighbours in a layer.
fn distances(graph: &Graph, net: &Net, layer: &[usize]) -> Vec<f32> {
    let least = |pair: &[usize]| {
        let gap = if pair.iter().any(|&id| net.is_point(id)) { POINT_GAP } else { GAP };
        (height(graph, net, pair[0]) + height(graph, net, pair[1])) / 2.0 + gap
    };
    layer.windows(2).map(least).collect()
}

/// Each layer one below the other, about a common middle.
fn start(graph: &Graph, net: &Net) -> Vec<f32> {
    let mut middles = vec![0.0; net.before.len()];
    for layer in &net.layers {
        let distances = distances(graph, net, layer);
        let mut at = -distances.iter().sum::<f32>() / 2.0;
        for (n, &id) in layer.iter().enumerate() {
            middles[id] = at;
            at += distances.get(n).copied().unwrap_or(0.0);
        }
    }
    middles
}

/// Where a box or point wants to be, and how much: long links want to be straight.
fn wanted(net: &Net, middles: &[f32], id: usize, side: Side) -> (f32, f32) {
    let (mut sum, mut weights) = (0.0, 0.0);
    let mut listen = |others: &[usize]| {
        for &other in others {
            let weight = match (net.is_point(id), net.is_point(other)) {
                (true, true) => 8.0,
                (false, false) => 1.0,
                _ => 2.0,
            };
            sum += weight * middles[other];
            weights += weight;
        }
    };
    if side != Side::Behind {
        listen(&net.before[id]);
    }
    if side != Side::Before {
        listen(&net.behind[id]);
    }
    if weights > 0.0 { (sum / weights, weights) } else { (middles[id], 0.1) }
}

/// The positions nearest to the wanted ones (with weights) that keep their order and their least distances.
fn pooled(wanted: &[(f32, f32)], distances: &[f32]) -> Vec<f32> {
    struct Pool {
        sum: f32,
        weight: f32,
        count: usize,
    }
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(wanted.len());
    let mut pools: Vec<Pool> = Vec::new();
    for (n, (want, weight)) in wanted.iter().enumerate() {
        offsets.push(offset);
        let mut pool = Pool { sum: (want - offset) * weight, weight: *weight, count: 1 };
        while let Some(above) = pools.last()
            && above.sum / above.weight >= pool.sum / pool.weight
        {
            pool.sum += above.sum;
            pool.weight += above.weight;
            pool.count += above.count;
            pools.pop();
        }
        pools.push(pool);
        offset += distances.get(n).copied().unwrap_or(0.0);
    }
    let means = pools.iter().flat_map(|pool| std::iter::repeat_n(pool.sum / pool.weight, pool.count));
    means.zip(offsets).map(|(mean, offset)| mean + offset).collect()
}

fn corners(graph: &Graph, net: &Net, middles: &[f32]) -> Vec<Point> {
    let mut corners = vec![Point::default(); net.boxes];
    let mut left = 0.0;
    for layer in &net.layers {
        let boxes = || layer.iter().copied().filter(|&id| !net.is_point(id));
        let width = boxes().map(|id| graph.sizes[id].w).fold(0.0, f32::max);
        for id in boxes() {
            let size = graph.sizes[id];
            let at = Point::new(left + (width - size.w) / 2.0, middles[id] - size.h / 2.0);
            corners[id] = at.snapped(GRID);
        }
        left += (width / GRID).ceil() * GRID + LAYER_GAP;
    }
    corners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_that_want_to_overtake_each_other_share_the_way() {
        assert_eq!(pooled(&[(0.0, 1.0), (100.0, 1.0)], &[50.0]), [0.0, 100.0], "there is room");
        assert_eq!(pooled(&[(50.0, 1.0), (50.0, 1.0)], &[50.0]), [25.0, 75.0]);
        assert_eq!(pooled(&[(90.0, 3.0), (10.0, 1.0), (0.0, 1.0)], &[10.0, 10.0]), [50.0, 60.0, 70.0]);
    }
}
