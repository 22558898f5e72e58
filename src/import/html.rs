//! Labels as plain text: draw.io and Mermaid write them as HTML.

/// Longest label that is read, in bytes; the rest is no name.
const LONGEST: usize = 64 << 10;

/// The words of a label: tags are left out, those that end a line end it.
pub fn words(label: &str) -> String {
    let mut end = label.len().min(LONGEST);
    while !label.is_char_boundary(end) {
        end -= 1;
    }
    let (mut out, mut rest) = (String::new(), &label[..end]);
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = if rest.starts_with('<') { tag(rest, &mut out) } else { entity(rest, &mut out) };
    }
    out.push_str(rest);
    // Blanks that do not break are kept, others are one.
    let lines = out.lines().map(|line| line.split_ascii_whitespace().collect::<Vec<_>>().join(" "));
    let text = lines.collect::<Vec<_>>().join("\n");
    text.replace('\u{a0}', " ").trim().to_owned()
}

/// Leaves a tag out; what follows it.
fn tag<'a>(text: &'a str, out: &mut String) -> &'a str {
    let begins = text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
    let Some(end) = text.find('>').filter(|_| begins) else {
        out.push('<');
        return &text[1..];
    };
    let name: String = text[1..end].trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
    let begun = !out.is_empty() && !out.ends_with('\n');
    match name.to_ascii_lowercase().as_str() {
        "br" => out.push('\n'),
        "div" | "p" | "li" | "tr" | "h1" | "h2" | "h3" | "hr" | "ul" if begun => out.push('\n'),
        _ => {}
    }
    &text[end + 1..]
}

/// Reads an entity; what follows it.
fn entity<'a>(text: &'a str, out: &mut String) -> &'a str {
    let end = text.bytes().take(12).position(|byte| byte == b';');
    let found = end.and_then(|end| Some((character(&text[1..end])?, end)));
    match found {
        Some((c, end)) => {
            out.push(c);
            &text[end + 1..]
        }
        None => {
            out.push('&');
            &text[1..]
        }
    }
}

fn character(name: &str) -> Option<char> {
    let code = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => match name.strip_prefix('#')?.strip_prefix(['x', 'X']) {
            Some(hex) => code(hex, 16),
            None => code(&name[1..], 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_lose_their_dress_and_nothing_else() {
        let cases = [
            ("Web", "Web"),
            ("<b>Web</b><br>server&nbsp;&amp; more", "Web\nserver & more"),
            ("<div style=\"x\">a</div><div>b</div>", "a\nb"),
            ("a<br><br>  b&nbsp; c", "a\n\nb  c"),
            ("a < b &c; &#54620;&#xAD6D; &#xffffffff;", "a < b &c; 한국 &#xffffffff;"),
            ("<", "<"),
            ("&", "&"),
            ("<b", "<b"),
            ("  \n ", ""),
            ("웹 <i>서버</i>", "웹 서버"),
        ];
        for (label, wanted) in cases {
            assert_eq!(words(label), wanted, "{label}");
        }
        assert!(words(&"<".repeat(1_000_000)).len() <= LONGEST);
    }
}
