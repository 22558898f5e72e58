//! The window's painting held against the exported picture, pixel by pixel: both come from one display list, and this
//! shows that both painters read it alike.
//!
//! The window's triangles are filled here by a small painter of their own, so that no graphics library takes part.
//! Letters are smoothed in other ways and hairlines fall on other pixels, so small blocks of pixels are compared.

use super::Brush;
use crate::app::style;
use crate::export::{self, Options, Pixels};
use crate::scene::list::{Ink, Shape};
use crate::scene::sketch::{plan, sketch, snapshot};
use crate::scene::{self, Picture};
use crate::theme::Theme;
use egui::epaint::{ClippedPrimitive, ImageData, Mesh, Primitive, Vertex};
use egui::{Color32, ColorImage, LayerId, Pos2, RawInput, Rect, TextureId, Vec2, pos2, vec2};

/// Side of the blocks that are compared, in pixels.
const BLOCK: usize = 8;

fn hold(shapes: &[Shape], picture: &Picture<'_>, theme: Theme) {
    let options = Options { theme, ..Options::default() };
    let wanted = export::copied(picture, &options).unwrap();
    let view = scene::bounds(picture.design).unwrap().expand(export::MARGIN);
    let size = vec2(wanted.width as f32, wanted.height as f32);
    let painted = window(shapes, (pos2(-view.min.x, -view.min.y), size), theme);
    let blocks = compared(&painted, &wanted);
    let mean = blocks.iter().map(|block| block.1).sum::<f32>() / blocks.len() as f32;
    let (at, most) = blocks.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    let far = blocks.iter().filter(|block| block.1 > 24.0).count();
    assert!(mean < 1.6, "{theme:?}: {mean} levels of 255 apart on average");
    assert!(most < 64.0, "{theme:?}: {most} levels apart around {at:?}");
    assert!(far * 500 < blocks.len(), "{theme:?}: {far} of {} blocks are unlike", blocks.len());
}

#[test]
fn the_window_and_exported_pictures_show_the_same() {
    let design = sketch();
    let plan = plan(&design);
    let snapshot = snapshot(&design, &plan);
    let rest = Picture::of(&design);
    let live = Picture { plan: Some(&plan), snapshot: Some(&snapshot), ..rest };
    for (picture, theme) in [(rest, Theme::Light), (live, Theme::Dark)] {
        hold(&scene::drawing(&picture), &picture, theme);
    }
}

#[test]
#[should_panic(expected = "levels")]
fn a_picture_of_something_else_is_noticed() {
    let mut design = sketch();
    let shapes = scene::drawing(&Picture::of(&design));
    design.nodes.values_mut().next().unwrap().label = "Another name".to_owned();
    design.nodes.values_mut().next().unwrap().service = "rds".to_owned();
    hold(&shapes, &Picture::of(&design), Theme::Dark);
}

/// What the window shows, with the drawing's zero at `corner`.
fn window(shapes: &[Shape], (corner, size): (Pos2, Vec2), theme: Theme) -> ColorImage {
    let ctx = egui::Context::default();
    style::install(&ctx);
    let screen = Rect::from_min_size(Pos2::ZERO, size);
    let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
    let mut output = ctx.run_ui(input, |ui| {
        let painter = ui.ctx().layer_painter(LayerId::background());
        painter.rect_filled(screen, 0.0, style::color(theme, Ink::Canvas));
        Brush::flat(&painter, corner, theme).list(shapes);
    });
    // One pass, so this is all of the glyphs in one piece.
    let deltas = output.textures_delta.set.iter().filter(|(id, _)| **id == TextureId::default());
    let whole = deltas.flat_map(|(_, deltas)| deltas.iter()).find(|delta| delta.pos.is_none());
    let ImageData::Color(glyphs) = whole.expect("a picture of all glyphs").image.clone();
    output.textures_delta.clear();
    let mut image = ColorImage::filled([size.x as usize, size.y as usize], style::color(theme, Ink::Canvas));
    for ClippedPrimitive { clip_rect, primitive } in ctx.tessellate(output.shapes, 1.0) {
        if let Primitive::Mesh(mesh) = primitive {
            fill(&mut image, &mesh, clip_rect.intersect(screen), &glyphs);
        }
    }
    image
}

fn fill(image: &mut ColorImage, mesh: &Mesh, clip: Rect, glyphs: &ColorImage) {
    for corners in mesh.indices.chunks_exact(3) {
        triangle(image, [0, 1, 2].map(|n| mesh.vertices[corners[n] as usize]), clip, glyphs);
    }
}

