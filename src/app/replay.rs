//! A script of camera moves and drags, for measuring the window as a person would use it: set `LOADSCAPE_REPLAY` to the
//! name of a text file, with `LOADSCAPE_FRAME_TIMES` to have what its parts cost.
//!
//! One step a line; `#` begins a comment. Positions are points of the canvas, times are frames:
//!
//! ```text
//! part NAME            frames from here on are told under this name
//! fit                  show all of the drawing
//! look X Y ZOOM        show a point of the drawing in the middle, at a zoom (1 is 100 %)
//! drag X Y DX DY N     press at a point of the canvas, move by so much in each of N frames, let go
//! pan DX DY N          two fingers move the canvas
//! wheel STEPS N        turn the wheel in the middle of the canvas, in each of N frames
//! run, pause           the simulation
//! do NAME              a command by its English name
//! wait N               frames
//! ready                until the file that was named is there, and what follows from it is worked out
//! quit                 close the window
//! ```
//!
//! Pointer and wheel go the way of real ones. Absent: anything that only a script could do to a drawing.

use crate::model::Point;
use egui::{Event, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, RawInput, TouchPhase, vec2};

/// Something that the window is told directly.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// Show everything.
    Fit,
    /// Show a point in the middle, at a zoom.
    Look(Point, f32),
    /// Start.
    Run,
    /// Hold.
    Pause,
    /// Carry out the command of this name.
    Do(String),
    /// Close the window.
    Quit,
}

/// One line of a script.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Part(String),
    Tell(Order),
    Drag { from: Pos2, by: egui::Vec2, frames: u32 },
    Pan { by: egui::Vec2, frames: u32 },
    Wheel { steps: f32, frames: u32 },
    Wait(u32),
    Ready,
}

/// A script that is being played.
#[derive(Debug)]
pub struct Replay {
    steps: std::vec::IntoIter<Step>,
    now: Option<Step>,
    /// Frames of the present step that are over.
    passed: u32,
}

impl Replay {
    /// The script that the environment names. The error says what is wrong with it.
    pub fn if_asked() -> Result<Option<Self>, String> {
        let Some(path) = std::env::var_os("LOADSCAPE_REPLAY") else { return Ok(None) };
        let name = path.to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).map_err(|error| format!("LOADSCAPE_REPLAY: {name}: {error}"))?;
        Self::parse(&text).map(Some).map_err(|error| format!("LOADSCAPE_REPLAY: {name}, {error}"))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.split('#').next().unwrap_or_default().trim();
            if !line.is_empty() {
                steps.push(step(line).ok_or_else(|| format!("line {number}: \"{line}\" is no step of a script"))?);
            }
        }
        Ok(Self { steps: steps.into_iter(), now: None, passed: 0 })
    }

    /// Whether the script goes on once nothing is being opened or compiled.
    pub fn waits(&mut self) -> bool {
        self.go_on();
        self.now == Some(Step::Ready)
    }

    /// The name of the part that begins with the step to come, if one does.
    pub fn begun(&mut self) -> Option<&str> {
        self.go_on();
        match &self.now {
            Some(Step::Part(name)) if self.passed == 0 => Some(name),
            _ => None,
        }
    }

    /// What the window is to do at the end of this frame.
    pub fn next(&mut self) -> Option<Order> {
        self.go_on();
        self.passed += 1;
        match &self.now {
            Some(Step::Tell(order)) => Some(order.clone()),
            None => Some(Order::Quit),
            _ => None,
        }
    }

    /// Steps that are over make room for the next.
    fn go_on(&mut self) {
        let over = self.now.as_ref().is_none_or(|step| self.passed >= step.frames());
        if over {
            self.now = self.steps.next();
            self.passed = 0;
        }
    }

    /// What the pointer does in the frame to come, on a canvas that begins at `corner`.
    pub fn act(&mut self, input: &mut RawInput, corner: Pos2) {
        let modifiers = Modifiers::NONE;
        let on_screen = |at: Pos2| corner + at.to_vec2();
        match &self.now {
            Some(Step::Drag { from, by, frames }) => {
                let pos = on_screen(*from) + *by * self.passed.saturating_sub(1).min(*frames) as f32;
                input.events.push(Event::PointerMoved(pos));
                let button = |pressed| Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers };
                match self.passed {
                    1 => input.events.push(button(true)),
                    passed if passed > *frames + 1 => input.events.push(button(false)),
                    _ => {}
                }
            }
            Some(Step::Pan { by, .. }) => wheel(input, on_screen, (MouseWheelUnit::Point, *by)),
            Some(Step::Wheel { steps, .. }) => wheel(input, on_screen, (MouseWheelUnit::Line, vec2(0.0, *steps))),
            _ => {}
        }
    }
}

