//! Walkthroughs as text: `designs/walkthroughs/NAME.ron`, written so that a teacher can write another one by hand. How that
//! is done, with every field and a small example, stands in `designs/walkthroughs.md`.
//!
//! What cannot be part of a walkthrough is left out with a problem that names line and step; the rest plays.

use super::error::FileError;
use super::open::Reader;
use super::script::{self, Change, Part, Script};
use super::unread;
use super::{Matter, VERSION, traffic, v1};
use crate::analysis;
use crate::catalog::{self, Sheet, Value};
use crate::edit::{self, Command, line, paragraph};
use crate::metrics::Quantity;
use crate::model::{Design, Id, Point, Rect, Size};
use crate::outcome::{Against, Assertion, Names};
use crate::scenario::{Fault, Scenario, WarmUp};
use crate::sim::shape::Shape;
use crate::units::Span;
use crate::walkthrough::{Claim, Focus, MOST_STEPS, Pointed, Step, Text, Trial, Variant, Walkthrough, Which, Window};
use ron::Options;
use ron::extensions::Extensions;
use std::collections::{BTreeMap, BTreeSet};

/// Length of a run that says nothing else.
const USUAL: Span = Span::from_secs(600);
/// Time in which a run is played that says nothing else.
const PLAYS: Span = Span::from_secs(20);
/// Longest time that a run is played.
const LONGEST: Span = Span::from_secs(600);

/// A walkthrough, and what of its file could not be taken as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// What can be played.
    pub walkthrough: Walkthrough,
    /// What is wrong with the file, in the order of the steps.
    pub problems: Vec<Problem>,
}

/// Something in the file of a walkthrough that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1.
    pub line: Option<usize>,
    /// Number of the step, from 1; `None` for the head of the file.
    pub step: Option<usize>,
    /// What is wrong, and what was done about it.
    pub text: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let line = self.line.map(|line| format!("line {line}"));
        let step = self.step.map(|step| format!("step {step}"));
        let place: Vec<String> = line.into_iter().chain(step).collect();
        if place.is_empty() { f.write_str(&self.text) } else { write!(f, "{}: {}", place.join(", "), self.text) }
    }
}

/// Whether a text is meant to be a walkthrough and not a design.
pub fn is_walkthrough(text: &str) -> bool {
    let code = text
        .trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with("//"));
    code.is_some_and(|line| line.starts_with("Walkthrough"))
}

/// Whether a file on the disk is meant to be a walkthrough; one that cannot be read is not.
pub fn holds_walkthrough(path: &std::path::Path) -> bool {
    path.extension().is_some_and(|ending| ending == "ron")
        && super::disk::text(path).is_ok_and(|text| is_walkthrough(&text))
}

/// Reads a walkthrough from the disk.
///
/// # Errors
/// The file cannot be read, or [`read_walkthrough`] refuses its text. They name the file.
pub fn open_walkthrough(path: &std::path::Path) -> Result<Told, FileError> {
    let text = super::disk::text(path)?;
    read_walkthrough(&text, &path.display().to_string())
}

/// Reads a walkthrough. `name` is what errors call the text; its stem becomes the key.
///
/// # Errors
/// The text cannot be read at all, has another version, or has no step or too many.
pub fn read_walkthrough(text: &str, name: &str) -> Result<Told, FileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let extensions = Extensions::IMPLICIT_SOME | Extensions::UNWRAP_VARIANT_NEWTYPES;
    let options = Options::default().with_default_extension(extensions);
    let file: Script = options.from_str(text).map_err(|error| explain(text, name, &error))?;
    let remedy = "Correct that in a text editor";
    if file.version != VERSION {
        let what = format!("the file has version {}, and this program understands version {VERSION}", file.version);
        return Err(FileError::new(name, what, remedy));
    }
    if file.steps.is_empty() {
        return Err(FileError::new(name, "the walkthrough has no step", "Write at least one into its \"steps\""));
    }
    let stem = std::path::Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut teller = Teller::default();
    let mut walkthrough = teller.script(file);
    walkthrough.key = stem;
    let found = teller.problems.into_iter();
    let located = found.map(|(at, text_)| Problem {
        line: at.and_then(|at| script::line_of(text, &options, at)),
        step: at.map(|(step, _)| step + 1),
        text: text_,
    });
    Ok(Told { walkthrough, problems: located.collect() })
}

