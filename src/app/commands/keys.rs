//! Keys of commands, taken out of the input.

use super::{ALL, Entry, Keys, Look, named};
use egui::{Event, Key, KeyboardShortcut, Modifiers};

/// Who has the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Nothing has it, or the canvas has not been told apart from that.
    Nobody,
    /// The canvas.
    Canvas,
    /// A button or another control that no text is typed into.
    Control,
    /// A field that text is typed into.
    Text,
}

/// Takes the keys of commands that make sense now out of the input.
pub fn pressed(ctx: &egui::Context, look: Look<'_>, owner: Owner) -> Vec<&'static Entry> {
    let heard = |entry: &&Entry| match entry.keys {
        Keys::Always => true,
        Keys::OutsideText => owner != Owner::Text,
        Keys::OnCanvas => owner == Owner::Canvas,
    };
    let mut found = Vec::new();
    // Whether a command makes sense now costs something to know, where much is selected.
    if !ctx.input(|input| input.events.iter().any(|event| matches!(event, Event::Key { pressed: true, .. }))) {
        return found;
    }
    for entry in ALL.iter().filter(heard) {
        let Some(shortcut) = entry.shortcut else { continue };
        // The space bar answers when it is let go: held down, it moves the canvas (`canvas::space_bar`).
        let wanted = shortcut.logical_key != Key::Space && (entry.enabled)(look) && !moves_focus(shortcut, owner);
        if wanted && consume(ctx, shortcut) {
            found.push(entry);
        }
    }
    for (modifiers, key, name) in SECOND {
        let entry = named(name);
        let wanted = owner != Owner::Text && (entry.enabled)(look);
        if wanted && consume(ctx, KeyboardShortcut::new(modifiers, key)) {
            found.push(entry);
        }
    }
    found
}

/// Second keys of commands, as other drawing programs have them; lists show the first.
const SECOND: [(Modifiers, Key, &str); 2] =
    [(Modifiers::NONE, Key::Backspace, "Delete"), (Modifiers::SHIFT, Key::Num1, "Zoom to fit")];

const ARROWS: [Key; 4] = [Key::ArrowLeft, Key::ArrowRight, Key::ArrowUp, Key::ArrowDown];

/// Arrows on a control go from one control to the next; they do not move what is selected on the canvas.
fn moves_focus(shortcut: KeyboardShortcut, owner: Owner) -> bool {
    owner == Owner::Control && ARROWS.contains(&shortcut.logical_key) && shortcut.modifiers.is_none()
}

fn consume(ctx: &egui::Context, shortcut: KeyboardShortcut) -> bool {
    ctx.input_mut(|input| {
        let hit = |event: &Event| match event {
            Event::Key { key, physical_key, pressed: true, modifiers, .. } => {
                is_key(*key, *physical_key, shortcut) && matches_held(*modifiers, shortcut)
            }
            _ => false,
        };
        let before = input.events.len();
        input.events.retain(|event| !hit(event));
        input.events.len() < before
    })
}

/// Whether this is the key. A digit is meant by where it is: with Shift, or on a French keyboard without, its key gives
/// another sign.
fn is_key(key: Key, place: Option<Key>, shortcut: KeyboardShortcut) -> bool {
    const DIGITS: [Key; 5] = [Key::Num0, Key::Num1, Key::Num2, Key::Num3, Key::Num4];
    let wanted = shortcut.logical_key;
    key == wanted || (DIGITS.contains(&wanted) && place == Some(wanted))
}

/// Whether exactly the right keys are held. Shift counts for letters and named keys; signs and digits need it or not as
/// the keyboard has them.
fn matches_held(held: Modifiers, shortcut: KeyboardShortcut) -> bool {
    let wanted = shortcut.modifiers;
    let sign = matches!(shortcut.logical_key, Key::Plus | Key::Minus | Key::Questionmark);
    held.matches_logically(wanted) && held.alt == wanted.alt && (sign || held.shift == wanted.shift)
}

/// Whether an arrow key went down just now, as opposed to being held.
pub fn arrow_went_down(ctx: &egui::Context) -> bool {
    let fresh = |event: &Event| match event {
        Event::Key { key, pressed: true, repeat: false, .. } => ARROWS.contains(key),
        _ => false,
    };
    ctx.input(|input| input.events.iter().any(fresh))
}

/// Whether an arrow key is down.
pub fn arrow_is_down(ctx: &egui::Context) -> bool {
    ctx.input(|input| ARROWS.iter().any(|key| input.key_down(*key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_keys_that_are_meant_count() {
        let shortcut = |modifiers, key| KeyboardShortcut::new(modifiers, key);
        let (ctrl, shift, alt) = (Modifiers::COMMAND, Modifiers::SHIFT, Modifiers::ALT);
        let held_ctrl = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };
        assert!(matches_held(held_ctrl, shortcut(ctrl, Key::S)));
        assert!(!matches_held(held_ctrl | shift, shortcut(ctrl, Key::S)), "Ctrl+Shift+S is another command");
        assert!(!matches_held(alt, shortcut(Modifiers::NONE, Key::A)), "Alt+A does not add a service");
        assert!(matches_held(shift, shortcut(Modifiers::NONE, Key::Questionmark)), "? is typed with Shift");
        assert!(matches_held(shift, shortcut(shift, Key::Num1)));
        assert!(!matches_held(Modifiers::NONE, shortcut(shift, Key::Num1)));
        assert!(is_key(Key::Exclamationmark, Some(Key::Num1), shortcut(shift, Key::Num1)), "Shift+1 types a !");
        assert!(!is_key(Key::A, Some(Key::Q), shortcut(ctrl, Key::Q)), "letters are meant by what is written on them");
    }
}
