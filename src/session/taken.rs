//! What is taken away of a drawing and its run: the work behind each kind of file.

use super::export::{Outcome, Work, write};
use super::{Notice, Session};
use crate::compile::Plan;
use crate::export::film::{self, Film};
use crate::export::{self, Exchange, Format, Options, Pixels, chart_svg, picture};
use crate::file;
use crate::model::{Design, Id};
use crate::scene::{Picture, chart};
use crate::sim::snapshot::Snapshot;
use crate::units::{SimTime, Span};
use crate::words::{key, t};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file to write.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportRequest {
    /// Where to.
    pub path: PathBuf,
    /// What is written.
    pub take: Take,
    /// What of the drawing it shows.
    pub subject: Subject,
    /// How it looks.
    pub options: Options,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Take {
    /// What the ending of the file stands for: a picture for svg, png and pdf, a film for gif, the
    /// drawing for another program for drawio and mmd, a CloudFormation template for yaml, yml and template, what was
    /// measured for html, json and csv, the design for ron.
    ByEnding,
    /// A film, so many simulated seconds a second; `None` for one of about twenty seconds.
    Film(Option<f64>),
    /// A chart of the system for print, by its number.
    Chart(usize),
    /// The drawing for another program.
    Exchange(Exchange),
    /// What the run measured.
    Record(Record),
}

/// What is written of what a run measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record {
    /// A report: one HTML file.
    Report,
    /// The figures of the whole run and its course: JSON.
    Figures,
    /// The course of the system, or of the one node that is asked for: CSV.
    Course,
}

/// What of the drawing is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// Only these records and the links between them; `None` for all.
    pub part: Option<BTreeSet<Id>>,
    /// With the figures of the run or without.
    pub state: Shown,
}

/// Whether the figures of the run are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shown {
    /// They are, if there is a run.
    #[default]
    Live,
    /// The drawing as it is when nothing runs.
    AtRest,
}

/// Size of a chart for print, in pixels at 96 to the inch.
const CHART: (u32, u32) = (760, 420);

/// Time of a run that is filmed when none has been made.
const UNSEEN: Span = Span::from_secs(600);

/// What to say where there is nothing to write.
pub(super) const NOT_RUN: &str = key!("nothing has run yet; run the design first");

/// A drawing as it is to be shown.
struct Drawn {
    design: Design,
    plan: Arc<Plan>,
    snapshot: Option<Arc<Snapshot>>,
}

impl Drawn {
    fn picture(&self) -> Picture<'_> {
        let plan = Some(&*self.plan);
        Picture { plan, snapshot: self.snapshot.as_deref(), ..Picture::of(&self.design) }
    }
}