fn explain(text: &str, name: &str, error: &ron::error::SpannedError) -> FileError {
    let at = (error.span.end.line, error.span.end.col);
    let step = script::step_at(text, at).map(|step| format!("step {step}: ")).unwrap_or_default();
    let what = format!("{step}{}", unread::words(&error.code));
    FileError::new(name, what, "Correct that in a text editor").at(at.0, at.1)
}

/// What holds from one step to the next.
#[derive(Default)]
struct Teller {
    problems: Vec<(Option<(usize, Part)>, String)>,
    traffic: BTreeMap<String, Shape>,
    duration: Option<Span>,
    warmup: Span,
    step: usize,
    /// Whose traffic the file tells, and where.
    offered: Vec<((usize, Part), String)>,
    /// Whose traffic was used.
    met: BTreeSet<String>,
}

/// What a variant takes over from its step.
#[derive(Clone, Copy)]
struct Like<'a> {
    design: &'a Design,
    faults: &'a [Fault],
    focus: &'a Focus,
}

/// How a run differs from others of its walkthrough.
struct Run {
    name: String,
    duration: Option<Span>,
    warmup: Option<Span>,
    faults: Vec<Fault>,
}

impl Teller {
    fn problem(&mut self, part: Part, text: impl Into<String>) {
        self.problems.push((Some((self.step, part)), text.into()));
    }

    fn script(&mut self, file: Script) -> Walkthrough {
        let head = |teller: &mut Self, what: &str, text| {
            let (text, missing) = spoken(text);
            teller
                .problems
                .extend(missing.map(|language| (None, format!("{what} of the walkthrough has no {language} text"))));
            text
        };
        let (title, text) = (head(self, "the title", file.title), head(self, "the text", file.text));
        self.duration = file.duration.map(|span| span.0);
        self.warmup = file.warmup.map_or(Span::ZERO, |span| span.0);
        self.traffic(Part::Whole, file.traffic);
        let mut steps: Vec<Step> = Vec::new();
        let all = file.steps.len();
        for (at, step) in file.steps.into_iter().enumerate().take(MOST_STEPS + 1) {
            self.step = at;
            if at == MOST_STEPS {
                let text = format!(
                    "a walkthrough has at most {MOST_STEPS} steps, and this one has {all}; the rest is left out"
                );
                self.problem(Part::Whole, text);
                break;
            }
            let before = steps.last().map(|step| step.trial.design.clone());
            let step = self.step(step, before);
            steps.push(step);
        }
        self.check_traffic();
        let mut walkthrough = Walkthrough { key: String::new(), title, text, steps };
        self.check_comparisons(&mut walkthrough);
        walkthrough
    }

    fn text(&mut self, part: Part, what: &str, text: script::Text) -> Text {
        let (text, missing) = spoken(text);
        if let Some(language) = missing {
            self.problem(part, format!("{what} has no {language} text; the other language stands there"));
        }
        text
    }

    fn traffic(&mut self, part: Part, traffic: BTreeMap<String, v1::Shape>) {
        for (node, shape) in traffic {
            match traffic::shape(shape) {
                Ok(shape) => {
                    self.offered.push(((self.step, part), node.clone()));
                    self.traffic.insert(node, shape);
                }
                Err(why) => self.problem(part, format!("the traffic of \"{}\" is left out: {why}", line(&node))),
            }
        }
    }

