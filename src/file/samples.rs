//! Designs that come with the program.

/// A design to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Short name for commands.
    pub key: &'static str,
    /// Title on its card.
    pub title: &'static str,
    /// What it shows, in a sentence.
    pub blurb: &'static str,
    /// Its file.
    pub text: &'static str,
}

macro_rules! sample {
    ($key:literal, $title:literal, $blurb:literal) => {
        Sample { key: $key, title: $title, blurb: $blurb, text: include_str!(concat!("../../designs/", $key, ".ron")) }
    };
}

static SAMPLES: &[Sample] = &[];

/// All of them, simplest first.
pub fn samples() -> &'static [Sample] {
    SAMPLES
}