fn wheel(input: &mut RawInput, on_screen: impl Fn(Pos2) -> Pos2, (unit, delta): (MouseWheelUnit, egui::Vec2)) {
    input.events.push(Event::PointerMoved(on_screen(Pos2::new(400.0, 240.0))));
    let (phase, modifiers, source) = (TouchPhase::Move, Modifiers::NONE, MouseWheelSource::Unknown);
    input.events.push(Event::MouseWheel { unit, delta, phase, modifiers, source });
}

impl Step {
    /// Frames that it takes.
    fn frames(&self) -> u32 {
        match self {
            Self::Part(_) | Self::Tell(_) | Self::Ready => 1,
            // The press comes one frame before the first move, the release one after the last.
            Self::Drag { frames, .. } => frames + 2,
            Self::Pan { frames, .. } | Self::Wheel { frames, .. } | Self::Wait(frames) => (*frames).max(1),
        }
    }
}

fn step(line: &str) -> Option<Step> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let numbers: Vec<f32> = rest.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let frames = |number: f32| number.clamp(0.0, 1e6) as u32;
    Some(match (word, &numbers[..]) {
        ("part", _) => Step::Part(rest.trim().to_owned()),
        ("fit", []) => Step::Tell(Order::Fit),
        ("look", [x, y, zoom]) => Step::Tell(Order::Look(Point::new(*x, *y), *zoom)),
        ("run", []) => Step::Tell(Order::Run),
        ("pause", []) => Step::Tell(Order::Pause),
        ("do", _) => Step::Tell(Order::Do(rest.trim().to_owned())),
        ("quit", []) => Step::Tell(Order::Quit),
        ("ready", []) => Step::Ready,
        ("drag", [x, y, dx, dy, n]) => Step::Drag { from: Pos2::new(*x, *y), by: vec2(*dx, *dy), frames: frames(*n) },
        ("pan", [dx, dy, n]) => Step::Pan { by: vec2(*dx, *dy), frames: frames(*n) },
        ("wheel", [steps, n]) => Step::Wheel { steps: *steps, frames: frames(*n) },
        ("wait", [n]) => Step::Wait(frames(*n)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_presses_moves_and_lets_go_and_then_closes_the_window() {
        let mut replay = Replay::parse("part drag\ndrag 100 50 3 0 4 # to the right\n").unwrap();
        assert_eq!(replay.begun(), Some("drag"));
        let (mut buttons, mut x, mut orders) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..10 {
            orders.extend(replay.next());
            let mut input = RawInput::default();
            replay.act(&mut input, Pos2::new(10.0, 20.0));
            for event in input.events {
                match event {
                    Event::PointerMoved(at) => x.push(at.x),
                    Event::PointerButton { pressed, .. } => buttons.push(pressed),
                    _ => {}
                }
            }
        }
        assert_eq!(buttons, [true, false]);
        assert!(x.first() == Some(&110.0) && x.last() == Some(&122.0), "{x:?}");
        assert_eq!(orders.first(), Some(&Order::Quit));
    }

    #[test]
    fn what_is_no_step_is_named_with_its_line() {
        let error = Replay::parse("fit\nfly 3\n").unwrap_err();
        assert_eq!(error, "line 2: \"fly 3\" is no step of a script");
    }
}