    /// Traffic that no step from there on has users for.
    fn check_traffic(&mut self) {
        for (at, node) in std::mem::take(&mut self.offered) {
            if !self.met.contains(&node) {
                let text = format!("there is no node \"{}\" whose traffic this could be; it is left out", line(&node));
                self.problems.push((Some(at), text));
            }
        }
    }

    fn step(&mut self, step: script::Step, before: Option<Design>) -> Step {
        let title = self.text(Part::Whole, "the title", step.title);
        let text = self.text(Part::Whole, "the text", step.text);
        let mut design = match (step.design, before) {
            (Some(file), _) => self.opened(file),
            (None, Some(design)) => design,
            (None, None) => {
                self.problem(Part::Whole, "the first step needs a design; it is empty now");
                Design::default()
            }
        };
        for (at, change) in step.change.into_iter().enumerate() {
            self.change(&mut design, Part::Change(at), change);
        }
        if let Some(traffic) = step.traffic {
            self.traffic(Part::Whole, traffic);
        }
        let faults = step.faults;
        let kept: Vec<Fault> = Reader::upon(design.clone()).faults(faults);
        let run = Run {
            name: title.en.clone(),
            duration: step.duration.map(|span| span.0),
            warmup: step.warmup.map(|span| span.0),
            faults: kept.clone(),
        };
        self.scenario(&mut design, Part::Whole, run);
        self.check_faults(&design, Part::Fault);
        let claims = self.claims(&design, Part::Claim, step.claims);
        if claims.is_empty() {
            self.problem(Part::Whole, "the step claims nothing; say what its run has to show");
        }
        let chart = self.pointed(&design, Part::Whole, step.chart);
        let focus = Focus { nodes: self.focus(&design, Part::Whole, step.focus), chart };
        let like = Like { design: &design, faults: &kept, focus: &focus };
        let variants = step.variants.into_iter().enumerate();
        let variants = variants.map(|(at, variant)| self.variant(like, at, variant)).collect();
        let plays = step.plays.map_or(PLAYS, |span| span.0.clamp(Span::from_secs(1), LONGEST));
        Step { title, text, trial: Trial { design, claims }, focus, plays, variants }
    }

    fn variant(&mut self, step: Like<'_>, at: usize, variant: script::Variant) -> Variant {
        let part = Part::Variant(at);
        let title = self.text(part, "the title of the variant", variant.title);
        let silent = variant.text.en.is_empty() && variant.text.ko.is_empty();
        let text = if silent { Text::default() } else { self.text(part, "the text of the variant", variant.text) };
        let mut design = step.design.clone();
        for (number, change) in variant.change.into_iter().enumerate() {
            self.change(&mut design, Part::VariantChange(at, number), change);
        }
        let kept = self.traffic.clone();
        if let Some(traffic) = variant.traffic {
            self.traffic(part, traffic);
        }
        let before = design.scenarios.first().map(|scenario| (scenario.duration, scenario.warmup.given()));
        let own = variant.faults.map(|faults| Reader::upon(design.clone()).faults(faults));
        let inherited = own.is_none();
        let faults = own.unwrap_or_else(|| step.faults.to_vec());
        let run = Run {
            name: title.en.clone(),
            duration: variant.duration.map(|span| span.0).or(before.map(|(duration, _)| duration)),
            warmup: variant.warmup.map(|span| span.0).or(before.map(|(_, warmup)| warmup)),
            faults,
        };
        self.scenario(&mut design, part, run);
        if !inherited {
            self.check_faults(&design, |number| Part::VariantFault(at, number));
        }
        self.traffic = kept;
        let claims = self.claims(&design, |number| Part::VariantClaim(at, number), variant.claims);
        if claims.is_empty() {
            self.problem(part, "the variant claims nothing; say what its run has to show");
        }
        let focus = Focus {
            nodes: match variant.focus {
                Some(names) => self.focus(&design, part, names),
                None => step.focus.nodes.iter().filter(|id| design.nodes.contains_key(*id)).cloned().collect(),
            },
            chart: match variant.chart {
                Some(name) => self.pointed(&design, part, Some(name)),
                None => step
                    .focus
                    .chart
                    .clone()
                    .filter(|it| it.node.as_ref().is_none_or(|id| design.nodes.contains_key(id))),
            },
        };
        Variant { title, text, trial: Trial { design, claims }, focus }
    }

