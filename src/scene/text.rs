//! Widths of text in the bundled fonts, and text cut or wrapped to a width.
//!
//! Widths are sums of advances, without kerning: pictures hold their text to them. Nothing here is ever wider than asked.

use super::list::Weight;
use std::sync::LazyLock;
use ttf_parser::Face;

/// The bundled font files, for painters that draw text themselves.
pub fn font(weight: Weight) -> &'static [u8] {
    match weight {
        Weight::Regular => include_bytes!("../../assets/fonts/LoadscapeSans-Regular.ttf"),
        Weight::SemiBold => include_bytes!("../../assets/fonts/LoadscapeSans-SemiBold.ttf"),
    }
}

/// Characters whose advance is kept in a table: ASCII, Latin-1, Latin Extended.
const KEPT: usize = 0x250;

struct Metrics {
    face: Face<'static>,
    em: f32,
    kept: Vec<f32>,
}

impl Metrics {
    fn new(weight: Weight) -> Self {
        let face = Face::parse(font(weight), 0).expect("the bundled fonts are read by a test");
        let em = f32::from(face.units_per_em());
        let mut metrics = Self { face, em, kept: Vec::new() };
        let code_points = 0..KEPT as u32;
        metrics.kept = code_points.map(|code| char::from_u32(code).map_or(0.0, |c| metrics.look_up(c))).collect();
        metrics
    }

    fn look_up(&self, c: char) -> f32 {
        let advance = self.face.glyph_index(c).and_then(|glyph| self.face.glyph_hor_advance(glyph));
        // Another font will draw what ours lacks: East Asian characters fill the em, others most of it.
        let elsewhere = if c as u32 >= 0x1100 { 1.0 } else { 0.7 };
        advance.map_or(elsewhere, |units| f32::from(units) / self.em)
    }

    fn advance(&self, c: char) -> f32 {
        self.kept.get(c as usize).copied().unwrap_or_else(|| self.look_up(c))
    }
}

static REGULAR: LazyLock<Metrics> = LazyLock::new(|| Metrics::new(Weight::Regular));
static SEMI_BOLD: LazyLock<Metrics> = LazyLock::new(|| Metrics::new(Weight::SemiBold));

fn metrics(weight: Weight) -> &'static Metrics {
    match weight {
        Weight::Regular => &REGULAR,
        Weight::SemiBold => &SEMI_BOLD,
    }
}

/// Whether the bundled font has a character; another font draws those that it lacks.
pub fn has(c: char, weight: Weight) -> bool {
    metrics(weight).face.glyph_index(c).is_some()
}

/// Width of one line in drawing units.
pub fn width(text: &str, size: f32, weight: Weight) -> f32 {
    let metrics = metrics(weight);
    text.chars().map(|c| metrics.advance(c)).sum::<f32>() * size
}

/// The text, cut with "…" if it is wider than `most`; empty if not even that fits. Line breaks become spaces.
pub fn fit(text: &str, size: f32, weight: Weight, most: f32) -> String {
    let text = if text.contains(char::is_control) { text.replace(char::is_control, " ") } else { text.to_owned() };
    if width(&text, size, weight) <= most { text } else { cut(&text, size, weight, most) }
}

/// As much of a text as fits with "…" behind it.
fn cut(text: &str, size: f32, weight: Weight, most: f32) -> String {
    let metrics = metrics(weight);
    let mut room = most / size - metrics.advance('…');
    if room < 0.0 {
        return String::new();
    }
    let mut cut: String = text
        .chars()
        .take_while(|&c| {
            room -= metrics.advance(c);
            room >= 0.0
        })
        .collect();
    cut.truncate(cut.trim_end_matches([' ', '·', ',']).len());
    cut.push('…');
    cut
}

/// Running text in lines no wider than `most`, at most `lines` of them, the last one cut if there is more. Breaks at
/// spaces and line breaks; words that are too long, and text without spaces, between characters.
pub fn wrap(text: &str, size: f32, most: f32, lines: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in pieces(paragraph, size, most) {
            let joined = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
            if width(&joined, size, Weight::Regular) <= most || line.is_empty() {
                line = joined;
            } else {
                wrapped.push(std::mem::replace(&mut line, word));
            }
            if wrapped.len() > lines {
                break;
            }
        }
        wrapped.push(line);
        if wrapped.len() > lines {
            break;
        }
    }
    if wrapped.len() > lines {
        wrapped.truncate(lines);
        if let Some(last) = wrapped.last_mut() {
            *last = cut(last, size, Weight::Regular, most);
        }
    }
    wrapped
}

/// Words, those that are wider than a line cut into pieces that are not.
fn pieces(paragraph: &str, size: f32, most: f32) -> Vec<String> {
    let metrics = metrics(Weight::Regular);
    let mut pieces = Vec::new();
    for word in paragraph.split_whitespace() {
        let (mut piece, mut wide) = (String::new(), 0.0);
        for c in word.chars() {
            let advance = metrics.advance(c) * size;
            if wide + advance > most && !piece.is_empty() {
                pieces.push(std::mem::take(&mut piece));
                wide = 0.0;
            }
            piece.push(c);
            wide += advance;
        }
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_text_is_never_wider_than_asked() {
        for text in
            ["Auto Scaling group", "웹 서버 그룹", "WWWWWWWWWWWW", "iiiiiiiiiiiiiiiiiiii", "a\nb", "\u{1F600}\u{1F600}"]
        {
            for most in [0.0, 3.0, 12.0, 40.0, 77.5, 400.0] {
                for weight in [Weight::Regular, Weight::SemiBold] {
                    let cut = fit(text, 12.0, weight, most);
                    assert!(width(&cut, 12.0, weight) <= most, "{cut:?} in {most}");
                }
            }
        }
        assert_eq!(fit("Web", 12.0, Weight::Regular, 100.0), "Web");
        assert!(fit("Auto Scaling group", 12.0, Weight::Regular, 60.0).ends_with('…'));
    }

    #[test]
    fn digits_have_one_width() {
        let wide = |digit: &str| width(digit, 10.0, Weight::SemiBold);
        assert!("0123456789".chars().all(|c| (wide(&c.to_string()) - wide("0")).abs() < 1e-4));
        assert!(width("웹", 10.0, Weight::Regular) > width("i", 10.0, Weight::Regular));
    }

    #[test]
    fn wrapped_lines_fit_and_lose_no_word() {
        let text = "Sessions live in ElastiCache so that any instance can serve any user\nSecond paragraph";
        let lines = wrap(text, 11.0, 90.0, 20);
        assert!(lines.iter().all(|line| width(line, 11.0, Weight::Regular) <= 90.0), "{lines:?}");
        assert_eq!(lines.join(" "), text.replace('\n', " "));
        let few = wrap(text, 11.0, 90.0, 2);
        assert!(few.len() == 2 && few[1].ends_with('…') && width(&few[1], 11.0, Weight::Regular) <= 90.0, "{few:?}");
        assert!(wrap("Wordwithoutanyspacethatistoolong", 11.0, 40.0, 20).len() > 2);
    }
}
