//! Walkthroughs: a chain of designs under one recorded traffic, what is claimed about each, and what a run says to that.
//!
//! A step is a design that the simulator runs like any other; nothing here or in the engine knows a step apart. A claim is
//! an assertion about a stretch of the run, perhaps against the step before. A variant changes its step ("try this") and
//! makes claims of its own.
//!
//! Runs of one seed meet the same requests in every step, so that what differs between steps is the design.
//!
//! Absent: time (whoever plays a walkthrough has it), text files (`file`), panels.

mod judge;
mod measure;
mod table;

pub use judge::{Verdict, judge, told};
pub use measure::{Course, Measured, measure};
pub use table::{Row, compare, table};

use crate::catalog::{Face, Value};
use crate::metrics::Quantity;
use crate::model::{Design, Id, Node, RequestClass};
use crate::outcome::{Against, Assertion};
use crate::scenario::Scenario;
use crate::sim::shape::Shape;
use crate::units::Span;
use crate::words::Language;
use std::collections::{BTreeMap, BTreeSet};

/// Most steps: more is no story, and a list of them does not fit on a screen.
pub const MOST_STEPS: usize = 40;

/// What is written in two languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: String,
    /// Korean.
    pub ko: String,
}

impl Text {
    /// The text in a language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Korean => &self.ko,
        }
    }
}

/// The whole story.
#[derive(Debug, Clone, PartialEq)]
pub struct Walkthrough {
    /// Short name for commands.
    pub key: String,
    /// Its name.
    pub title: Text,
    /// What it is about, in a few sentences.
    pub text: Text,
    /// At least one, at most [`MOST_STEPS`].
    pub steps: Vec<Step>,
}

/// One experiment of the story.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its name.
    pub title: Text,
    /// What to look at, and why it happens.
    pub text: Text,
    /// What is run, and what is claimed about it.
    pub trial: Trial,
    /// What shows the point.
    pub focus: Focus,
    /// Time on the clock in which a window plays the run.
    pub plays: Span,
    /// Changes to try.
    pub variants: Vec<Variant>,
}

/// A change to a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// What is changed.
    pub title: Text,
    /// What it shows.
    pub text: Text,
    /// What is run, and what is claimed about it.
    pub trial: Trial,
    /// What shows the point; that of its step unless it has its own.
    pub focus: Focus,
}

/// A run and what is claimed about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The design. Its only scenario is the one that is run.
    pub design: Design,
    /// What is claimed.
    pub claims: Vec<Claim>,
}

/// Where the point can be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Focus {
    /// Nodes, the most important first.
    pub nodes: Vec<Id>,
    /// The chart to look at first.
    pub chart: Option<Pointed>,
}

/// A chart that shows the point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointed {
    /// Of which node; `None` for what users see of the whole.
    pub node: Option<Id>,
    /// What it shows.
    pub quantity: Quantity,
}

/// Something that the run has to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// In words.
    pub says: Text,
    /// As a comparison.
    pub holds: Assertion,
    /// The part of the run that it is about.
    pub during: Window,
}

/// A part of a run: its beginning and its end, from the start of the run.
pub type Window = (Span, Span);

/// Which run of a walkthrough: a step, or one of its variants. Both count from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Which {
    /// Position of the step.
    pub step: usize,
    /// Position of the variant among those of the step; `None` for the step itself.
    pub variant: Option<usize>,
}

impl Which {
    /// A step itself.
    pub fn step(step: usize) -> Self {
        Self { step, variant: None }
    }

    /// The run that "before" means: of a step the one before it, of a variant its step. `None` for the first step.
    pub fn before(self) -> Option<Self> {
        match self.variant {
            Some(_) => Some(Self::step(self.step)),
            None => self.step.checked_sub(1).map(Self::step),
        }
    }

    /// The other run that a claim about this one needs.
    pub fn needed(self, against: Against) -> Option<Self> {
        match against {
            Against::Same => None,
            Against::Before => self.before(),
            Against::Step(number) => number.checked_sub(1).map(Self::step),
        }
    }
}

/// What is asked of a design.
#[derive(PartialEq)]
struct Load<'a> {
    duration: Span,
    traffic: &'a BTreeMap<String, Shape>,
    classes: &'a [RequestClass],
    users: BTreeMap<&'a Id, &'a BTreeMap<String, Value>>,
}

impl Trial {
    /// The scenario that is run.
    pub fn scenario(&self) -> &Scenario {
        &self.design.scenarios[0]
    }

    /// What is asked of the design, and for how long.
    fn load(&self) -> Load<'_> {
        let Scenario { duration, traffic, .. } = self.scenario();
        let asks = |node: &Node| node.service().is_some_and(|service| service.face == Face::Client);
        let users = self.design.nodes.iter().filter(|(_, node)| asks(node));
        let users = users.map(|(id, node)| (id, &node.settings)).collect();
        Load { duration: *duration, traffic, classes: &self.design.classes, users }
    }

    /// All of the run but its warm-up.
    pub fn whole(&self) -> Window {
        let scenario = self.scenario();
        (scenario.warmup.given(), scenario.duration)
    }
}

impl Walkthrough {
    /// Every run in the order of the story, variants behind their step.
    pub fn runs(&self) -> Vec<Which> {
        let of_step = |(step, it): (usize, &Step)| {
            let variants = (0..it.variants.len()).map(move |variant| Which { step, variant: Some(variant) });
            std::iter::once(Which::step(step)).chain(variants).collect::<Vec<_>>()
        };
        self.steps.iter().enumerate().flat_map(of_step).collect()
    }

    /// What is run; `None` for a step or variant that there is not.
    pub fn trial(&self, which: Which) -> Option<&Trial> {
        let step = self.steps.get(which.step)?;
        match which.variant {
            None => Some(&step.trial),
            Some(variant) => step.variants.get(variant).map(|variant| &variant.trial),
        }
    }

    /// The run that another is set beside, figure by figure: of a variant its step, of a step the last one before it. Both
    /// have the same load for the same time; `None` if no such run has.
    pub fn beside(&self, which: Which) -> Option<Which> {
        let load = |which: Which| self.trial(which).map(Trial::load);
        let own = load(which);
        let earlier = match which.variant {
            Some(_) => which.step..=which.step,
            None => 0..=which.step.checked_sub(1)?,
        };
        earlier.rev().map(Which::step).find(|other| load(*other) == own)
    }

    /// Where the point of a run can be seen; `None` for a step or variant that there is not.
    pub fn focus(&self, which: Which) -> Option<&Focus> {
        let step = self.steps.get(which.step)?;
        match which.variant {
            None => Some(&step.focus),
            Some(variant) => step.variants.get(variant).map(|variant| &variant.focus),
        }
    }

    /// The parts of a run that claims are about: its own, and those of runs that are compared with it.
    pub fn windows(&self, which: Which) -> BTreeSet<Window> {
        let mut windows: BTreeSet<Window> = self.trial(which).map(Trial::whole).into_iter().collect();
        for other in self.runs() {
            let claims = self.trial(other).into_iter().flat_map(|trial| &trial.claims);
            let meant = |claim: &&Claim| other == which || other.needed(claim.holds.against()) == Some(which);
            windows.extend(claims.filter(meant).map(|claim| claim.during));
        }
        windows
    }
}