    /// Gives a design its only scenario.
    fn scenario(&mut self, design: &mut Design, part: Part, run: Run) {
        let mut duration = run.duration.or(self.duration).unwrap_or(USUAL);
        let warmup = run.warmup.unwrap_or(self.warmup);
        if duration <= warmup {
            duration = warmup + USUAL;
            self.problem(part, format!("the run has to last longer than its warm-up; it lasts {duration} now"));
        }
        let users = |id: &str| Id::new(id).is_some_and(|id| design.nodes.contains_key(&id));
        let traffic = self.traffic.iter().filter(|(id, _)| users(id));
        let traffic: BTreeMap<String, Shape> = traffic.map(|(id, shape)| (id.clone(), shape.clone())).collect();
        self.met.extend(traffic.keys().cloned());
        let warmup = WarmUp::Given(warmup);
        let faults = run.faults;
        design.scenarios = vec![Scenario { name: run.name, duration, warmup, traffic, faults, targets: Vec::new() }];
    }

    /// Faults of what is not there, and those that come too late to happen.
    fn check_faults(&mut self, design: &Design, part: impl Fn(usize) -> Part) {
        let Scenario { duration, faults, .. } = &design.scenarios[0];
        let mut alone = design.clone();
        for (at, fault) in faults.iter().enumerate() {
            alone.scenarios[0].faults = vec![fault.clone()];
            let strangers = analysis::check(&alone).into_iter().filter(|finding| finding.rule == "unknown-name");
            strangers.for_each(|finding| self.problem(part(at), finding.text));
            if fault.at >= *duration {
                let text = format!("the fault begins at {}, and the run lasts {duration}: it never happens", fault.at);
                self.problem(part(at), text);
            }
        }
    }

    fn opened(&mut self, file: v1::File) -> Design {
        let mut reader = Reader::default();
        reader.file(file);
        self.told(&reader, Part::Whole);
        reader.design
    }

    /// What a reader of records found.
    fn told(&mut self, reader: &Reader, part: Part) {
        for (_, _, matter, text) in &reader.warnings {
            let kept = if *matter == Matter::Kept { "" } else { "the design is not as written: " };
            self.problem(part, format!("{kept}{text}"));
        }
    }

    fn change(&mut self, design: &mut Design, part: Part, change: Change) {
        let outcome = match change {
            Change::Node(node) => return self.record(design, part, |reader| reader.put_node(node)),
            Change::Place(place) => return self.record(design, part, |reader| reader.put_place(place)),
            Change::Link(link) => return self.record(design, part, |reader| reader.link(0, link)),
            Change::Classes(classes) => return self.record(design, part, |reader| reader.put_classes(classes)),
            Change::Remove(names) => remove(design, &names),
            Change::Set(name, settings) => set(design, &name, settings),
            Change::Move(name, (x, y)) => shift(design, &name, Point::new(x, y)),
            Change::Resize(name, at, size) => resize(design, &name, at, size),
            Change::Rename(name, text) => rename(design, &name, text),
        };
        if let Err(why) = outcome {
            self.problem(part, format!("the change does not apply and is left out: {why}"));
        }
    }

    /// Adds records as the file of a design would.
    fn record(&mut self, design: &mut Design, part: Part, add: impl FnOnce(&mut Reader)) {
        let mut reader = Reader::upon(std::mem::take(design));
        add(&mut reader);
        self.told(&reader, part);
        *design = reader.design;
    }

