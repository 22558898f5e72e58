//! Walkthroughs that come with the program.

/// A walkthrough of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipped {
    /// Short name for commands.
    pub key: &'static str,
    /// Its file.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($key:literal),* $(,)?) => {
        &[$(Shipped { key: $key, text: include_str!(concat!("../../designs/walkthroughs/", $key, ".ron")) }),*]
    };
}

static SHIPPED: &[Shipped] =
    shipped!["whatsthetime", "myclothes", "mywordpress", "coupled", "pictures", "ready", "hardware", "box", "stress"];

/// All of them, in the order in which they are best played.
pub fn walkthroughs() -> &'static [Shipped] {
    SHIPPED
}
