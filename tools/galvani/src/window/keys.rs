//! Keys as people write them, and what each does.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use winit::event::MouseButton;
use winit::keyboard::{Key as Pressed, ModifiersState, NamedKey};

use super::action::{ALL, Command};

/// A key, or one of the pointer's further buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// What it types, in lower case.
    Char(char),
    /// One that types nothing.
    Named(NamedKey),
    /// The pointer's button that goes back.
    Back,
    /// The pointer's button that goes forward.
    Forward,
}

/// A key with what is held beside it.
///
/// Shift counts where the key types a letter or nothing; elsewhere it may be needed to type the sign at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Chord {
    pub(super) ctrl: bool,
    pub(super) alt: bool,
    pub(super) shift: bool,
    pub(super) key: Key,
}

/// Names of keys that type nothing, or whose sign cannot stand in a chord.
const NAMES: [(&str, Key); 39] = [
    ("Left", Key::Named(NamedKey::ArrowLeft)),
    ("Right", Key::Named(NamedKey::ArrowRight)),
    ("Up", Key::Named(NamedKey::ArrowUp)),
    ("Down", Key::Named(NamedKey::ArrowDown)),
    ("Home", Key::Named(NamedKey::Home)),
    ("End", Key::Named(NamedKey::End)),
    ("PageUp", Key::Named(NamedKey::PageUp)),
    ("PageDown", Key::Named(NamedKey::PageDown)),
    ("Esc", Key::Named(NamedKey::Escape)),
    ("Enter", Key::Named(NamedKey::Enter)),
    ("Tab", Key::Named(NamedKey::Tab)),
    ("Space", Key::Named(NamedKey::Space)),
    ("Backspace", Key::Named(NamedKey::Backspace)),
    ("Delete", Key::Named(NamedKey::Delete)),
    ("Insert", Key::Named(NamedKey::Insert)),
    ("Plus", Key::Char('+')),
    ("Minus", Key::Char('-')),
    ("MouseBack", Key::Back),
    ("MouseForward", Key::Forward),
    ("F1", Key::Named(NamedKey::F1)),
    ("F2", Key::Named(NamedKey::F2)),
    ("F3", Key::Named(NamedKey::F3)),
    ("F4", Key::Named(NamedKey::F4)),
    ("F5", Key::Named(NamedKey::F5)),
    ("F6", Key::Named(NamedKey::F6)),
    ("F7", Key::Named(NamedKey::F7)),
    ("F8", Key::Named(NamedKey::F8)),
    ("F9", Key::Named(NamedKey::F9)),
    ("F10", Key::Named(NamedKey::F10)),
    ("F11", Key::Named(NamedKey::F11)),
    ("F12", Key::Named(NamedKey::F12)),
    // What else people write.
    ("Escape", Key::Named(NamedKey::Escape)),
    ("Return", Key::Named(NamedKey::Enter)),
    ("PgUp", Key::Named(NamedKey::PageUp)),
    ("PgDn", Key::Named(NamedKey::PageDown)),
    ("Del", Key::Named(NamedKey::Delete)),
    ("Ins", Key::Named(NamedKey::Insert)),
    ("ArrowLeft", Key::Named(NamedKey::ArrowLeft)),
    ("ArrowRight", Key::Named(NamedKey::ArrowRight)),
];

impl Chord {
    fn new(key: Key, [ctrl, alt, shift]: [bool; 3]) -> Self {
        let (key, shift) = match key {
            Key::Char(c) => (
                Key::Char(c.to_lowercase().next().unwrap_or(c)),
                shift && c.is_alphabetic(),
            ),
            key => (key, shift),
        };
        Self {
            ctrl,
            alt,
            shift,
            key,
        }
    }