impl Session {
    /// Writes a file in the format that its ending names. The result is a notice of a later poll.
    pub(super) fn export(&mut self, request: ExportRequest) {
        if request.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ron")) {
            return self.export_copy(&request.path);
        }
        let name = request.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let started = self.work(request).and_then(|work| self.exports.start(name, work));
        if let Err(error) = started {
            self.notices.push(Notice::error(error));
        }
    }

    fn work(&self, request: ExportRequest) -> Result<Work, String> {
        let ending = request.path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match (request.take, ending.as_str()) {
            (Take::Film(speed), _) => Ok(self.film(request, speed)),
            (Take::Chart(number), _) => self.chart(request, number),
            (Take::Exchange(format), _) => Ok(self.exchange(request, format)),
            (Take::Record(record), _) => self.record(request, record),
            (Take::ByEnding, "html") => self.record(request, Record::Report),
            (Take::ByEnding, "json") => self.record(request, Record::Figures),
            (Take::ByEnding, "csv") => self.record(request, Record::Course),
            (Take::ByEnding, "gif") => Ok(self.film(request, None)),
            (Take::ByEnding, "yaml" | "yml" | "template") => Ok(self.template(request)),
            (Take::ByEnding, _) => match Exchange::of(&request.path) {
                Some(format) => Ok(self.exchange(request, format)),
                None => self.picture(request),
            },
        }
    }

    fn exchange(&self, request: ExportRequest, format: Exchange) -> Work {
        let design = self.shown_part(&request.subject);
        Box::new(move |watch| {
            let text = format.write(&design)?;
            write(request.path, text.as_bytes(), watch)
        })
    }

    fn picture(&self, request: ExportRequest) -> Result<Work, String> {
        let ExportRequest { path, subject, options, .. } = request;
        let format = Format::of(&path).map_err(|error| error.to_string())?;
        let drawn = self.drawn(&subject);
        Ok(Box::new(move |watch| {
            let bytes = picture(&drawn.picture(), format, &options, watch.part(0.0, 0.99))?;
            write(path, &bytes, watch)
        }))
    }

    fn template(&self, request: ExportRequest) -> Work {
        let design = self.shown_part(&request.subject);
        Box::new(move |watch| {
            let text = export::cloudformation::write(&design)?;
            write(request.path, text.as_bytes(), watch)
        })
    }

    fn drawn(&self, subject: &Subject) -> Drawn {
        let snapshot = self.view().snapshot.filter(|_| subject.state == Shown::Live).cloned();
        Drawn { design: self.shown_part(subject), plan: Arc::clone(self.shown_plan()), snapshot }
    }

    fn shown_part(&self, subject: &Subject) -> Design {
        match &subject.part {
            Some(ids) => export::part(&self.design, ids),
            None => self.design.clone(),
        }
    }

    /// The run, played again from its start with the drawing as it is now and with everything that was broken by hand.
    fn film(&self, request: ExportRequest, speed: Option<f64>) -> Work {
        let ExportRequest { path, subject, options, .. } = request;
        let design = self.shown_part(&subject);
        let again = self.again(UNSEEN);
        Box::new(move |watch| {
            let (plan, length) = (&again.plan, again.length());
            let film = Film { design: &design, plan, seed: super::run::SEED, length, speed, options: &options };
            let made = watch.part(0.0, 0.99);
            let gif = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gif"));
            let bytes =
                if gif { film::gif::write(&film, made)? } else { film::motion::write(&film, made)?.into_bytes() };
            write(path, &bytes, watch)
        })
    }

    fn chart(&self, request: ExportRequest, number: usize) -> Result<Work, String> {
        let snapshot = self.view().snapshot.ok_or(NOT_RUN)?;
        let length = snapshot.now.since(SimTime::ZERO);
        let charts = chart::system_charts(self.shown_plan(), snapshot, length);
        let chart = charts.into_iter().nth(number).ok_or(t!("there is no such chart"))?;
        let scenario = &self.design.scenarios[self.scenario].name;
        let note = t!(
            "{name} · {scenario} · seed {run}",
            name = self.design.name,
            scenario = scenario,
            run = super::run::SEED
        );
        let ExportRequest { path, options, .. } = request;
        Ok(Box::new(move |watch| {
            let png = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
            let bytes = match png {
                true => chart_svg::png(&chart, &note, CHART, options.scale)?,
                false => chart_svg::write(&chart, &note, CHART)?.into_bytes(),
            };
            write(path, &bytes, watch)
        }))
    }

    /// Makes a picture for the clipboard; a later [`Session::take_copied`] has it.
    pub(super) fn copy_picture(&mut self, subject: &Subject, options: Options) {
        let drawn = self.drawn(subject);
        let work: Work = Box::new(move |watch| {
            watch.reached(0.1)?;
            Ok(Outcome::Copied(export::copied(&drawn.picture(), &options)?))
        });
        if let Err(error) = self.exports.start(t!("The picture").to_owned(), work) {
            self.notices.push(Notice::error(error));
        }
    }

    /// The picture that was made for the clipboard since the last call.
    pub fn take_copied(&mut self) -> Option<Pixels> {
        self.exports.take_copied()
    }

    /// A copy of the design; the design stays with its own file.
    fn export_copy(&mut self, path: &Path) {
        self.notices.push(match file::write(path, &file::print(&self.design)) {
            Ok(()) => Notice::done(t!("Exported to {path}", path = path.display())),
            Err(error) => Notice::error(error.to_string()),
        });
    }
}
