//! What each node costs, as a tag on the corner of its card: the price of an hour, and its share of the whole by depth of
//! colour.

use super::list::{Anchor, Ink, Shape, Weight};
use super::style;
use super::text;
use crate::model::{Design, Point, Rect};
use std::collections::BTreeMap;

/// Height of a tag, in drawing units.
const HEIGHT: f32 = 16.0;

/// The tags; `dollars` says what an hour of each node costs. Nodes that cost nothing have none.
pub fn costs(design: &Design, dollars: &BTreeMap<&str, f64>) -> Vec<Shape> {
    let total: f64 = dollars.values().sum();
    let mut shapes = Vec::new();
    for (id, node) in &design.nodes {
        let Some(&usd) = dollars.get(id.as_str()).filter(|usd| **usd > 0.0) else { continue };
        let words = format!("{}/h · {:.0} %", crate::units::Money::from_usd(usd), usd / total * 100.0);
        let card = node.rect();
        let wide = text::width(&words, style::SMALL, Weight::SemiBold) + 14.0;
        let min = Point::new(card.max.x - wide + 6.0, card.min.y - HEIGHT * 0.6);
        let rect = Rect { min, max: min + Point::new(wide, HEIGHT) };
        let radius = HEIGHT / 2.0;
        shapes.push(Shape::Rect { rect, radius, fill: Some(Ink::Panel.full()), stroke: None });
        let depth = 0.12 + 0.5 * (usd / total) as f32;
        shapes.push(Shape::Rect { rect, radius, fill: Some(Ink::Accent.alpha(depth)), stroke: None });
        shapes.push(Shape::Text {
            at: Point::new(rect.min.x + 7.0, rect.max.y - 4.5),
            anchor: Anchor::Start,
            size: style::SMALL,
            weight: Weight::SemiBold,
            text: words,
            tint: Ink::Text.full(),
        });
    }
    shapes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sketch;

    #[test]
    fn nodes_that_cost_have_a_tag() {
        let design = sketch("users -> ec2").expect("a design");
        let shapes = costs(&design, &[("ec2", 0.75), ("users", 0.0)].into());
        let words = |shape: &Shape| match shape {
            Shape::Text { text, .. } => Some(text.clone()),
            _ => None,
        };
        assert_eq!(shapes.iter().filter_map(words).collect::<Vec<_>>(), ["$0.750/h · 100 %"]);
    }
}
