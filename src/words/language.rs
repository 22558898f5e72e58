//! The languages of the interface.

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// The texts as they stand in the code.
    #[default]
    English,
    /// 한국어.
    Korean,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Korean];

    /// Its name in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Korean => "한국어",
        }
    }

    /// By ISO 639: `en`, `ko`.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// The language with this code.
    pub fn with_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The language of a POSIX locale such as `ko_KR.UTF-8`; English for all that is not spoken here.
    pub fn of_locale(locale: &str) -> Self {
        let code = locale.split(['_', '.', '@', '-']).next().unwrap_or_default();
        Self::with_code(&code.to_lowercase()).unwrap_or_default()
    }

    /// The language that the environment asks for, by the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says something.
    pub fn of_system() -> Self {
        let variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let set = variables.into_iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty());
        set.map_or(Self::English, |locale| Self::of_locale(&locale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_name_languages() {
        for korean in ["ko_KR.UTF-8", "ko", "ko-KR", "KO_KR", "ko.UTF-8"] {
            assert_eq!(Language::of_locale(korean), Language::Korean, "{korean}");
        }
        for english in ["", "C", "POSIX", "en_US.UTF-8", "de_DE@euro", "kok_IN"] {
            assert_eq!(Language::of_locale(english), Language::English, "{english}");
        }
    }
}
