//! What the window keeps from one start to the next: look, panels. A small RON file in the user's configuration folder.
//!
//! Promises: a file that is missing, broken or newer only means the defaults. Absent: anything about a design.

use super::commands::Panel;
use crate::theme::Theme;
use crate::words::Language;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The preferences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prefs {
    /// `dark` or `light`.
    theme: String,
    /// `en` or `ko`; anything else means the language of the system.
    language: String,
    /// Size of the interface; 1.0 is as designed.
    scale: f32,
    /// The services.
    pub left: Fold,
    /// The inspector.
    pub right: Fold,
    /// The charts.
    pub bottom: Fold,
    /// Charts that are not wanted, by title.
    pub charts_left_out: BTreeSet<String>,
    /// Whether things may move by themselves.
    pub motion: Motion,
    /// Whether the canvas shows what each node costs.
    pub costs: bool,
    /// How far each walkthrough has come, by its key.
    pub walks: BTreeMap<String, Walk>,
    /// Files with walkthroughs of the person's own, the latest first.
    pub own_walks: Vec<PathBuf>,
    /// The person's own list of prices.
    pub prices: Option<PathBuf>,
    /// Files that were open last, from left to right.
    pub tabs: Vec<PathBuf>,
    /// Position in `tabs` of the one in front.
    pub front: usize,
}

/// Sizes of the interface on offer; 1.0 is as designed.
pub const SCALES: [f32; 7] = [0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0];

/// How far a walkthrough has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Walk {
    /// The step that was open last, from zero.
    pub step: usize,
    /// Steps whose claims were all seen to hold.
    pub done: BTreeSet<usize>,
}

/// Whether things may move by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Motion {
    /// They may: requests run along links.
    #[default]
    Full,
    /// Only what the person moves.
    Reduced,
}

impl Motion {
    /// The other one.
    pub fn other(self) -> Self {
        if self == Self::Full { Self::Reduced } else { Self::Full }
    }
}

/// One panel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fold {
    /// Whether it is shown.
    pub open: bool,
    /// Its width or height in points.
    pub size: f32,
    /// The same in a small window, where the canvas needs the room.
    #[serde(default)]
    pub small: f32,
}

/// How much room the window leaves along one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Room {
    /// The canvas is large enough beside panels of full size.
    Large,
    /// It needs what panels can spare.
    Small,
}

impl Room {
    /// Small below a threshold; both in points.
    pub fn of(size: f32, threshold: f32) -> Self {
        if size < threshold { Self::Small } else { Self::Large }
    }
}

impl Fold {
    /// Its size where there is this much room.
    pub fn of(self, room: Room) -> f32 {
        if room == Room::Small { self.small } else { self.size }
    }

    /// Keeps the size that it is shown with.
    pub fn keep(&mut self, room: Room, shown: Option<f32>) {
        let size = if room == Room::Small { &mut self.small } else { &mut self.size };
        *size = shown.unwrap_or(*size);
    }
}

impl Default for Prefs {
    fn default() -> Self {
        let open = |size, small| Fold { open: true, size, small };
        Self {
            theme: Theme::Dark.name().to_owned(),
            language: "system".to_owned(),
            scale: 1.0,
            left: open(226.0, 182.0),
            right: open(272.0, 240.0),
            bottom: open(232.0, 156.0),
            charts_left_out: BTreeSet::new(),
            motion: Motion::Full,
            costs: false,
            walks: BTreeMap::new(),
            own_walks: Vec::new(),
            prices: None,
            tabs: Vec::new(),
            front: 0,
        }
    }
}

impl Prefs {
    /// Which look.
    pub fn theme(&self) -> Theme {
        Theme::ALL.into_iter().find(|theme| theme.name() == self.theme).unwrap_or_default()
    }

    /// Chooses a look.
    pub fn set_theme(&mut self, theme: Theme) {
        self.theme = theme.name().to_owned();
    }

    /// Which language: the chosen one, or that of the system.
    pub fn language(&self) -> Language {
        self.chosen_language().unwrap_or_else(Language::of_system)
    }

    /// The language that was chosen; `None` follows the system.
    pub fn chosen_language(&self) -> Option<Language> {
        Language::with_code(&self.language)
    }

    /// Chooses a language; `None` follows the system.
    pub fn set_language(&mut self, language: Option<Language>) {
        language.map_or("system", Language::code).clone_into(&mut self.language);
    }