/// Fills the pixels whose middles lie in a triangle; one on an edge belongs to the triangle on one side of it only.
fn triangle(image: &mut ColorImage, [a, b, c]: [Vertex; 3], clip: Rect, glyphs: &ColorImage) {
    let cross = |a: Pos2, b: Pos2, p: Pos2| (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
    let area = cross(a.pos, b.pos, c.pos);
    if area == 0.0 {
        return;
    }
    let (b, c, area) = if area < 0.0 { (c, b, -area) } else { (b, c, area) };
    let around = Rect::from_points(&[a.pos, b.pos, c.pos]).intersect(clip);
    let owns = |from: Pos2, to: Pos2| (to.y - from.y) < 0.0 || (to.y == from.y && to.x > from.x);
    let inside = |part: f32, from: Pos2, to: Pos2| part > 0.0 || (part == 0.0 && owns(from, to));
    for y in around.top().floor().max(0.0) as usize..around.bottom().ceil().max(0.0) as usize {
        for x in around.left().floor().max(0.0) as usize..around.right().ceil().max(0.0) as usize {
            let at = pos2(x as f32 + 0.5, y as f32 + 0.5);
            let parts = [cross(b.pos, c.pos, at), cross(c.pos, a.pos, at), cross(a.pos, b.pos, at)];
            let sides = [(b.pos, c.pos), (c.pos, a.pos), (a.pos, b.pos)];
            let within = parts.iter().zip(sides).all(|(part, (from, to))| inside(*part, from, to));
            if within && clip.contains(at) && x < image.width() && y < image.height() {
                let [wa, wb, wc] = parts.map(|part| part / area);
                let mixed = |of: fn(&Vertex) -> [f32; 4]| {
                    let [a, b, c] = [of(&a), of(&b), of(&c)];
                    [0, 1, 2, 3].map(|n| wa * a[n] + wb * b[n] + wc * c[n])
                };
                let color = mixed(|vertex| vertex.color.to_array().map(f32::from));
                let [u, v, ..] = mixed(|vertex| [vertex.uv.x, vertex.uv.y, 0.0, 0.0]);
                let texel = sample(glyphs, u, v);
                let source = [0, 1, 2, 3].map(|n| color[n] * texel[n] / 255.0);
                lay(&mut image.pixels[y * image.size[0] + x], source);
            }
        }
    }
}

/// The picture of all glyphs between its points.
fn sample(glyphs: &ColorImage, u: f32, v: f32) -> [f32; 4] {
    let [width, height] = glyphs.size;
    let (x, y) = (u * width as f32 - 0.5, v * height as f32 - 0.5);
    let texel = |x: f32, y: f32| {
        let (x, y) = (x.clamp(0.0, width as f32 - 1.0) as usize, y.clamp(0.0, height as f32 - 1.0) as usize);
        glyphs.pixels[y * width + x].to_array().map(f32::from)
    };
    let (left, top) = (x.floor(), y.floor());
    let (right, down) = (x - left, y - top);
    let [a, b] = [texel(left, top), texel(left + 1.0, top)];
    let [c, d] = [texel(left, top + 1.0), texel(left + 1.0, top + 1.0)];
    [0, 1, 2, 3]
        .map(|n| (a[n] * (1.0 - right) + b[n] * right) * (1.0 - down) + (c[n] * (1.0 - right) + d[n] * right) * down)
}

fn lay(pixel: &mut Color32, source: [f32; 4]) {
    let below = pixel.to_array().map(f32::from);
    for n in 0..4 {
        pixel[n] = (source[n] + below[n] * (1.0 - source[3] / 255.0)).round() as u8;
    }
}

/// Blocks of both pictures, and how many levels they are apart on average over pixels and colours, once smoothed.
fn compared(painted: &ColorImage, wanted: &Pixels) -> Vec<([usize; 2], f32)> {
    let [width, height] = painted.size;
    assert_eq!([width, height], [wanted.width as usize, wanted.height as usize]);
    let mut blocks = Vec::new();
    for top in (0..height - BLOCK).step_by(BLOCK) {
        for left in (0..width - BLOCK).step_by(BLOCK) {
            let mut sums = [[0.0f32; 3]; 2];
            for at in (top..top + BLOCK).flat_map(|y| (left..left + BLOCK).map(move |x| y * width + x)) {
                let ours = painted.pixels[at].to_array();
                for n in 0..3 {
                    sums[0][n] += f32::from(ours[n]);
                    sums[1][n] += f32::from(wanted.rgba[at * 4 + n]);
                }
            }
            let apart = (0..3).map(|n| (sums[0][n] - sums[1][n]).abs()).sum::<f32>();
            blocks.push(([left, top], apart / (3 * BLOCK * BLOCK) as f32));
        }
    }
    blocks
}
