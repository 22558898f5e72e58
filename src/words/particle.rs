//! Korean particles, which follow the last sound of the word before them: 서버를, but 대기열을.
//!
//! Words in Latin letters are taken as they are commonly read aloud in Korean; where that cannot be known, the form for
//! an open syllable is taken.

/// A pair as it stands in a text, the form behind a closed syllable, and the one behind an open syllable.
const PAIRS: [(&str, &str, &str); 5] = [
    ("은(는)", "은", "는"),
    ("이(가)", "이", "가"),
    ("을(를)", "을", "를"),
    ("과(와)", "과", "와"),
    ("(으)로", "으로", "로"),
];

/// How a word ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    /// With ㄹ, behind which 로 stands like behind an open syllable.
    Rieul,
    Closed,
}

/// The particle that a text begins with, in the form that fits what was written before, and the text behind it.
pub(super) fn chosen<'a>(before: &str, text: &'a str) -> Option<(&'static str, &'a str)> {
    let (pair, closed, open) = PAIRS.into_iter().find(|(pair, ..)| text.starts_with(pair))?;
    let form = match end(before) {
        End::Open => open,
        End::Rieul if pair == "(으)로" => open,
        End::Rieul | End::Closed => closed,
    };
    Some((form, &text[pair.len()..]))
}

fn end(text: &str) -> End {
    let spoken: Vec<char> = text.chars().rev().filter(|c| c.is_alphanumeric() || *c == '%').take(2).collect();
    match spoken[..] {
        [] => End::Open,
        [last, ..] if ('가'..='힣').contains(&last) => match (last as u32 - '가' as u32) % 28 {
            0 => End::Open,
            8 => End::Rieul,
            _ => End::Closed,
        },
        [last, ..] if last.is_ascii_digit() => match last {
            '1' | '7' | '8' => End::Rieul,
            '0' | '3' | '6' => End::Closed,
            _ => End::Open,
        },
        [last @ 'A'..='Z', ..] => match last {
            'L' | 'R' => End::Rieul,
            'M' | 'N' => End::Closed,
            _ => End::Open,
        },
        ['l', ..] => End::Rieul,
        ['m' | 'n' | 'p' | 'b', ..] | ['g', 'n'] | ['k', 'c'] => End::Closed,
        _ => End::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(word: &str, pair: &str) -> String {
        let (particle, rest) = chosen(word, pair).expect("it is a particle");
        format!("{word}{particle}{rest}")
    }

    #[test]
    fn particles_fit_the_sound_before_them() {
        assert_eq!(with("서버", "을(를) 지움"), "서버를 지움");
        assert_eq!(with("대기열", "을(를) 지움"), "대기열을 지움");
        assert_eq!(with("대기열", "(으)로"), "대기열로");
        assert_eq!(with("영역", "(으)로"), "영역으로");
        assert_eq!(with("캐시", "이(가)"), "캐시가");
        assert_eq!(with("\"웹\"", "은(는)"), "\"웹\"은");
    }

    #[test]
    fn latin_letters_and_figures_are_read_as_koreans_read_them() {
        for (word, expected) in [
            ("SQS", "SQS는"),
            ("Web 3", "Web 3은"),
            ("EC2", "EC2는"),
            ("Web", "Web은"),
            ("pool", "pool은"),
            ("Users", "Users는"),
            ("VPN", "VPN은"),
            ("Billing", "Billing은"),
            ("50 %", "50 %는"),
        ] {
            assert_eq!(with(word, "은(는)"), expected);
        }
        assert_eq!(with("ALB", "과(와)"), "ALB와");
        assert_eq!(with("", "을(를)"), "를");
        assert!(chosen("서버", " 지움").is_none());
    }
}
