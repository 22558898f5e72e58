//! Several designs at once: each has a session of its own, with its run, history and file, and what of it is seen. One is
//! in front; the others go on behind it.
//!
//! Promises: what opens never takes the place of work that would be lost or has to be found again; a design closes only
//! when it is saved or the person said to lose it. Absent: the tabs themselves (`tabs`) and the questions (`requests`).

use super::App;
use super::requests;
use super::state::State;
use crate::session::{Action, Folders, Notice, Session, View, Wake};
use crate::words::t;
use std::path::{Path, PathBuf};

/// A design with what is seen of it while it is not in front.
struct Desk {
    number: u64,
    session: Session,
    /// What the window remembers of it; of the one in front the window has it.
    aside: State,
    /// It was made for a file that may still turn out not to open.
    expects: bool,
}

/// All designs that are open.
pub(super) struct Desks {
    list: Vec<Desk>,
    front: usize,
    latest: u64,
    folders: Folders,
    wake: Wake,
}

/// What a tab says of a design.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Tells it from others as long as the window is open.
    pub number: u64,
    /// Name of its file, or its own.
    pub name: String,
    /// Its file.
    pub path: Option<PathBuf>,
    /// Changed since it was saved.
    pub dirty: bool,
    /// Its run goes on.
    pub running: bool,
    /// It is the one that is seen.
    pub front: bool,
}

/// Another design comes to the front, or one closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// So many to the right of the one in front, round and round.
    By(isize),
    /// This one.
    To(u64),
    /// This one closes if nothing of it is unsaved.
    Close(u64),
    /// This one closes, whatever is lost.
    Drop(u64),
}

/// Closing the window, with everything saved first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quitting {
    /// What is unsaved gets saved, one after the other.
    Saving,
    /// The file of this one was asked for.
    Asked(u64),
}

impl Desks {
    pub(super) fn new(folders: Folders, wake: Wake) -> Self {
        let mut desks = Self { list: Vec::new(), front: 0, latest: 0, folders, wake };
        desks.add();
        desks
    }

    /// An empty design behind the others; gives its position.
    fn add(&mut self) -> usize {
        self.latest += 1;
        let session = Session::new(self.folders.clone(), std::sync::Arc::clone(&self.wake));
        self.list.push(Desk { number: self.latest, session, aside: State::default(), expects: false });
        self.list.len() - 1
    }

    pub(super) fn front(&self) -> &Session {
        &self.list[self.front].session
    }

    pub(super) fn front_mut(&mut self) -> &mut Session {
        &mut self.list[self.front].session
    }

    /// All sessions, to be polled.
    pub(super) fn all(&mut self) -> impl Iterator<Item = &mut Session> {
        self.list.iter_mut().map(|desk| &mut desk.session)
    }

    /// What there is to tell of any of them.
    pub(super) fn take_notices(&mut self) -> Vec<Notice> {
        self.all().flat_map(Session::take_notices).collect()
    }

    /// What tabs say, from left to right.
    pub(super) fn heads(&self) -> Vec<Head> {
        let head = |(at, desk): (usize, &Desk)| {
            let view = desk.session.view();
            Head {
                number: desk.number,
                name: requests::file_name(view),
                path: view.path.map(Path::to_owned),
                dirty: view.dirty,
                running: view.running,
                front: at == self.front,
            }
        };
        self.list.iter().enumerate().map(head).collect()
    }

    fn at(&self, number: u64) -> Option<usize> {
        self.list.iter().position(|desk| desk.number == number)
    }

    /// The position of the design that comes from a file.
    fn holding(&self, path: &Path) -> Option<usize> {
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        let wanted = real(path)?;
        self.list.iter().position(|desk| desk.session.view().path.and_then(real).as_ref() == Some(&wanted))
    }

    /// Work left behind by more than one session before this one stands in a tab each.
    pub(super) fn find_left_behind(&mut self) {
        while self.list.last().is_some_and(|desk| desk.session.view().recovery.is_some()) {
            self.add();
        }
        if self.list.len() > 1 {
            self.list.pop();
        }
        self.list.iter_mut().for_each(|desk| desk.expects = desk.session.view().recovery.is_some());
    }
}

impl App {
    /// Makes room for what an action brings, unless it may take the place of what is in front. False if that is open
    /// already, and now in front.
    pub(super) fn place(&mut self, ctx: &egui::Context, action: &Action) -> bool {
        if let Action::Open(path) = action
            && let Some(at) = self.desks.holding(path)
        {
            let own = at == self.desks.front;
            self.bring(ctx, at);
            return own;
        }
        let opens =
            matches!(action, Action::New | Action::Open(_) | Action::OpenSample(_) | Action::OpenWalkthrough(..));
        if opens && !replaceable(self.desks.front().view()) {
            let at = self.add_desk();
            self.desks.list[at].expects = true;
            self.bring(ctx, at);
        }
        true
    }

