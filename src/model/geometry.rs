//! Points, sizes and rectangles of the drawing. Units: points at 100 % zoom; y grows downwards.

use std::ops::{Add, Sub};

/// A place on the canvas, or the way from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// Width and height.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Size {
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// An upright rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Top left corner.
    pub min: Point,
    /// Bottom right corner.
    pub max: Point,
}

impl Point {
    /// A point.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The nearest point of a grid.
    pub fn snapped(self, grid: f32) -> Self {
        Self::new((self.x / grid).round() * grid, (self.y / grid).round() * grid)
    }

    /// To a tenth of a unit: finer is noise in a file.
    pub fn rounded(self) -> Self {
        Self::new((self.x * 10.0).round() / 10.0, (self.y * 10.0).round() / 10.0)
    }

    /// Straight distance.
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// Distance from the straight line between two points.
    pub fn from_line(self, a: Self, b: Self) -> f32 {
        self.distance(self.onto_line(a, b))
    }

    /// The nearest point of the straight line between two points.
    pub fn onto_line(self, a: Self, b: Self) -> Self {
        let (way, off) = (b - a, self - a);
        let length = way.x * way.x + way.y * way.y;
        let t = if length > 0.0 { ((off.x * way.x + off.y * way.y) / length).clamp(0.0, 1.0) } else { 0.0 };
        a.lerp(b, t)
    }

    /// On the straight line to `other`: 0 is here, 1 is there.
    pub fn lerp(self, other: Self, t: f32) -> Self {
        Self::new(self.x + (other.x - self.x) * t, self.y + (other.y - self.y) * t)
    }
}

impl Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Rect {
    /// From the top left corner and a size.
    pub fn new(min: Point, size: Size) -> Self {
        Self { min, max: Point::new(min.x + size.w, min.y + size.h) }
    }

    /// The rectangle between two opposite corners, in any order.
    pub fn between(a: Point, b: Point) -> Self {
        Self { min: Point::new(a.x.min(b.x), a.y.min(b.y)), max: Point::new(a.x.max(b.x), a.y.max(b.y)) }
    }

    /// Width.
    pub fn w(&self) -> f32 {
        self.max.x - self.min.x
    }

    /// Height.
    pub fn h(&self) -> f32 {
        self.max.y - self.min.y
    }

    /// Width and height.
    pub fn size(&self) -> Size {
        Size { w: self.w(), h: self.h() }
    }

    /// Its middle.
    pub fn center(&self) -> Point {
        self.min.lerp(self.max, 0.5)
    }

    /// Whether a point lies in it, edges included.
    pub fn contains(&self, point: Point) -> bool {
        (self.min.x..=self.max.x).contains(&point.x) && (self.min.y..=self.max.y).contains(&point.y)
    }

    /// Whether all of another rectangle lies in it.
    pub fn encloses(&self, other: &Self) -> bool {
        self.contains(other.min) && self.contains(other.max)
    }

    /// Whether two rectangles share a point.
    pub fn touches(&self, other: &Self) -> bool {
        self.min.x <= other.max.x && other.min.x <= self.max.x && self.min.y <= other.max.y && other.min.y <= self.max.y
    }

    /// Whether the straight line between two points runs through it or touches it.
    pub fn meets(&self, a: Point, b: Point) -> bool {
        if !self.touches(&Self::between(a, b)) {
            return false;
        }
        // It passes by if all corners lie strictly on one side of it.
        let side = |x: f32, y: f32| (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
        let (min, max) = (self.min, self.max);
        let sides = [side(min.x, min.y), side(max.x, min.y), side(max.x, max.y), side(min.x, max.y)];
        !(sides.iter().all(|side| *side > 0.0) || sides.iter().all(|side| *side < 0.0))
    }

    /// The smallest rectangle around both.
    pub fn union(self, other: Self) -> Self {
        Self {
            min: Point::new(self.min.x.min(other.min.x), self.min.y.min(other.min.y)),
            max: Point::new(self.max.x.max(other.max.x), self.max.y.max(other.max.y)),
        }
    }

    /// Larger by `margin` on every side.
    pub fn expand(self, margin: f32) -> Self {
        let by = Point::new(margin, margin);
        Self { min: self.min - by, max: self.max + by }
    }

    /// Larger by `across` to the left and right, by `down` above and below.
    pub fn grown(self, across: f32, down: f32) -> Self {
        let by = Point::new(across, down);
        Self { min: self.min - by, max: self.max + by }
    }

    /// Moved.
    pub fn shift(self, by: Point) -> Self {
        Self { min: self.min + by, max: self.max + by }
    }

    /// Area.
    pub fn area(&self) -> f32 {
        self.w() * self.h()
    }
}