    fn claims(&mut self, design: &Design, part: impl Fn(usize) -> Part, claims: Vec<script::Claim>) -> Vec<Claim> {
        let names = Names::of(design);
        let mut kept = Vec::new();
        for (at, claim) in claims.into_iter().enumerate() {
            let says = self.text(part(at), "the claim", script::Text { en: claim.en, ko: claim.ko });
            let scenario = &design.scenarios[0];
            let whole = (scenario.warmup.given(), scenario.duration);
            let during: Window = claim.during.map_or(whole, |(from, to)| (from.0, to.0));
            if during.0 >= during.1 || during.1 > scenario.duration {
                let (from, to) = during;
                let text = format!(
                    "the claim is about {from} to {to}, and the run lasts {}; it is left out",
                    scenario.duration
                );
                self.problem(part(at), text);
                continue;
            }
            match Assertion::parse(&claim.holds, &names) {
                Ok(holds) => kept.push(Claim { says, holds, during }),
                Err(why) => self.problem(part(at), format!("{why}; the claim is left out")),
            }
        }
        kept
    }

    fn focus(&mut self, design: &Design, part: Part, names: Vec<String>) -> Vec<Id> {
        let mut nodes = Vec::new();
        for name in names {
            match Id::new(&name).filter(|id| design.nodes.contains_key(id)) {
                Some(id) => nodes.push(id),
                None => self.problem(part, format!("there is no node \"{}\" to look at", line(&name))),
            }
        }
        nodes
    }

    /// Reads "latency", or "web.use".
    fn pointed(&mut self, design: &Design, part: Part, name: Option<String>) -> Option<Pointed> {
        let name = name?;
        let (node, quantity) = name.split_once('.').map_or((None, name.as_str()), |(node, rest)| (Some(node), rest));
        let Some(quantity) = Quantity::with_key(quantity) else {
            let known = Quantity::ALL.map(Quantity::key).join(", ");
            self.problem(
                part,
                format!(
                    "there is no chart \"{}\"; charts are: {known}, also of a node, as in \"web.use\"",
                    line(&name)
                ),
            );
            return None;
        };
        let Some(node) = node else { return Some(Pointed { node: None, quantity }) };
        let id = Id::new(node).filter(|id| design.nodes.contains_key(id));
        if id.is_none() {
            self.problem(part, format!("there is no node \"{}\" whose chart could be shown", line(node)));
        }
        id.map(|id| Pointed { node: Some(id), quantity })
    }

    /// Claims that need another run: it has to be there, to have the figure, and to last long enough.
    fn check_comparisons(&mut self, walkthrough: &mut Walkthrough) {
        for which in walkthrough.runs() {
            let claims = walkthrough.trial(which).map(|trial| trial.claims.clone()).unwrap_or_default();
            let mut kept = Vec::new();
            for (at, claim) in claims.into_iter().enumerate() {
                match comparable(walkthrough, which, &claim) {
                    Ok(()) => kept.push(claim),
                    Err(why) => {
                        self.step = which.step;
                        let part = which.variant.map_or(Part::Claim(at), |variant| Part::VariantClaim(variant, at));
                        self.problem(part, format!("{why}; the claim is left out"));
                    }
                }
            }
            let step = &mut walkthrough.steps[which.step];
            match which.variant {
                None => step.trial.claims = kept,
                Some(variant) => step.variants[variant].trial.claims = kept,
            }
        }
    }
}

fn comparable(walkthrough: &Walkthrough, which: Which, claim: &Claim) -> Result<(), String> {
    let against = claim.holds.against();
    if against == Against::Same {
        return Ok(());
    }
    let other = which.needed(against).filter(|other| *other < which && walkthrough.trial(*other).is_some());
    let other = other.ok_or_else(|| format!("\"{}\" needs a step that comes before this one", claim.holds.text()))?;
    let trial = walkthrough.trial(other).ok_or("there is no such step")?;
    if let Some(path) = claim.holds.needs() {
        Names::of(&trial.design).knows(path).map_err(|why| format!("in step {}: {why}", other.step + 1))?;
    }
    let lasts = trial.scenario().duration;
    if claim.during.1 > lasts {
        return Err(format!("step {} lasts {lasts} only, too short to be compared with", other.step + 1));
    }
    Ok(())
}