    /// What was pressed; `None` for keys that no chord is made of.
    pub(super) fn pressed(key: &Pressed, held: ModifiersState) -> Option<Self> {
        let key = match key {
            Pressed::Named(named) => Key::Named(*named),
            Pressed::Character(text) => {
                let mut letters = text.chars();
                Key::Char(letters.next().filter(|_| letters.next().is_none())?)
            }
            _ => return None,
        };
        Some(Self::new(key, modifiers(held)))
    }

    /// One of the pointer's buttons that are keys.
    pub(super) fn button(button: MouseButton, held: ModifiersState) -> Option<Self> {
        let key = match button {
            MouseButton::Back => Key::Back,
            MouseButton::Forward => Key::Forward,
            _ => return None,
        };
        Some(Self::new(key, modifiers(held)))
    }

    /// Whether it is what types or edits text, so that whoever is being typed into has it first.
    pub(super) fn edits(self) -> bool {
        match self.key {
            Key::Char(c) => !self.alt && (!self.ctrl || "acvxyz".contains(c)),
            Key::Named(named) => {
                use NamedKey as Named;
                !self.alt
                    && matches!(
                        named,
                        Named::ArrowLeft
                            | Named::ArrowRight
                            | Named::ArrowUp
                            | Named::ArrowDown
                            | Named::Home
                            | Named::End
                            | Named::Enter
                            | Named::Tab
                            | Named::Space
                            | Named::Backspace
                            | Named::Delete
                    )
            }
            Key::Back | Key::Forward => false,
        }
    }

    /// Whether it drives a widget that has the focus.
    pub(super) fn drives(self) -> bool {
        use NamedKey as Named;
        let arrows = [
            Named::ArrowLeft,
            Named::ArrowRight,
            Named::ArrowUp,
            Named::ArrowDown,
        ];
        let keys = [Named::Tab, Named::Space, Named::Enter];
        let plain = !self.alt && !self.ctrl;
        plain && matches!(self.key, Key::Named(named) if keys.contains(&named) || arrows.contains(&named))
    }
}

/// Ctrl, or on macOS Command; Alt; Shift.
fn modifiers(held: ModifiersState) -> [bool; 3] {
    let ctrl = match cfg!(target_os = "macos") {
        true => held.super_key() || held.control_key(),
        false => held.control_key(),
    };
    [ctrl, held.alt_key(), held.shift_key()]
}

impl FromStr for Chord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut held = [false; 3];
        let mut rest = text.trim();
        while let Some((first, more)) = rest.split_once('+').filter(|(_, more)| !more.is_empty()) {
            let index = match first.trim().to_lowercase().as_str() {
                "ctrl" | "control" | "cmd" | "command" => 0,
                "alt" | "option" => 1,
                "shift" => 2,
                _ => {
                    return Err(format!(
                        "{text:?}: there is no modifier {first:?}; say Ctrl, Alt or Shift"
                    ));
                }
            };
            held[index] = true;
            rest = more.trim_start();
        }
        let mut letters = rest.chars();
        let key = match (letters.next(), letters.next()) {
            (Some(one), None) => Key::Char(one),
            _ => NAMES
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(rest))
                .map(|(_, key)| *key)
                .ok_or_else(|| format!("{text:?}: there is no key {rest:?}"))?,
        };
        Ok(Self::new(key, held))
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = [(self.ctrl, "Ctrl"), (self.alt, "Alt"), (self.shift, "Shift")];
        for (_, name) in held.into_iter().filter(|(held, _)| *held) {
            write!(to, "{name}+")?;
        }
        match (self.key, NAMES.iter().find(|(_, key)| *key == self.key)) {
            (Key::Char('+' | '-'), _) | (_, None) => match self.key {
                Key::Char(c) => write!(to, "{}", c.to_uppercase()),
                key => write!(to, "{key:?}"),
            },
            (_, Some((name, _))) => write!(to, "{name}"),
        }
    }
}

/// What each chord does.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Keymap {
    of: HashMap<Chord, Command>,
    /// The chords of each command, as they are told.
    told: HashMap<Command, Vec<Chord>>,
}

