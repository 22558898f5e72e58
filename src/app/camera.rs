//! The camera: which part of the drawing is seen, and how large.
//!
//! Promises: what is under the pointer stays under it while zooming; the zoom stays within [`Camera::ZOOM`]. Absent: egui
//! widgets; it only turns coordinates into others.

use crate::model::{Point, Rect, Size};

/// Where on the screen the drawing lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// Point of the drawing at the top left corner of the canvas.
    pub origin: Point,
    /// Screen points per drawing unit.
    pub zoom: f32,
}

impl Default for Camera {
    fn default() -> Self {
        Self { origin: Point::new(-48.0, -48.0), zoom: 1.0 }
    }
}

impl Camera {
    /// Least and greatest zoom.
    pub const ZOOM: (f32, f32) = (0.02, 4.0);

    /// The point of the drawing at a place on the canvas, counted from the canvas's top left corner.
    pub fn to_world(self, on_canvas: Point) -> Point {
        self.origin + Point::new(on_canvas.x / self.zoom, on_canvas.y / self.zoom)
    }

    /// The place on the canvas of a point of the drawing.
    pub fn to_canvas(self, world: Point) -> Point {
        let way = world - self.origin;
        Point::new(way.x * self.zoom, way.y * self.zoom)
    }

    /// The part of the drawing that a canvas of this size shows.
    pub fn seen(self, canvas: Size) -> Rect {
        Rect::between(self.origin, self.to_world(Point::new(canvas.w, canvas.h)))
    }

    /// The camera on its way to another: here at 0, there at 1.
    pub fn towards(self, other: Self, t: f32) -> Self {
        if t >= 1.0 {
            return other;
        }
        Self { origin: self.origin.lerp(other.origin, t), zoom: self.zoom + (other.zoom - self.zoom) * t }
    }

    /// Moves the drawing by screen points.
    pub fn pan(&mut self, by: Point) {
        self.origin = self.origin - Point::new(by.x / self.zoom, by.y / self.zoom);
    }

    /// Zooms by a factor; the point of the drawing at `about` stays where it is.
    pub fn zoom_by(&mut self, factor: f32, about: Point) {
        let fixed = self.to_world(about);
        self.zoom = (self.zoom * factor).clamp(Self::ZOOM.0, Self::ZOOM.1);
        self.origin = fixed - Point::new(about.x / self.zoom, about.y / self.zoom);
    }

    /// Shows all of `what`, as large as fits but not larger than drawn.
    pub fn fit(&mut self, what: Rect, canvas: Size) {
        let margin = 40.0;
        let room = (canvas.w - 2.0 * margin).max(40.0).min(canvas.w);
        let height = (canvas.h - 2.0 * margin).max(40.0).min(canvas.h);
        let zoom = (room / what.w().max(1.0)).min(height / what.h().max(1.0));
        self.zoom = zoom.clamp(Self::ZOOM.0, 1.0);
        self.center(what.center(), canvas);
    }

    /// Puts a point of the drawing in the middle of the canvas.
    pub fn center(&mut self, on: Point, canvas: Size) {
        self.origin = on - Point::new(canvas.w / 2.0 / self.zoom, canvas.h / 2.0 / self.zoom);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_point_under_the_pointer_stays() {
        let mut camera = Camera::default();
        let about = Point::new(300.0, 200.0);
        let before = camera.to_world(about);
        for factor in [1.5, 0.2, 9.0, 9.0, 0.001] {
            camera.zoom_by(factor, about);
            assert!(camera.to_world(about).distance(before) < 0.01, "at {}", camera.zoom);
        }
        assert_eq!(camera.zoom, Camera::ZOOM.0);
    }

    #[test]
    fn fit_shows_everything_and_does_not_magnify() {
        let mut camera = Camera::default();
        let canvas = Size { w: 800.0, h: 600.0 };
        let all = Rect::new(Point::new(-500.0, 80.0), Size { w: 2_000.0, h: 900.0 });
        camera.fit(all, canvas);
        assert!(camera.seen(canvas).encloses(&all));
        camera.fit(Rect::new(Point::default(), Size { w: 10.0, h: 10.0 }), canvas);
        assert_eq!(camera.zoom, 1.0);
        let way = camera.to_canvas(camera.to_world(Point::new(12.0, 34.0)));
        assert!(way.distance(Point::new(12.0, 34.0)) < 0.01);
    }
}
