//! Every command of the window, in the order of the menu.

use super::{ALT, ALT_SHIFT, CTRL, CTRL_ALT, CTRL_SHIFT, PLAIN, SHIFT};
use super::{Entry, Group, Look, Panel, Request, Scope, Zoom, act, arranging, ask, pick, selecting};
use crate::app::desks::Turn;
use crate::app::dialogs::Made;
use crate::app::icons::Icon;
use crate::app::outline::Side;
use crate::app::state::Tab;
use crate::edit::{Align, Pile, Spread};
use crate::export::Exchange;
use crate::model::{Id, Routing};
use crate::scenario::Harm;
use crate::session::{Action, Record};
use crate::units::{SimTime, Span};
use crate::words::Language;
use egui::Key;

/// Speeds on offer: simulated seconds per second, and how they are written.
pub const SPEEDS: [(f64, &str); 5] =
    [(1.0, "1×"), (10.0, "10×"), (60.0, "60×"), (600.0, "600×"), (f64::INFINITY, "max")];

fn selected(look: Look<'_>) -> bool {
    !look.selection.is_empty()
}

fn one_selected(look: Look<'_>) -> bool {
    look.selection.len() == 1
}

fn node_selected(look: Look<'_>) -> bool {
    one_selected(look) && look.selection.iter().all(|id| look.view.design.nodes.contains_key(id))
}

fn several(look: Look<'_>) -> bool {
    look.selection.len() > 1
}

fn drawn(look: Look<'_>) -> bool {
    !look.view.design.is_empty()
}

fn started(look: Look<'_>) -> bool {
    look.view.snapshot.is_some()
}

fn speed(look: Look<'_>, by: isize) -> Vec<Action> {
    let now = SPEEDS.iter().position(|(speed, _)| *speed >= look.view.speed).unwrap_or(SPEEDS.len() - 1);
    let next = now.saturating_add_signed(by).min(SPEEDS.len() - 1);
    vec![Action::Speed(SPEEDS[next].0)]
}

/// Shows an earlier moment of the run; a moment before its start is its start.
fn back(look: Look<'_>, by: Span) -> Vec<Action> {
    let now = look.view.snapshot.map_or(SimTime::ZERO, |snapshot| snapshot.now);
    vec![Action::Look(SimTime(now.0.saturating_sub(by.0)))]
}

fn kept(look: Look<'_>) -> bool {
    look.view.kept.is_some()
}

/// As far as the kept run had come.
fn again(look: Look<'_>) -> Vec<Action> {
    look.view.kept.map(|kept| Action::Again(kept.snapshot.now)).into_iter().collect()
}

/// How long what is broken by a command stays so.
const FAULT: Span = Span::from_secs(120);

/// Whether the selected node has instances that can crash now.
fn crashes(look: Look<'_>) -> bool {
    started(look) && !crash(look).is_empty()
}

fn crash(look: Look<'_>) -> Vec<Action> {
    let only = look.selection.first().filter(|_| one_selected(look));
    let sites = &look.view.plan.network.sites;
    let pool = |id: &&Id| look.view.plan.sites.get(*id).is_some_and(|&site| sites[site as usize].pool.is_some());
    let harm = |id: &Id| Action::Inject(Harm::Crash { node: id.to_string(), count: 1 }, FAULT);
    only.filter(pool).map(harm).into_iter().collect()
}

fn zoned(look: Look<'_>) -> bool {
    started(look) && look.view.plan.network.zones.len() > 1
}

fn zone(look: Look<'_>, number: usize) -> Vec<Action> {
    let zone = look.view.plan.network.zones.get(number);
    zone.map(|zone| Action::Inject(Harm::ZoneOutage { zone: zone.clone() }, FAULT)).into_iter().collect()
}

/// Run or pause, whichever makes sense.
pub fn run_or_pause(look: Look<'_>) -> Vec<Action> {
    vec![if look.view.running { Action::Pause } else { Action::Run }]
}