    /// Size of the interface: one of [`SCALES`].
    pub fn scale(&self) -> f32 {
        let wanted = if self.scale.is_finite() { self.scale.clamp(SCALES[0], SCALES[SCALES.len() - 1]) } else { 1.0 };
        let far = |scale: &f32| (scale - wanted).abs();
        SCALES.into_iter().min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or(1.0)
    }

    /// Makes the interface larger or smaller by so many sizes, or as designed for `None`.
    pub fn set_scale(&mut self, steps: Option<isize>) {
        let at = SCALES.iter().position(|scale| *scale == self.scale()).unwrap_or_default();
        let wanted = steps.map(|steps| at.saturating_add_signed(steps).min(SCALES.len() - 1));
        self.scale = wanted.map_or(1.0, |at| SCALES[at]);
    }

    /// Keeps where a walkthrough of the person's own is.
    pub fn remember_own(&mut self, file: &std::path::Path) {
        /// Most files that are remembered.
        const MOST: usize = 12;
        if self.own_walks.first().is_none_or(|first| first != file) {
            self.own_walks.retain(|known| known != file);
            self.own_walks.insert(0, file.to_owned());
            self.own_walks.truncate(MOST);
        }
    }

    /// Keeps how far a walkthrough has come.
    pub fn remember_walk(&mut self, key: &str, step: usize, done: &BTreeSet<usize>) {
        let known = self.walks.get(key).is_some_and(|walk| walk.step == step && walk.done.is_superset(done));
        if !known {
            let walk = self.walks.entry(key.to_owned()).or_default();
            walk.step = step;
            walk.done.extend(done);
        }
    }

    /// A panel.
    pub fn panel(&mut self, panel: Panel) -> &mut Fold {
        match panel {
            Panel::Left => &mut self.left,
            Panel::Right => &mut self.right,
            Panel::Bottom => &mut self.bottom,
        }
    }

    /// Where they are kept; `None` if the system names no such folder.
    pub fn path() -> Option<PathBuf> {
        directories::ProjectDirs::from("", "", "loadscape").map(|dirs| dirs.config_dir().join("window.ron"))
    }

    /// Reads them.
    pub fn load(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let mut prefs: Self = ron::from_str(&text).unwrap_or_default();
        let default = Self::default();
        for (fold, usual) in
            [(&mut prefs.left, default.left), (&mut prefs.right, default.right), (&mut prefs.bottom, default.bottom)]
        {
            let usable = 80.0..=2_000.0;
            fold.size = if usable.contains(&fold.size) { fold.size } else { usual.size };
            fold.small = if usable.contains(&fold.small) { fold.small } else { usual.small };
        }
        prefs
    }

    /// Writes them. The error says what could not be written.
    pub fn save(&self, path: &Path) -> Result<(), String> {
        let text = ron::ser::to_string_pretty(self, ron::ser::PrettyConfig::default()).map_err(|e| e.to_string())?;
        let write = || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, text)
        };
        write().map_err(|error| format!("{}: {error}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_come_back_and_broken_ones_do_no_harm() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("deep/window.ron");
        let mut prefs = Prefs::default();
        prefs.set_theme(Theme::Light);
        prefs.left.size = 333.0;
        prefs.set_language(Some(Language::Korean));
        prefs.set_scale(Some(1));
        prefs.save(&path).expect("writable");
        assert_eq!(Prefs::load(&path), prefs);
        std::fs::write(&path, "(left: (open: true, size: nan").expect("writable");
        assert_eq!(Prefs::load(&path), Prefs::default());
        assert_eq!(Prefs::load(&path).chosen_language(), None);
        std::fs::write(&path, "(language: \"kl\", scale: 1e30)").expect("writable");
        let odd = Prefs::load(&path);
        assert_eq!((odd.chosen_language(), odd.scale()), (None, 2.0));
        std::fs::write(&path, "(left: (open: false, size: -5.0))").expect("writable");
        assert_eq!(Prefs::load(&path).left, Fold { open: false, size: 226.0, small: 182.0 });
    }
    #[test]
    fn the_interface_grows_and_shrinks_in_steps() {
        let mut prefs = Prefs::default();
        prefs.set_scale(Some(1));
        assert_eq!(prefs.scale(), 1.1);
        prefs.set_scale(Some(40));
        assert_eq!(prefs.scale(), 2.0);
        prefs.set_scale(Some(-40));
        assert_eq!(prefs.scale(), 0.8);
        prefs.set_scale(None);
        assert_eq!(prefs.scale(), 1.0);
        prefs.scale = f32::NAN;
        assert_eq!(prefs.scale(), 1.0);
    }
}