impl Default for Keymap {
    fn default() -> Self {
        let mut made = Self {
            of: HashMap::new(),
            told: HashMap::new(),
        };
        for entry in ALL {
            let chords = entry.keys.iter().map(|key| key.parse());
            let chords: Result<Vec<Chord>, String> = chords.collect();
            made.bind(entry.command, chords.expect("default keys are well formed"));
        }
        made
    }
}

impl Keymap {
    /// Gives a command these keys instead of those it has. A key that another has is taken from it.
    pub(super) fn bind(&mut self, command: Command, chords: Vec<Chord>) {
        self.of.retain(|_, bound| *bound != command);
        for chord in &chords {
            if let Some(other) = self.of.insert(*chord, command)
                && let Some(told) = self.told.get_mut(&other)
            {
                told.retain(|told| told != chord);
            }
        }
        self.told.insert(command, chords);
    }

    /// What a chord does; a capital letter does what the small one does, unless it has a meaning of its own.
    pub(super) fn command(&self, chord: Chord) -> Option<Command> {
        let small = Chord {
            shift: chord.shift && !matches!(chord.key, Key::Char(_)),
            ..chord
        };
        self.of.get(&chord).or_else(|| self.of.get(&small)).copied()
    }

    /// The keys of a command, the first the one to tell.
    pub(super) fn chords(&self, command: Command) -> &[Chord] {
        self.told.get(&command).map_or(&[], Vec::as_slice)
    }

    /// The first key of a command, for menus; empty where it has none.
    pub(super) fn first(&self, command: Command) -> String {
        self.chords(command)
            .first()
            .map(ToString::to_string)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_are_read_as_they_are_written() {
        for text in [
            "Alt+Left",
            "Ctrl+Shift+P",
            "F11",
            "Z",
            "Space",
            "+",
            "Alt++",
            "-",
            "MouseBack",
        ] {
            let chord: Chord = text.parse().expect(text);
            assert_eq!(chord.to_string(), text);
        }
        assert_eq!(
            "ctrl + plus".parse::<Chord>().map(|c| c.to_string()),
            Ok("Ctrl++".into())
        );
        assert_eq!("pgup".parse::<Chord>(), "PageUp".parse::<Chord>());
        for wrong in ["", "Hyper+A", "Alt+Nokey", "AB"] {
            assert!(wrong.parse::<Chord>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn shift_counts_where_it_types_nothing() {
        let plus = Pressed::Character("+".into());
        let shift = ModifiersState::SHIFT;
        assert_eq!(Chord::pressed(&plus, shift), "+".parse().ok());
        let letter = Pressed::Character("P".into());
        assert_eq!(Chord::pressed(&letter, shift), "Shift+P".parse().ok());
        let left = Pressed::Named(NamedKey::ArrowLeft);
        let held = shift | ModifiersState::ALT;
        assert_eq!(Chord::pressed(&left, held), "Alt+Shift+Left".parse().ok());
    }

    #[test]
    fn default_keys_are_one_command_each() {
        let keymap = Keymap::default();
        for entry in ALL {
            for key in entry.keys {
                let chord: Chord = key.parse().expect("a chord");
                assert_eq!(keymap.command(chord), Some(entry.command), "{key}");
            }
        }
    }

    #[test]
    fn keys_that_are_given_away_are_gone() {
        let mut keymap = Keymap::default();
        let chord: Chord = "Z".parse().expect("a chord");
        assert_eq!(keymap.command(chord), Some(Command::ZoomBox));
        keymap.bind(Command::Help, vec![chord]);
        assert_eq!(keymap.command(chord), Some(Command::Help));
        assert_eq!(keymap.first(Command::Help), "Z");
        assert!(!keymap.chords(Command::ZoomBox).contains(&chord));
        assert_eq!(keymap.command("H".parse().expect("a chord")), None);
    }
}
