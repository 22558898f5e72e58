//! The double of a large drawing on a thread of its own. At 100,000 nodes it takes a second to compile and to check, and
//! half of one to print a copy; the double follows every change by its diff, so that the window hands over no more than
//! what changed and waits for nothing. Absent: small drawings, which are compiled on the spot (see `compiling`).

use super::Wake;
use super::documents::text_for;
use super::recent::write_atomically;
use crate::analysis::{self, Blame, Finding};
use crate::compile::{self, Plan};
use crate::cost::{PriceList, Tariff};
use crate::edit::Diff;
use crate::file;
use crate::model::Design;
use crate::scenario::files::Files;
use crate::scene::Layout;
use crate::words::{self, Language};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Nodes and links from which a drawing is large: compiling fewer takes less than a few milliseconds.
const LARGE: usize = 1_000;

/// Everything that follows from a drawing and that a run needs.
#[derive(Debug, Default)]
pub(super) struct Compiled {
    pub(super) plan: Arc<Plan>,
    pub(super) tariff: Arc<Tariff>,
    pub(super) findings: Vec<Finding>,
    pub(super) blame: Blame,
}

/// What a drawing is compiled with.
#[derive(Debug)]
pub(super) struct Task {
    /// Position of the scenario.
    pub(super) scenario: usize,
    /// Recordings that have been read.
    pub(super) files: Files,
    /// A person's own prices.
    pub(super) prices: Arc<PriceList>,
    /// The plan of the run that is to go on, if one is: the new plan keeps its numbers.
    pub(super) running: Option<Arc<Plan>>,
}

impl Task {
    /// Compiles, checks and prices a drawing.
    pub(super) fn carry_out(&self, design: &Design) -> Compiled {
        let scenario = design.scenarios.get(self.scenario).unwrap_or(&design.scenarios[0]);
        let mut plan = compile::compile_with(design, scenario, &self.files);
        if let Some(running) = &self.running {
            plan = compile::onto(running, &plan);
        }
        let tariff = Arc::new(Tariff::new(design, &plan, &self.prices));
        let findings = analysis::check(design);
        let blame = Blame::new(&findings);
        Compiled { plan: Arc::new(plan), tariff, findings, blame }
    }
}

/// Where a copy of unsaved work goes, and whether it is still wanted there: its number is the one that is wanted.
#[derive(Debug, Clone)]
pub(super) struct Errand {
    pub(super) path: PathBuf,
    /// What stands in front of the design's text.
    pub(super) head: String,
    pub(super) number: u64,
    pub(super) wanted: Arc<Mutex<u64>>,
}

impl Errand {
    /// Writes the copy, unless everything was saved meanwhile.
    fn carry_out(&self, design: &Design) -> std::io::Result<()> {
        let text = format!("{}{}", self.head, file::print(design));
        // Held while it is written: who settles the copy waits for that, and removes it.
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        if *wanted == self.number { write_atomically(&self.path, text.as_bytes()) } else { Ok(()) }
    }
}

enum Order {
    Replay(Box<Diff>),
    Revert(Box<Diff>),
    Compile(Box<Task>, Language),
    Keep(Errand),
    Save(PathBuf),
    LayOut(u64),
}

/// What came of an order.
#[derive(Debug)]
pub(super) enum Answer {
    Compiled(Box<Compiled>),
    /// Where everything stands, by the number of the order.
    LaidOut(u64, Box<Layout>),
    /// A copy of unsaved work could not be kept.
    NotKept(std::io::Error),
    /// The drawing is in its file, or why it is not.
    Saved(Result<(), String>),
    /// The thread has ended, which is a fault of the program.
    Lost,
}

/// The double.
pub(super) struct Shadow {
    orders: Sender<Order>,
    answers: Receiver<Answer>,
    /// Number of the last order to lay the drawing out: earlier ones are passed over.
    wanted: Arc<AtomicU64>,
}

impl Shadow {
    /// Whether a drawing is so large that compiling it would hold the window up.
    pub(super) fn suits(design: &Design) -> bool {
        design.nodes.len() + design.links.len() >= LARGE
    }

    /// Begins with a copy of a drawing. `None` if no thread could be started.
    pub(super) fn start(design: Design, wake: Wake) -> Option<Self> {
        let (orders, taken) = channel();
        let (sender, answers) = channel();
        let wanted = Arc::<AtomicU64>::default();
        let wants = Arc::clone(&wanted);
        let work = move || {
            follow(design, (&taken, &wants), |answer| {
                // Nobody waits for it when another drawing was opened.
                let _unheard = sender.send(answer);
                wake();
            })
        };
        std::thread::Builder::new().name("shadow".to_owned()).spawn(work).ok()?;
        Some(Self { orders, answers, wanted })
    }

    /// The drawing was changed by this.
    pub(super) fn replay(&self, diff: &Diff) {
        self.tell(Order::Replay(Box::new(diff.clone())));
    }

    /// This change was taken back.
    pub(super) fn revert(&self, diff: &Diff) {
        self.tell(Order::Revert(Box::new(diff.clone())));
    }

    /// Compiles the drawing as it is after all changes that were told.
    pub(super) fn compile(&self, task: Task) {
        self.tell(Order::Compile(Box::new(task), words::language()));
    }

    /// Keeps a copy of it.
    pub(super) fn keep(&self, errand: Errand) {
        self.tell(Order::Keep(errand));
    }

    /// Writes it to a file.
    pub(super) fn save(&self, path: &Path) {
        self.tell(Order::Save(path.to_owned()));
    }

    /// Says where everything stands after all changes that were told.
    pub(super) fn lay_out(&self, number: u64) {
        self.wanted.store(number, Ordering::Relaxed);
        self.tell(Order::LayOut(number));
    }

    /// The next answer, whenever it comes.
    pub(super) fn wait(&self) -> Answer {
        self.answers.recv().unwrap_or(Answer::Lost)
    }

    fn tell(&self, order: Order) {
        // A thread that has ended says so when it is asked for answers.
        let _ended = self.orders.send(order);
    }

    /// The next answer, if one is there.
    pub(super) fn poll(&self) -> Option<Answer> {
        match self.answers.try_recv() {
            Ok(answer) => Some(answer),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Answer::Lost),
        }
    }
}

fn follow(mut design: Design, (orders, wanted): (&Receiver<Order>, &AtomicU64), answer: impl Fn(Answer)) {
    for order in orders {
        match order {
            Order::Replay(diff) => diff.replay(&mut design),
            Order::Revert(diff) => diff.revert(&mut design),
            Order::Compile(task, language) => {
                let compiled = words::in_language(language, || task.carry_out(&design));
                answer(Answer::Compiled(Box::new(compiled)));
            }
            Order::LayOut(number) if number < wanted.load(Ordering::Relaxed) => {}
            Order::LayOut(number) => answer(Answer::LaidOut(number, Box::new(Layout::new(&design)))),
            Order::Keep(errand) => {
                if let Err(error) = errand.carry_out(&design) {
                    answer(Answer::NotKept(error));
                }
            }
            Order::Save(path) => {
                let written = file::write(&path, &text_for(&design, &path));
                answer(Answer::Saved(written.map_err(|error| error.to_string())));
            }
        }
    }
}
