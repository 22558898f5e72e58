//! Words of others inside XML and HTML.

/// Text for the inside of elements and quoted attributes. Characters that XML forbids are left out, and so are those that
/// turn the direction of writing round: a name must not be able to rearrange what stands around it.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(' '),
            '\u{FFFE}' | '\u{FFFF}' => {}
            '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_obeyed() {
        assert_eq!(escaped("<b a=\"1\">&</b>\u{1}\u{b}\u{202E}x\n"), "&lt;b a=&quot;1&quot;&gt;&amp;&lt;/b&gt;x ");
        assert_eq!(escaped("웹 서버"), "웹 서버");
    }
}