/// What stands in both languages, and the one that is missing.
fn spoken(text: script::Text) -> (Text, Option<&'static str>) {
    let (en, ko) = (paragraph(text.en.trim()), paragraph(text.ko.trim()));
    let missing = if ko.is_empty() { Some("Korean (ko)") } else { en.is_empty().then_some("English (en)") };
    let either = |text: &String, other: &String| if text.is_empty() { other.clone() } else { text.clone() };
    (Text { en: either(&en, &ko), ko: either(&ko, &en) }, missing)
}

fn done(design: &mut Design, command: &Command) -> Result<(), String> {
    edit::apply(design, command).map(drop).map_err(|refusal| refusal.to_string())
}

/// A record by its id, a link also by its ends.
fn named(design: &Design, name: &str) -> Result<Id, String> {
    let link = name.split_once("->").and_then(|(from, to)| {
        let ends = Some((from.trim(), to.trim()));
        design.links.iter().find(|(_, link)| Some((link.from.as_str(), link.to.as_str())) == ends)
    });
    let id = link.map(|(id, _)| id.clone()).or_else(|| Id::new(name).filter(|id| design.has(id)));
    id.ok_or_else(|| format!("there is no \"{}\"", line(name)))
}

fn remove(design: &mut Design, names: &[String]) -> Result<(), String> {
    let ids = names.iter().map(|name| named(design, name)).collect::<Result<Vec<_>, _>>()?;
    done(design, &Command::Remove { ids })?;
    // The story may bring back under its name what it has taken away.
    design.retired.clear();
    Ok(())
}

fn set(design: &mut Design, name: &str, settings: BTreeMap<String, v1::Scalar>) -> Result<(), String> {
    let id = named(design, name)?;
    let sheet = match (design.nodes.get(&id), design.places.get(&id)) {
        (Some(node), _) => node.service().ok_or_else(|| format!("the service of \"{id}\" is not known"))?.sheet(),
        (_, Some(place)) => {
            let without = || format!("a {} has no settings", place.kind.name());
            catalog::place_sheet(place.kind.key()).ok_or_else(without)?
        }
        _ => catalog::link_sheet(),
    };
    for (key, value) in settings {
        let value = setting(sheet, &key, &value)?;
        done(design, &Command::Set { ids: vec![id.clone()], key, value: Some(value) })?;
    }
    Ok(())
}

fn setting(sheet: &Sheet, key: &str, value: &v1::Scalar) -> Result<Value, String> {
    let param = sheet.param(key).ok_or_else(|| format!("{} has no setting \"{}\"", sheet.name, line(key)))?;
    param.kind.parse(&value.text()).map_err(|why| format!("{}: {why}", param.label))
}

fn shift(design: &mut Design, name: &str, to: Point) -> Result<(), String> {
    let id = named(design, name)?;
    let rect = design.rect_of(&id).ok_or("a link cannot be moved")?;
    let rect = Rect { min: to, max: Point::new(to.x + rect.w(), to.y + rect.h()) };
    done(design, &Command::Arrange { rects: vec![(id, rect)], name: "move" })
}

fn resize(design: &mut Design, name: &str, at: (f32, f32), (w, h): (f32, f32)) -> Result<(), String> {
    let id = named(design, name)?;
    let rect = Rect::new(Point::new(at.0, at.1), Size { w, h });
    done(design, &Command::Resize { id, rect })
}

fn rename(design: &mut Design, name: &str, text: String) -> Result<(), String> {
    let id = named(design, name)?;
    done(design, &Command::Rename { id, text })
}