    fn add_desk(&mut self) -> usize {
        let at = self.desks.add();
        if let Some(prices) = &self.state.prefs.prices {
            self.desks.list[at].session.apply(Action::LoadPrices(prices.clone()));
        }
        at
    }

    /// Another design comes to the front, with all that was seen of it.
    fn bring(&mut self, ctx: &egui::Context, at: usize) {
        if at == self.desks.front || at >= self.desks.list.len() {
            return;
        }
        self.leave();
        self.swap(at);
        ctx.request_repaint();
    }

    fn swap(&mut self, at: usize) {
        let mut other = std::mem::take(&mut self.desks.list[at].aside);
        self.state.hand_over(&mut other);
        self.desks.list[self.desks.front].aside = std::mem::replace(&mut self.state, other);
        self.desks.front = at;
        self.watched = None;
    }

    /// Does what was asked of the tabs. Whatever is typed into has one frame to take its value first.
    pub(super) fn turn(&mut self, ctx: &egui::Context) {
        let Some(turn) = self.state.turn.take() else { return };
        if !self.state.drafts.is_empty() && !self.turning {
            (self.state.turn, self.state.leave_field, self.turning) = (Some(turn), true, true);
            return ctx.request_repaint();
        }
        self.turning = false;
        let count = self.desks.list.len();
        match turn {
            Turn::By(by) => {
                self.bring(ctx, self.desks.front.saturating_add_signed(by.rem_euclid(count as isize)) % count)
            }
            Turn::To(number) => {
                if let Some(at) = self.desks.at(number) {
                    self.bring(ctx, at);
                }
            }
            Turn::Close(number) | Turn::Drop(number) => {
                let at = self.desks.at(number);
                at.into_iter().for_each(|at| self.desks.list[at].session.finish_saving());
                let lost = |at: &usize| turn == Turn::Drop(number) || !self.desks.list[*at].session.is_dirty();
                if let Some(at) = at.filter(lost) {
                    self.close(ctx, at);
                }
            }
        }
    }

    /// Closes a design. The last one leaves an empty canvas with the card of samples.
    fn close(&mut self, ctx: &egui::Context, at: usize) {
        if self.desks.list.len() == 1 {
            self.leave();
            self.desks.front_mut().apply(Action::New);
            self.arrive();
            self.state.welcome = true;
            return;
        }
        if at == self.desks.front {
            self.bring(ctx, if at == 0 { 1 } else { at - 1 });
        }
        self.desks.list.remove(at);
        self.desks.front -= usize::from(at < self.desks.front);
        ctx.request_repaint();
    }

    /// A tab that was made for a file that did not open closes again.
    pub(super) fn close_unfilled(&mut self, ctx: &egui::Context) {
        let unfilled = |desk: &Desk| {
            let view = desk.session.view();
            desk.expects && view.opening.is_none() && view.recovery.is_none() && blank(view)
        };
        if let Some(at) = self.desks.list.iter().position(unfilled) {
            self.close(ctx, at);
        }
    }

    /// What was asked for has come to the front: its tab stays.
    pub(super) fn filled(&mut self) {
        let front = self.desks.front;
        self.desks.list[front].expects = false;
    }

    /// Goes on with saving everything before the window closes; what cannot be saved, or is not to be, keeps it open.
    pub(super) fn quit_saving(&mut self, ctx: &egui::Context) {
        let Some(quitting) = self.state.quitting else { return };
        if self.state.dialog.is_some() {
            return;
        }
        let Some(at) = self.desks.list.iter().position(|desk| desk.session.is_dirty()) else {
            (self.state.quitting, self.state.may_close) = (None, true);
            return;
        };
        let number = self.desks.list[at].number;
        self.bring(ctx, at);
        if quitting == Quitting::Asked(number) {
            self.state.quitting = None;
        } else if self.desks.front().view().path.is_some() {
            self.desks.front_mut().apply(Action::Save);
            self.desks.front_mut().finish_saving();
            if self.desks.front().is_dirty() {
                self.state.quitting = None;
            }
        } else {
            self.state.quitting = Some(Quitting::Asked(number));
            self.state.dialog = Some(requests::save_dialog(self.desks.front().view(), None));
        }
        ctx.request_repaint();
    }

    /// Opens again what was open when the window closed, and brings the same design to the front.
    pub(super) fn reopen(&mut self, ctx: &egui::Context) {
        let (paths, front) = (self.state.prefs.tabs.clone(), self.state.prefs.front);
        for path in &paths {
            self.open(ctx, path);
        }
        if let Some(at) = paths.get(front).and_then(|path| self.desks.holding(path)) {
            self.bring(ctx, at);
        }
    }

