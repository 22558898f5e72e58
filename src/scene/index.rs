//! A grid over the drawing that finds what lies somewhere without looking at everything.
//!
//! Promises: whatever is put in is found again, wherever it lies; the grid never has many more cells than things in it, so
//! that a drawing with one card far away costs no more than another. Absent: order (callers sort), and what the things are.

use crate::model::{Point, Rect};

/// Smallest side of a cell, in drawing units: a little more than a card.
const CELL: f32 = 192.0;

/// Numbers of things by where they lie.
#[derive(Debug, Clone, Default)]
pub struct Index {
    origin: Point,
    cell: f32,
    columns: usize,
    rows: usize,
    cells: Vec<Vec<u32>>,
    /// One more than the greatest number that was put in.
    numbers: u32,
}

impl Index {
    /// An empty grid over `bounds` that is meant for `count` things.
    pub fn new(bounds: Rect, count: usize) -> Self {
        let (w, h) = (bounds.w().max(1.0), bounds.h().max(1.0));
        let most = (count * 4 + 64) as f32;
        let cell = CELL.max((w / most * h).sqrt()).max(w / 4_096.0).max(h / 4_096.0);
        let (columns, rows) = ((w / cell).ceil().max(1.0) as usize, (h / cell).ceil().max(1.0) as usize);
        Self { origin: bounds.min, cell, columns, rows, cells: vec![Vec::new(); columns * rows], numbers: 0 }
    }

    /// The cells that a rectangle touches: columns and rows, ends included. What lies outside counts to the rim.
    fn span(&self, rect: Rect) -> [(usize, usize); 2] {
        // A float that is out of range, or not a number, becomes the nearest cell.
        let clamp = |value: f32, cells: usize| (value / self.cell).floor().clamp(0.0, (cells - 1) as f32) as usize;
        let (min, max) = (rect.min - self.origin, rect.max - self.origin);
        let (left, top) = (clamp(min.x, self.columns), clamp(min.y, self.rows));
        [(left, clamp(max.x, self.columns).max(left)), (top, clamp(max.y, self.rows).max(top))]
    }

    fn each(&mut self, rect: Rect, mut act: impl FnMut(&mut Vec<u32>)) {
        if self.cells.is_empty() {
            return;
        }
        let [(left, right), (top, bottom)] = self.span(rect);
        for row in top..=bottom {
            for column in left..=right {
                act(&mut self.cells[row * self.columns + column]);
            }
        }
    }

    /// Puts a thing in.
    pub fn insert(&mut self, number: u32, rect: Rect) {
        self.numbers = self.numbers.max(number + 1);
        // A thing with several parts may come to the same cell again.
        self.each(rect, |cell| {
            if cell.last() != Some(&number) {
                cell.push(number);
            }
        });
    }

    /// Takes a thing out; `rect` is what it was put in with.
    pub fn remove(&mut self, number: u32, rect: Rect) {
        self.each(rect, |cell| cell.retain(|other| *other != number));
    }

    /// Calls `found` with whatever may touch a rectangle, some of them more than once, until it says that it has enough.
    pub fn any(&self, rect: Rect, mut found: impl FnMut(u32) -> bool) -> bool {
        if self.cells.is_empty() {
            return false;
        }
        let [(left, right), (top, bottom)] = self.span(rect);
        (top..=bottom).any(|row| {
            let cells = &self.cells[row * self.columns + left..=row * self.columns + right];
            cells.iter().flatten().any(|number| found(*number))
        })
    }

    /// Whatever may touch a rectangle, in the order of the numbers, each once.
    pub fn near(&self, rect: Rect) -> Vec<u32> {
        let mut marks = vec![0u64; self.numbers.div_ceil(64) as usize];
        let mut count = 0;
        self.any(rect, |number| {
            let (word, bit) = ((number / 64) as usize, 1 << (number % 64));
            count += u32::from(marks[word] & bit == 0);
            marks[word] |= bit;
            false
        });
        let mut found = Vec::with_capacity(count as usize);
        for (word, mut bits) in (0u32..).zip(marks) {
            while bits != 0 {
                found.push(word * 64 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Size;

    fn at(x: f32, y: f32) -> Rect {
        Rect::new(Point::new(x, y), Size { w: 164.0, h: 84.0 })
    }

    #[test]
    fn what_is_put_in_is_found_until_it_is_taken_out() {
        let mut index = Index::new(Rect::between(Point::default(), Point::new(5_000.0, 5_000.0)), 3);
        // The last one lies far outside of what the grid was made for.
        for (number, rect) in [at(10.0, 10.0), at(4_900.0, 300.0), at(-90_000.0, 90_000.0)].into_iter().enumerate() {
            index.insert(number as u32, rect);
            assert!(index.near(rect).contains(&(number as u32)));
        }
        assert_eq!(index.near(at(20.0, 20.0)), [0]);
        index.remove(0, at(10.0, 10.0));
        assert!(index.near(at(10.0, 10.0)).is_empty());
    }

    #[test]
    fn the_grid_stays_small_however_large_the_drawing() {
        let wide = Index::new(Rect::between(Point::new(-1e5, -1e5), Point::new(1e5, 1e5)), 100);
        assert!(wide.cells.len() < 1_000, "{}", wide.cells.len());
        assert!(Index::default().near(at(0.0, 0.0)).is_empty());
    }

    #[test]
    fn positions_that_are_no_numbers_do_no_harm() {
        let mut index = Index::new(at(0.0, 0.0), 1);
        index.insert(0, at(f32::NAN, f32::INFINITY));
        index.remove(0, at(f32::NAN, f32::INFINITY));
        assert!(index.near(at(f32::NEG_INFINITY, f32::NAN)).is_empty());
    }
}
