//! Lining records up and spreading them evenly: from what is selected to one command.
//!
//! A group, and a place with all that stands in it, count as one. What is locked stays, and the others line up with it.

use super::{Command, belong};
use crate::model::{Design, Id, Point, Rect};
use crate::words::key;
use std::collections::BTreeSet;

/// What is brought into line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Left edges.
    Left,
    /// Middles, side by side.
    Center,
    /// Right edges.
    Right,
    /// Upper edges.
    Top,
    /// Middles, one above the other.
    Middle,
    /// Lower edges.
    Bottom,
}

/// In which direction, and what is made even.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// From left to right, the same distance between middles.
    Across,
    /// From top to bottom, the same distance between middles.
    Down,
    /// From left to right, the same gap between neighbours.
    GapsAcross,
    /// From top to bottom, the same gap between neighbours.
    GapsDown,
}

/// Records that move as one, and the rectangle around them.
struct Block {
    ids: BTreeSet<Id>,
    rect: Rect,
}

/// The command that lines records up; `None` if there are fewer than two or nothing would move.
pub fn align(design: &Design, ids: &BTreeSet<Id>, how: Align) -> Option<Command> {
    let blocks = blocks(design, ids);
    let fixed: Vec<&Block> = blocks.iter().filter(|block| is_fixed(design, block)).collect();
    let all = if fixed.is_empty() { blocks.iter().collect() } else { fixed };
    let around = all.into_iter().map(|block| block.rect).reduce(Rect::union)?;
    let ways = blocks.iter().map(|block| {
        let (from, to) = (block.rect, around);
        match how {
            Align::Left => Point::new(to.min.x - from.min.x, 0.0),
            Align::Center => Point::new(to.center().x - from.center().x, 0.0),
            Align::Right => Point::new(to.max.x - from.max.x, 0.0),
            Align::Top => Point::new(0.0, to.min.y - from.min.y),
            Align::Middle => Point::new(0.0, to.center().y - from.center().y),
            Align::Bottom => Point::new(0.0, to.max.y - from.max.y),
        }
    });
    let ways = ways.collect::<Vec<_>>();
    (blocks.len() > 1).then(|| command(design, &blocks, &ways, key!("align")))?
}

/// The command that spreads records evenly between the outermost two; `None` if there are fewer than three or nothing
/// would move.
pub fn spread(design: &Design, ids: &BTreeSet<Id>, how: Spread) -> Option<Command> {
    let mut blocks = blocks(design, ids);
    if blocks.len() < 3 {
        return None;
    }
    let across = matches!(how, Spread::Across | Spread::GapsAcross);
    let ends = |rect: &Rect| if across { (rect.min.x, rect.max.x) } else { (rect.min.y, rect.max.y) };
    let middle = |rect: &Rect| (ends(rect).0 + ends(rect).1) / 2.0;
    blocks.sort_by(|a, b| middle(&a.rect).total_cmp(&middle(&b.rect)));
    let rects: Vec<(f32, f32)> = blocks.iter().map(|block| ends(&block.rect)).collect();
    let starts = match how {
        Spread::Across | Spread::Down => even_middles(&rects),
        Spread::GapsAcross | Spread::GapsDown => even_gaps(&rects),
    };
    let way = |(from, to): (&(f32, f32), f32)| {
        if across { Point::new(to - from.0, 0.0) } else { Point::new(0.0, to - from.0) }
    };
    let ways: Vec<Point> = rects.iter().zip(starts).map(way).collect();
    command(design, &blocks, &ways, key!("distribution"))
}

/// Where intervals start whose middles lie equally far apart; the first and the last stay.
fn even_middles(intervals: &[(f32, f32)]) -> Vec<f32> {
    let middle = |(a, b): (f32, f32)| (a + b) / 2.0;
    let (first, last) = (middle(intervals[0]), middle(intervals[intervals.len() - 1]));
    let step = (last - first) / (intervals.len() - 1) as f32;
    let place = |(n, (a, b)): (usize, &(f32, f32))| first + step * n as f32 - (b - a) / 2.0;
    intervals.iter().enumerate().map(place).collect()
}

/// Where intervals start that have equal gaps between them; the outer edges stay.
fn even_gaps(intervals: &[(f32, f32)]) -> Vec<f32> {
    let start = intervals[0].0;
    let end = intervals.iter().map(|interval| interval.1).fold(f32::MIN, f32::max);
    let filled: f32 = intervals.iter().map(|(a, b)| b - a).sum();
    let gap = (end - start - filled) / (intervals.len() - 1) as f32;
    let mut at = start;
    let place = |(a, b): &(f32, f32)| {
        let here = at;
        at += b - a + gap;
        here
    };
    intervals.iter().map(place).collect()
}

