//! The settings file, which is its owner's and only read; and beside it, in the data folder, what the window itself
//! remembers from one time to the next.
//!
//! ```toml
//! # ~/.config/galvani/settings.toml, or where the platform keeps settings
//! theme = "light"        # or "dark"
//! scale = 1.25           # of letters and lines, times the display's own
//! momentum = false       # whether a plot that is let go of moves on
//!
//! [keys]                 # by the names that the help (H) shows; a list replaces all keys of a command
//! later = ["Right", "Ctrl+F"]
//! quit = []
//! ```

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use etcetera::{AppStrategy, AppStrategyArgs};
use toml::{Table, Value};

use super::action::Command;
use super::keys::Keymap;

/// Recordings that are remembered as opened.
const MOST_RECENT: usize = 20;

/// The names that a settings file may have at its top.
const NAMES: [&str; 4] = ["theme", "scale", "momentum", "keys"];

/// What people set, and what is remembered for them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settings {
    /// Dark on white, rather than bright on black.
    pub(super) light: bool,
    /// Size of letters and lines, times the display's own.
    pub(super) scale: f64,
    /// Whether a plot that is let go of moves on.
    pub(super) momentum: bool,
    pub(super) keys: Keymap,
    /// Recordings opened before, the last first.
    pub(super) recent: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            light: false,
            scale: 1.0,
            momentum: true,
            keys: Keymap::default(),
            recent: Vec::new(),
        }
    }
}

/// Where the platform keeps what is ours; `None` where it has no such place.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    pub(super) settings: Option<PathBuf>,
    pub(super) data: Option<PathBuf>,
}

impl Places {
    pub(super) fn of_platform() -> Self {
        let arguments = AppStrategyArgs {
            top_level_domain: "org".into(),
            author: "galvani".into(),
            app_name: "galvani".into(),
        };
        match etcetera::choose_app_strategy(arguments) {
            Ok(places) => Self {
                settings: Some(places.config_dir().join("settings.toml")),
                data: Some(places.data_dir()),
            },
            Err(_) => Self::default(),
        }
    }

    fn state(&self) -> Option<PathBuf> {
        self.data.as_ref().map(|data| data.join("state.toml"))
    }
}

impl Settings {
    /// What is remembered, and over it what the settings file says; and what is wrong there, a line each.
    pub(super) fn load(places: &Places) -> (Self, Vec<String>) {
        let mut settings = Self::default();
        let mut warnings = Vec::new();
        if let Some(path) = places.state()
            && let Ok(text) = fs::read_to_string(path)
            && let Ok(table) = text.parse::<Table>()
        {
            settings.remember(&table);
        }
        if let Some(path) = &places.settings {
            match fs::read_to_string(path) {
                Ok(text) => {
                    let said = settings.read(&text);
                    warnings.extend(said.into_iter().map(|line| format!("{}: {line}", path.display())));
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => warnings.push(format!("{}: {error}", path.display())),
            }
        }
        (settings, warnings)
    }

    /// Takes in a settings file; what it says wrong.
    fn read(&mut self, text: &str) -> Vec<String> {
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => return vec![error.message().to_owned()],
        };
        let mut said = Vec::new();
        for (name, value) in &table {
            match (name.as_str(), value) {
                ("theme", Value::String(theme)) if theme == "light" => self.light = true,
                ("theme", Value::String(theme)) if theme == "dark" => self.light = false,
                ("theme", _) => said.push("theme is \"dark\" or \"light\"".into()),
                ("scale", value) => match number(value).filter(|scale| (0.5..=4.0).contains(scale)) {
                    Some(scale) => self.scale = scale,
                    None => said.push("scale is a number from 0.5 to 4".into()),
                },
                ("momentum", Value::Boolean(momentum)) => self.momentum = *momentum,
                ("momentum", _) => said.push("momentum is true or false".into()),
                ("keys", Value::Table(keys)) => self.read_keys(keys, &mut said),
                ("keys", _) => said.push("keys is a table".into()),
                (name, _) => said.push(format!(
                    "{name:?} is not known here; there are {}",
                    NAMES.join(", ")
                )),
            }
        }
        said
    }