    /// Opens a file beside what is open.
    pub(super) fn open(&mut self, ctx: &egui::Context, path: &Path) {
        let action = Action::Open(path.to_owned());
        if self.place(ctx, &action) {
            let before = self.desks.front().view().revision;
            self.desks.front_mut().apply(action);
            if self.desks.front().view().revision != before {
                self.arrive();
                self.filled();
            }
        }
    }

    /// Keeps which files are open, for the next start; at once, so that a crash does not forget it.
    pub(super) fn keep_tabs(&mut self) {
        let files = || self.state.heads.iter().filter(|head| head.path.is_some());
        let paths: Vec<PathBuf> = files().filter_map(|head| std::path::absolute(head.path.as_ref()?).ok()).collect();
        let front = files().position(|head| head.front).unwrap_or_default();
        if (&paths, front) == (&self.state.prefs.tabs, self.state.prefs.front) {
            return;
        }
        (self.state.prefs.tabs, self.state.prefs.front) = (paths, front);
        if let Some(path) = &self.prefs_path
            && let Err(error) = self.state.prefs.save(path)
        {
            let text = t!("Which files are open could not be kept: {error}", error = error);
            self.desks.front_mut().apply(Action::Say(Notice::error(text)));
        }
    }
}

/// Whether nothing is lost if another design takes this one's place: nothing is drawn, or it is a copy of what can be
/// opened again.
fn replaceable(view: View<'_>) -> bool {
    !view.dirty && view.path.is_none() && view.opening.is_none()
}

fn blank(view: View<'_>) -> bool {
    replaceable(view) && view.design.is_empty() && view.playing.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::prefs::Prefs;
    use crate::edit::Command;
    use crate::model::Point;
    use crate::words::Language;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    fn window(data: &Path, prefs: Prefs) -> Harness<'static, App> {
        let folders = Folders { config: Some(data.to_owned()), data: Some(data.to_owned()) };
        let builder = Harness::builder().with_size([1_440.0, 900.0]);
        let mut harness = builder.build_eframe(|creation| {
            let mut app = App::new(&creation.egui_ctx, folders, prefs);
            app.reopen(&creation.egui_ctx);
            app
        });
        harness.run_steps(6);
        harness
    }

    fn english() -> Prefs {
        let mut prefs = Prefs::default();
        prefs.set_language(Some(Language::English));
        prefs
    }

    fn add(app: &mut App) {
        app.apply(Action::Edit(Command::AddNode { service: "ec2".to_owned(), at: Point::new(0.0, 0.0) }));
    }

    fn names(app: &App) -> Vec<String> {
        app.desks.heads().into_iter().map(|head| head.name).collect()
    }

    #[test]
    fn what_was_open_opens_again_and_what_is_gone_is_told() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = |name: &str| folder.path().join(name);
        let mut first = window(folder.path(), english());
        for name in ["one.ron", "two.ron", "three.ron"] {
            add(first.state_mut());
            first.state_mut().apply(Action::SaveAs(file(name)));
            let ctx = first.ctx.clone();
            assert!(first.state_mut().place(&ctx, &Action::New), "beside the others");
        }
        let two = first.state().desks.holding(&file("two.ron")).expect("it is open");
        let ctx = first.ctx.clone();
        first.state_mut().bring(&ctx, two);
        first.run_steps(4);
        let prefs = first.state().state.prefs.clone();
        assert_eq!((prefs.tabs.len(), prefs.front), (3, 1));
        drop(first);
        std::fs::remove_file(file("one.ron")).expect("it is there");
        let again = window(folder.path(), prefs);
        assert_eq!(names(again.state()), ["two", "three"]);
        assert_eq!(again.state().view().path, Some(file("two.ron").as_path()), "and it is in front again");
        assert!(
            again.state().told.as_ref().is_some_and(|(text, _)| text.contains("one.ron")),
            "{:?}",
            again.state().told
        );
    }

    #[test]
    fn work_left_behind_by_several_designs_stands_in_a_tab_each() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for slot in ["unsaved-0", "unsaved-2"] {
            let slot = folder.path().join(slot);
            std::fs::create_dir_all(&slot).expect("writable");
            let text = crate::file::print(&crate::model::sketch("users -> ec2").expect("a sketch"));
            std::fs::write(slot.join("unsaved.ron"), text).expect("writable");
        }
        let mut harness = window(folder.path(), english());
        assert_eq!(harness.state().desks.list.len(), 2);
        for left in [1, 0] {
            harness.get_by_label("Recover it").click();
            harness.run_steps(4);
            assert_eq!(harness.state().view().design.nodes.len(), 2);
            assert!(harness.query_by_label("Recover it").is_none(), "this one is settled");
            harness.state_mut().state.turn = Some(Turn::By(1));
            harness.run_steps(4);
            assert_eq!(harness.query_by_label("Recover it").is_some(), left == 1);
        }
    }
}