fn blocks(design: &Design, ids: &BTreeSet<Id>) -> Vec<Block> {
    let drawn: BTreeSet<Id> = ids.iter().filter(|id| design.rect_of(id).is_some()).cloned().collect();
    let open = design.common_groups(&drawn);
    let mut taken = BTreeSet::new();
    let mut blocks = Vec::new();
    // Places first, outermost before innermost, so that what stands in one goes with it.
    let depth = |id: &Id| design.places.get(id).map_or(u8::MAX, |place| place.kind.depth());
    let mut order: Vec<&Id> = drawn.iter().collect();
    order.sort_by_key(|id| depth(id));
    for id in order {
        if taken.contains(id) {
            continue;
        }
        let group: BTreeSet<Id> = design.unit(id, open).intersection(&drawn).cloned().collect();
        let members = belong::with_contents(design, &group);
        let rects = group.iter().filter_map(|id| design.rect_of(id));
        let Some(rect) = rects.reduce(Rect::union) else { continue };
        taken.extend(members.iter().cloned());
        blocks.push(Block { ids: members, rect });
    }
    blocks
}

fn is_fixed(design: &Design, block: &Block) -> bool {
    block.ids.iter().any(|id| design.is_locked(id))
}

fn command(design: &Design, blocks: &[Block], ways: &[Point], name: &'static str) -> Option<Command> {
    let mut rects = Vec::new();
    for (block, way) in blocks.iter().zip(ways) {
        if is_fixed(design, block) || (way.x.abs() < 1e-3 && way.y.abs() < 1e-3) {
            continue;
        }
        rects.extend(block.ids.iter().filter_map(|id| Some((id.clone(), design.rect_of(id)?.shift(*way)))));
    }
    (!rects.is_empty()).then_some(Command::Arrange { rects, name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;
    use crate::model::sketch;

    fn moved(x: &[(f32, f32)], how: Spread) -> Vec<f32> {
        let mut design = Design::default();
        for (at, y) in x {
            let add = Command::AddNode { service: "ec2".into(), at: Point::new(*at, *y) };
            apply(&mut design, &add).unwrap();
        }
        let ids: BTreeSet<Id> = design.nodes.keys().cloned().collect();
        if let Some(command) = spread(&design, &ids, how) {
            apply(&mut design, &command).unwrap();
        }
        design.nodes.values().map(|node| if how == Spread::GapsDown { node.at.y } else { node.at.x }).collect()
    }

    #[test]
    fn blocks_are_spread_evenly_between_the_outermost() {
        let row = [(0.0, 0.0), (500.0, 0.0), (600.0, 0.0)];
        assert_eq!(moved(&row, Spread::GapsAcross), [0.0, 300.0, 600.0]);
        assert_eq!(moved(&row, Spread::Across), [0.0, 300.0, 600.0]);
        assert_eq!(moved(&[(0.0, 0.0), (0.0, 130.0), (0.0, 400.0)], Spread::GapsDown), [0.0, 200.0, 400.0]);
        assert_eq!(moved(&row[..2], Spread::Across), [0.0, 500.0], "two are spread already");
    }

    #[test]
    fn six_ways_to_line_up() {
        let mut design = sketch("users -> elb -> ec2").unwrap();
        let ids: BTreeSet<Id> = design.nodes.keys().cloned().collect();
        for (n, id) in ids.iter().enumerate() {
            let by = Point::new(7.0, 40.0 * n as f32);
            apply(&mut design, &Command::Move { ids: vec![id.clone()], by }).unwrap();
        }
        let lines = |design: &Design, of: fn(Rect) -> f32| {
            let mut found: Vec<f32> = design.nodes.values().map(|node| of(node.rect())).collect();
            found.dedup();
            found.len()
        };
        type Edge = fn(Rect) -> f32;
        let ways: [(Align, Edge); 6] = [
            (Align::Left, |rect| rect.min.x),
            (Align::Center, |rect| rect.center().x),
            (Align::Right, |rect| rect.max.x),
            (Align::Top, |rect| rect.min.y),
            (Align::Middle, |rect| rect.center().y),
            (Align::Bottom, |rect| rect.max.y),
        ];
        for (how, of) in ways {
            let mut moved = design.clone();
            let command = align(&moved, &ids, how).expect("they stand apart");
            apply(&mut moved, &command).unwrap();
            assert_eq!(lines(&moved, of), 1, "{how:?}");
            assert_eq!(align(&moved, &ids, how), None, "{how:?} again moves nothing");
        }
    }

    #[test]
    fn others_line_up_with_what_is_locked() {
        let mut design = sketch("users -> elb").unwrap();
        let ids: BTreeSet<Id> = design.nodes.keys().cloned().collect();
        let elb = ids.iter().find(|id| id.as_str() == "elb").unwrap().clone();
        apply(&mut design, &Command::Lock { ids: vec![elb.clone()] }).unwrap();
        let before = design.nodes[&elb].at;
        let command = align(&design, &ids, Align::Left).unwrap();
        apply(&mut design, &command).unwrap();
        assert!(design.nodes.values().all(|node| node.at.x == before.x));
    }
}