    fn read_keys(&mut self, keys: &Table, said: &mut Vec<String>) {
        for (name, value) in keys {
            let Some(command) = Command::named(name) else {
                said.push(format!(
                    "there is no command {name:?}; the help (H) has their names"
                ));
                continue;
            };
            let texts: Vec<&str> = match value {
                Value::String(one) => vec![one],
                Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            let mut chords = Vec::new();
            for text in texts {
                match text.parse() {
                    Ok(chord) => chords.push(chord),
                    Err(error) => said.push(format!("{name}: {error}")),
                }
            }
            self.keys.bind(command, chords);
        }
    }

    fn remember(&mut self, state: &Table) {
        self.light = state.get("light").and_then(Value::as_bool).unwrap_or(self.light);
        let scale = state.get("scale").and_then(number);
        self.scale = scale
            .filter(|scale| (0.5..=4.0).contains(scale))
            .unwrap_or(self.scale);
        let recent = state.get("recent").and_then(Value::as_array);
        let paths = recent
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(PathBuf::from);
        self.recent = paths.take(MOST_RECENT).collect();
    }

    /// Puts a recording first among those opened before.
    pub(super) fn opened(&mut self, path: &Path) {
        if let Ok(path) = std::path::absolute(path) {
            self.recent.retain(|recent| *recent != path);
            self.recent.insert(0, path);
            self.recent.truncate(MOST_RECENT);
        }
    }

    /// Keeps what is remembered.
    ///
    /// # Errors
    /// Where the data folder cannot be written to.
    pub(super) fn keep(&self, places: &Places) -> Result<()> {
        let Some(path) = places.state() else {
            return Ok(());
        };
        let recent = self.recent.iter().map(|path| path.to_string_lossy().into_owned());
        let state = Table::from_iter([
            ("light".to_owned(), self.light.into()),
            ("scale".into(), self.scale.into()),
            ("recent".into(), Value::Array(recent.map(Value::from).collect())),
        ]);
        write(&path, &state.to_string())
    }
}

/// A whole number counts as one too.
pub(super) fn number(value: &Value) -> Option<f64> {
    value
        .as_float()
        .or_else(|| value.as_integer().map(|whole| whole as f64))
        .filter(|number| number.is_finite())
}

/// Writes a file under another name and gives it its own once it is whole, so that nobody ever reads half of it.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    let attempt = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let new = path.with_extension(format!("{}.new", std::process::id()));
        let mut file = fs::File::create(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    attempt().with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settings_file_is_taken_in() {
        let mut settings = Settings::default();
        let said =
            settings.read("theme = 'light'\nscale = 2\nmomentum = false\n[keys]\nhelp = 'F9'\nquit = []\n");
        assert_eq!(said, [""; 0]);
        assert!(settings.light && settings.scale == 2.0 && !settings.momentum);
        assert_eq!(settings.keys.first(Command::Help), "F9");
        assert!(settings.keys.chords(Command::Quit).is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_counts() {
        let mut settings = Settings::default();
        let text = "colour = 1\ntheme = 'blue'\nscale = 90\n[keys]\nnonsense = 'A'\nhelp = ['Nokey', 'F9']\n";
        let said = settings.read(text);
        assert_eq!(said.len(), 5, "{said:?}");
        assert_eq!(settings.keys.first(Command::Help), "F9");
        assert_eq!(settings.read("theme = ").len(), 1);
        assert!(!settings.light);
    }

    #[test]
    fn what_is_remembered_comes_back() {
        let folder = std::env::temp_dir().join(format!("galvani-state-{}", std::process::id()));
        let places = Places {
            settings: Some(folder.join("settings.toml")),
            data: Some(folder.clone()),
        };
        let mut settings = Settings {
            light: true,
            scale: 1.5,
            ..Settings::default()
        };
        settings.opened(Path::new("/a/b.bin"));
        settings.opened(Path::new("/a/c.bin"));
        settings.opened(Path::new("/a/b.bin"));
        settings.keep(&places).expect("the folder can be written to");
        let (loaded, warnings) = Settings::load(&places);
        assert_eq!(warnings, [""; 0]);
        assert_eq!(loaded, settings);
        assert_eq!(loaded.recent, [Path::new("/a/b.bin"), Path::new("/a/c.bin")]);
        fs::remove_dir_all(&folder).expect("it can go");
    }
}