/// Every command.
pub static ALL: &[Entry] = &[
    ask(Group::File, "New design", || Request::New).on(CTRL, Key::N).icon(Icon::New).always(),
    ask(Group::File, "Open…", || Request::Open).on(CTRL, Key::O).icon(Icon::Open).always(),
    ask(Group::File, "Import…", || Request::Import)
        .also("draw.io diagrams.net drawio mermaid flowchart cloudformation template yaml json open")
        .icon(Icon::Open),
    ask(Group::File, "Save", || Request::Save).on(CTRL, Key::S).icon(Icon::Save).always(),
    ask(Group::File, "Save as…", || Request::SaveAs).on(CTRL_SHIFT, Key::S).icon(Icon::Save).always(),
    ask(Group::File, "Export PNG…", || Request::Export(Made::Png))
        .on(CTRL, Key::E)
        .icon(Icon::Export)
        .when(drawn)
        .always(),
    ask(Group::File, "Export PDF…", || Request::Export(Made::Pdf)).icon(Icon::Export).when(drawn),
    ask(Group::File, "Export a film of the run…", || Request::Export(Made::Gif)).icon(Icon::Export).when(drawn),
    ask(Group::File, "Export a chart…", || Request::Export(Made::Chart)).icon(Icon::Export).when(drawn),
    ask(Group::File, "Export a report of the run…", || Request::Export(Made::Record(Record::Report)))
        .also("html figures charts bill")
        .icon(Icon::Export)
        .when(drawn),
    ask(Group::File, "Export the course of the run…", || Request::Export(Made::Record(Record::Course)))
        .also("csv series data spreadsheet")
        .icon(Icon::Export)
        .when(drawn),
    ask(Group::File, "Export the figures of the run…", || Request::Export(Made::Record(Record::Figures)))
        .also("json data")
        .icon(Icon::Export)
        .when(drawn),
    ask(Group::File, "Export for draw.io…", || Request::Export(Made::Exchange(Exchange::Drawio)))
        .also("diagrams.net drawio")
        .icon(Icon::Export)
        .when(drawn),
    ask(Group::File, "Export CloudFormation…", || Request::Export(Made::Template)).icon(Icon::Export).when(drawn),
    ask(Group::File, "Export for Mermaid…", || Request::Export(Made::Exchange(Exchange::Mermaid)))
        .also("flowchart architecture diagram markdown")
        .icon(Icon::Export)
        .when(drawn),
    ask(Group::File, "Export SVG…", || Request::Export(Made::Svg))
        .on(CTRL_SHIFT, Key::E)
        .icon(Icon::Export)
        .when(drawn)
        .always(),
    ask(Group::File, "Remarks on the file", || Request::Remarks)
        .also("import not understood warnings list")
        .when(|l| l.view.remarks.is_some()),
    ask(Group::File, "Samples and recent files", || Request::Welcome).also("welcome start home examples"),
    ask(Group::File, "Close", || Request::Close(None)).on(CTRL, Key::W).also("tab design file").always(),
    ask(Group::File, "Next tab", || Request::Tab(Turn::By(1))).on(CTRL, Key::Tab).also("design file switch").always(),
    ask(Group::File, "Previous tab", || Request::Tab(Turn::By(-1)))
        .on(CTRL_SHIFT, Key::Tab)
        .also("design file switch")
        .always(),
    ask(Group::File, "Quit", || Request::Quit).on(CTRL, Key::Q).also("exit close").always(),
    act(Group::Edit, "Undo", |_| vec![Action::Undo]).on(CTRL, Key::Z).icon(Icon::Undo).when(|l| l.view.undo.is_some()),
    act(Group::Edit, "Redo", |_| vec![Action::Redo])
        .on(CTRL_SHIFT, Key::Z)
        .icon(Icon::Redo)
        .when(|l| l.view.redo.is_some()),
    ask(Group::Edit, "History", || Request::History).on(CTRL_SHIFT, Key::H).also("undo redo steps"),
    ask(Group::Edit, "Cut", || Request::Cut).on(CTRL, Key::X).when(selected),
    ask(Group::Edit, "Copy", || Request::Copy).on(CTRL, Key::C).when(selected),
    ask(Group::Edit, "Copy as picture", || Request::CopyPicture).when(drawn),
    ask(Group::Edit, "Copy design as text", || Request::CopyDesign).when(drawn),
    ask(Group::Edit, "Paste", || Request::Paste).on(CTRL, Key::V),
    ask(Group::Edit, "Duplicate", || Request::Duplicate).on(CTRL, Key::D).also("copy").when(selected),
    act(Group::Edit, "Delete", arranging::remove)
        .on(PLAIN, Key::Delete)
        .icon(Icon::Trash)
        .also("remove")
        .when(selected),
    act(Group::Edit, "Delete the frame, keep what is in it", arranging::remove_frames)
        .on(CTRL, Key::Delete)
        .also("remove place dissolve")
        .when(arranging::frames_selected),
    ask(Group::Edit, "Rename", || Request::Rename).on(PLAIN, Key::F2).also("label edit text").when(one_selected),
    ask(Group::Edit, "Add a service by name", || Request::QuickAdd)
        .on(PLAIN, Key::A)
        .icon(Icon::Plus)
        .also("quick add new node"),
    ask(Group::Edit, "Connect to…", || Request::Connect).on(PLAIN, Key::C).also("link join call").when(node_selected),
    ask(Group::Edit, "Find in the drawing", || Request::Find)
        .on(CTRL, Key::F)
        .icon(Icon::Search)
        .also("search")
        .when(drawn),
    ask(Group::Edit, "Find next", || Request::FindNext).on(PLAIN, Key::F3).when(drawn),
    ask(Group::Edit, "Find previous", || Request::FindPrevious).on(SHIFT, Key::F3).when(drawn),
    pick("Select all", selecting::all).on(CTRL, Key::A).when(drawn),
    pick("Select none", |_| Default::default()).on(CTRL_SHIFT, Key::A).when(selected),
    pick("Select the same service", selecting::same_service).on(SHIFT, Key::S).also("similar").when(selected),
    pick("Select what is connected", selecting::connected).on(SHIFT, Key::C).also("linked neighbours").when(selected),
    pick("Select the next", selecting::next).on(PLAIN, Key::Tab).on_canvas().when(drawn),
    pick("Select the previous", selecting::previous).on(SHIFT, Key::Tab).on_canvas().when(drawn),
    pick("Select to the left", |l| selecting::toward(l, (-1.0, 0.0))).on(ALT, Key::ArrowLeft).when(drawn),
    pick("Select to the right", |l| selecting::toward(l, (1.0, 0.0))).on(ALT, Key::ArrowRight).when(drawn),
    pick("Select above", |l| selecting::toward(l, (0.0, -1.0))).on(ALT, Key::ArrowUp).when(drawn),
    pick("Select below", |l| selecting::toward(l, (0.0, 1.0))).on(ALT, Key::ArrowDown).when(drawn),
    ask(Group::Select, "Next bend or label of the link", || Request::Part(1))
        .on(PLAIN, Key::B)
        .also("waypoint part hold")
        .when(arranging::has_parts),
    ask(Group::Select, "Previous bend or label of the link", || Request::Part(-1))
        .on(SHIFT, Key::B)
        .also("waypoint part hold")
        .when(arranging::has_parts),
    act(Group::Arrange, "Move left", |l| arranging::nudge(l, -1.0, 0.0)).on(PLAIN, Key::ArrowLeft).when(selected),
    act(Group::Arrange, "Move right", |l| arranging::nudge(l, 1.0, 0.0)).on(PLAIN, Key::ArrowRight).when(selected),
    act(Group::Arrange, "Move up", |l| arranging::nudge(l, 0.0, -1.0)).on(PLAIN, Key::ArrowUp).when(selected),
    act(Group::Arrange, "Move down", |l| arranging::nudge(l, 0.0, 1.0)).on(PLAIN, Key::ArrowDown).when(selected),
    act(Group::Arrange, "Move left by a grid step", |l| arranging::step(l, -1.0, 0.0))
        .on(SHIFT, Key::ArrowLeft)
        .when(selected),
    act(Group::Arrange, "Move right by a grid step", |l| arranging::step(l, 1.0, 0.0))
        .on(SHIFT, Key::ArrowRight)
        .when(selected),
    act(Group::Arrange, "Move up by a grid step", |l| arranging::step(l, 0.0, -1.0))
        .on(SHIFT, Key::ArrowUp)
        .when(selected),
    act(Group::Arrange, "Move down by a grid step", |l| arranging::step(l, 0.0, 1.0))
        .on(SHIFT, Key::ArrowDown)
        .when(selected),
    act(Group::Arrange, "Align left", |l| arranging::align(l, Align::Left)).on(ALT, Key::A).when(several),
    act(Group::Arrange, "Align centres", |l| arranging::align(l, Align::Center)).on(ALT, Key::H).when(several),
    act(Group::Arrange, "Align right", |l| arranging::align(l, Align::Right)).on(ALT, Key::D).when(several),
    act(Group::Arrange, "Align top", |l| arranging::align(l, Align::Top)).on(ALT, Key::W).when(several),
    act(Group::Arrange, "Align middles", |l| arranging::align(l, Align::Middle)).on(ALT, Key::V).when(several),
    act(Group::Arrange, "Align bottom", |l| arranging::align(l, Align::Bottom)).on(ALT, Key::S).when(several),
    act(Group::Arrange, "Distribute across", |l| arranging::spread(l, Spread::Across)).also("spread").when(several),
    act(Group::Arrange, "Distribute down", |l| arranging::spread(l, Spread::Down)).also("spread").when(several),
    act(Group::Arrange, "Equal gaps across", |l| arranging::spread(l, Spread::GapsAcross))
        .on(ALT_SHIFT, Key::H)
        .also("distribute space evenly")
        .when(several),
    act(Group::Arrange, "Equal gaps down", |l| arranging::spread(l, Spread::GapsDown))
        .on(ALT_SHIFT, Key::V)
        .also("distribute space evenly")
        .when(several),
    act(Group::Arrange, "Group", arranging::group).on(CTRL, Key::G).when(several),
    act(Group::Arrange, "Ungroup", arranging::ungroup).on(CTRL_SHIFT, Key::G).when(arranging::grouped),
    act(Group::Arrange, "Bring to front", |l| arranging::pile(l, Pile::Front))
        .on(PLAIN, Key::CloseBracket)
        .when(selected),
    act(Group::Arrange, "Bring forward", |l| arranging::pile(l, Pile::Forward))
        .on(CTRL, Key::CloseBracket)
        .when(selected),
    act(Group::Arrange, "Send backward", |l| arranging::pile(l, Pile::Backward))
        .on(CTRL, Key::OpenBracket)
        .when(selected),
    act(Group::Arrange, "Send to back", |l| arranging::pile(l, Pile::Back)).on(PLAIN, Key::OpenBracket).when(selected),
    act(Group::Arrange, "Lock", arranging::lock).on(CTRL, Key::L).when(arranging::unlocked),
    act(Group::Arrange, "Unlock", arranging::unlock).on(CTRL_SHIFT, Key::U).when(arranging::locked),
    act(Group::Arrange, "Straighten links", arranging::straighten)
        .also("remove bends waypoints reset route edge")
        .when(arranging::bent),
    act(Group::Arrange, "Add a bend to the link", arranging::bend)
        .on(ALT, Key::B)
        .also("waypoint corner edge pull")
        .when(arranging::one_link),
    act(Group::Arrange, "Let labels find their place", arranging::unhang)
        .also("reset label position link edge")
        .when(arranging::hung),
    act(Group::Arrange, "Let ends find their side", arranging::free)
        .also("reset port anchor link edge")
        .when(arranging::led),
    act(Group::Arrange, "Orthogonal links", |l| arranging::route(l, Routing::Orthogonal))
        .also("style connector edge route way elbow")
        .when(drawn),
    act(Group::Arrange, "Curved links", |l| arranging::route(l, Routing::Curved))
        .also("style connector edge route way")
        .when(drawn),
    act(Group::Arrange, "Straight links", |l| arranging::route(l, Routing::Straight))
        .also("style connector edge route way line")
        .when(drawn),
    ask(Group::Arrange, "Lay out everything", || Request::LayOut(Scope::All))
        .on(SHIFT, Key::L)
        .also("auto layout tidy arrange automatically")
        .when(drawn),
    ask(Group::Arrange, "Lay out the selection", || Request::LayOut(Scope::Selection))
        .on(ALT_SHIFT, Key::L)
        .also("auto layout tidy arrange automatically")
        .when(several),
    act(Group::Run, "Run or pause", run_or_pause).on(PLAIN, Key::Space).icon(Icon::Play).when(drawn),
    act(Group::Run, "Step 1 s", |_| vec![Action::Advance(Span::from_secs(1))])
        .on(PLAIN, Key::Period)
        .icon(Icon::Step)
        .when(|l| drawn(l) && !l.view.running),
    act(Group::Run, "Back 10 s", |l| back(l, Span::from_secs(10))).on(PLAIN, Key::Comma).when(started),
    act(Group::Run, "Back 1 min", |l| back(l, Span::from_secs(60))).when(started),
    act(Group::Run, "Keep this run to compare", |_| vec![Action::Keep]).also("baseline diff a/b").when(started),
    act(Group::Run, "Run again to where the kept run ended", again).also("repeat compare").when(kept),
    act(Group::Run, "Forget the kept run", |_| vec![Action::ForgetKept]).also("baseline compare").when(kept),
    act(Group::Run, "Crash an instance of the node", crash).also("fault break fail chaos kill").when(crashes),
    act(Group::Run, "Outage of the first zone", |l| zone(l, 0)).also("fault break fail chaos az dark").when(zoned),
    act(Group::Run, "Outage of the second zone", |l| zone(l, 1)).also("fault break fail chaos az dark").when(zoned),
    act(Group::Run, "Back to the start", |_| vec![Action::Restart])
        .on(PLAIN, Key::Home)
        .icon(Icon::Restart)
        .when(started),
    act(Group::Run, "Faster", |l| speed(l, 1)).on(SHIFT, Key::Period),
    act(Group::Run, "Slower", |l| speed(l, -1)).on(SHIFT, Key::Comma),
    ask(Group::View, "Zoom in", || Request::Zoom(Zoom::In)).on(CTRL, Key::Plus).icon(Icon::Plus),
    ask(Group::View, "Zoom out", || Request::Zoom(Zoom::Out)).on(CTRL, Key::Minus).icon(Icon::Minus),
    ask(Group::View, "Zoom to 100 %", || Request::Zoom(Zoom::Full)).on(CTRL, Key::Num0),
    ask(Group::View, "Zoom to fit", || Request::Zoom(Zoom::Fit))
        .on(PLAIN, Key::F)
        .icon(Icon::Fit)
        .also("everything all")
        .when(drawn),
    ask(Group::View, "Zoom to the selection", || Request::Zoom(Zoom::Selection)).on(SHIFT, Key::Num2).when(selected),
    ask(Group::View, "Dark or light", || Request::Theme).on(CTRL_SHIFT, Key::L).icon(Icon::Moon).also("theme look"),
    ask(Group::View, "Larger interface", || Request::Scale(Some(1)))
        .on(CTRL_ALT, Key::Plus)
        .also("scale bigger text font size zoom"),
    ask(Group::View, "Smaller interface", || Request::Scale(Some(-1)))
        .on(CTRL_ALT, Key::Minus)
        .also("scale text font size zoom"),
    ask(Group::View, "Interface at its usual size", || Request::Scale(None))
        .on(CTRL_ALT, Key::Num0)
        .also("scale reset text font size zoom"),
    // Languages are named in themselves, whatever is spoken.
    ask(Group::Language, "English", || Request::Language(Some(Language::English))).also("언어 영어"),
    ask(Group::Language, "한국어", || Request::Language(Some(Language::Korean))).also("korean hangul 언어"),
    ask(Group::Language, "Language of the system", || Request::Language(None)),
    ask(Group::View, "Reduced motion on or off", || Request::Motion).also("animation"),
    ask(Group::View, "Costs on the canvas", || Request::Costs).also("bill price overlay money").when(started),
    ask(Group::File, "Export the bill as CSV…", || Request::ExportBill("csv")).icon(Icon::Export).when(started),
    ask(Group::File, "Export the bill as XLSX…", || Request::ExportBill("xlsx"))
        .icon(Icon::Export)
        .also("excel spreadsheet")
        .when(started),
    ask(Group::File, "Export the bill as JSON…", || Request::ExportBill("json")).icon(Icon::Export).when(started),
    ask(Group::File, "Prices from a file…", || Request::LoadPrices).also("own custom negotiated csv"),
    ask(Group::View, "Services panel", || Request::Panel(Panel::Left)).on(CTRL, Key::Num1),
    ask(Group::View, "Inspector panel", || Request::Panel(Panel::Right)).on(CTRL, Key::Num2),
    ask(Group::View, "Charts panel", || Request::Panel(Panel::Bottom)).on(CTRL, Key::Num3),
    ask(Group::View, "Outline", || Request::Side(Side::Outline))
        .on(CTRL, Key::Num4)
        .also("tree list structure accessibility"),
    ask(Group::View, "Show the services", || Request::Side(Side::Services)).also("palette search"),
    ask(Group::View, "Show the walkthroughs", || Request::Side(Side::Walkthroughs)).also("learn lessons steps"),
    ask(Group::View, "Show the charts", || Request::Dock(Tab::Overview)).also("overview latency requests system"),
    ask(Group::View, "Show the charts of the node", || Request::Dock(Tab::Node)).also("latency requests selected"),
    ask(Group::View, "Show why", || Request::Dock(Tab::Why)).also("reason slow fails scarce bottleneck"),
    ask(Group::View, "Show followed requests", || Request::Dock(Tab::Requests)).also("trace waterfall sampled"),
    ask(Group::View, "Show the bill", || Request::Dock(Tab::Bill)).also("cost price money"),
    ask(Group::View, "Show the comparison", || Request::Dock(Tab::Compare)).also("kept run difference baseline"),
    ask(Group::View, "Keyboard to the canvas", || Request::FocusCanvas).on(PLAIN, Key::F6).also("focus"),
    ask(Group::View, "Check the drawing", || Request::Dock(Tab::Findings)).on(CTRL_SHIFT, Key::C).icon(Icon::Check),
    ask(Group::Help, "Find a command", || Request::Palette).on(CTRL, Key::K).icon(Icon::Search).always(),
    ask(Group::Help, "Keyboard shortcuts", || Request::Shortcuts)
        .on(PLAIN, Key::Questionmark)
        .also("keys help overlay"),
];
