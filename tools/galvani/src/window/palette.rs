//! What typing a few letters finds: commands, and files.

use std::cmp::Ordering;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use super::action::{ALL, Entry};

/// Files that are listed at most.
const MOST_FILES: usize = 200;

/// The commands that what is typed may mean, the likeliest first; all where nothing is typed.
pub(super) fn found(typed: &str) -> Vec<&'static Entry> {
    let mut found: Vec<_> = ALL
        .iter()
        .filter_map(|entry| {
            let text = format!("{} {}", entry.help, entry.name);
            likeness(typed, &text).map(|likeness| (likeness, entry))
        })
        .collect();
    found.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// How well letters, in their order, are found in a text; `None` where they are not. Whole words and their beginnings count
/// more.
fn likeness(typed: &str, text: &str) -> Option<u32> {
    let text = text.to_lowercase();
    let mut sum = 0;
    for word in typed.to_lowercase().split_whitespace() {
        sum += match text.find(word) {
            Some(0) => 40,
            Some(at) if !text[..at].ends_with(char::is_alphanumeric) => 30,
            Some(_) => 20,
            None => {
                let mut letters = text.chars();
                word.chars().all(|c| letters.any(|l| l == c)).then_some(1)?
            }
        };
    }
    Some(sum)
}

/// A file or folder that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Whether it is a folder: taking it looks into it.
    pub(super) folder: bool,
}

/// What has the name that is typed in its own: folders first, then files; the recordings opened last where nothing is typed.
pub(super) fn files(typed: &str, recent: &[PathBuf]) -> Vec<Found> {
    let file = |path: &PathBuf| Found {
        path: path.clone(),
        folder: false,
    };
    if typed.is_empty() {
        return recent.iter().map(file).collect();
    }
    let (folder, start) = match typed.rfind(['/', MAIN_SEPARATOR]) {
        Some(at) => (Path::new(&typed[..=at]), &typed[at + 1..]),
        None => (Path::new("."), typed),
    };
    let start = start.to_lowercase();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<Found> = entries
        .flatten()
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().to_lowercase();
            let hidden = name.starts_with('.') && !start.starts_with('.');
            // Pyramids stand beside their recordings, and are none.
            name.contains(&start) && !hidden && !name.ends_with(".galvani")
        })
        .map(|entry| {
            let path = entry.path();
            Found {
                folder: path.is_dir(),
                path,
            }
        })
        .collect();
    let name = |found: &Found| found.path.to_string_lossy().to_lowercase();
    found.sort_by(|a, b| b.folder.cmp(&a.folder).then_with(|| by_name(&name(a), &name(b))));
    found.truncate(MOST_FILES);
    found
}

/// Names in the order in which people count: `CH2` before `CH10`.
fn by_name(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.chars().peekable(), b.chars().peekable());
    let number = |of: &mut std::iter::Peekable<std::str::Chars<'_>>| {
        let mut value = 0_u128;
        while let Some(digit) = of.peek().and_then(|c| c.to_digit(10)) {
            value = value.saturating_mul(10).saturating_add(digit.into());
            of.next();
        }
        value
    };
    loop {
        let (left, right) = (a.peek().copied(), b.peek().copied());
        let ordering = match (left, right) {
            (Some(l), Some(r)) if l.is_ascii_digit() && r.is_ascii_digit() => {
                number(&mut a).cmp(&number(&mut b))
            }
            (None, None) => return Ordering::Equal,
            (l, r) => {
                a.next();
                b.next();
                l.map(|l| l.to_lowercase().to_string())
                    .cmp(&r.map(|r| r.to_lowercase().to_string()))
            }
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
}

/// The folder that a file is in, with a separator after it; empty where there is none.
pub(super) fn folder_of(path: &Path) -> String {
    let Ok(absolute) = std::path::absolute(path) else {
        return String::new();
    };
    match absolute.parent() {
        Some(folder) if !path.as_os_str().is_empty() => format!("{}{MAIN_SEPARATOR}", folder.display()),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::action::Command;
    use super::*;

    #[test]
    fn every_command_is_listed_once() {
        let commands: HashSet<_> = ALL.iter().map(|entry| entry.command).collect();
        let names: HashSet<_> = ALL.iter().map(|entry| entry.name).collect();
        assert_eq!((commands.len(), names.len()), (ALL.len(), ALL.len()));
        assert_eq!(ALL.len(), Command::Quit as usize + 1, "none is left out");
        for entry in ALL {
            assert_eq!(Command::named(entry.name), Some(entry.command));
            assert_eq!(entry.command.entry().name, entry.name);
        }
    }

    #[test]
    fn letters_find_commands() {
        let first = |typed| found(typed).first().map(|entry| entry.command);
        assert_eq!(found("").len(), ALL.len());
        assert_eq!(first("light"), Some(Command::Theme));
        assert_eq!(first("zoom box"), Some(Command::ZoomBox));
        assert_eq!(first("overview"), Some(Command::Overview));
        assert_eq!(first("qqqqq"), None);
    }

    #[test]
    fn files_are_found_by_what_they_begin_with() {
        let folder = std::env::temp_dir().join(format!("galvani-found-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("deeper")).expect("a folder");
        for name in ["run2.bin", "run10.bin", ".hidden"] {
            std::fs::write(folder.join(name), "").expect("a file");
        }
        let typed = format!("{}/", folder.display());
        let names = |typed: &str| -> Vec<String> {
            let name = |found: &Found| found.path.file_name().map(|n| n.to_string_lossy().into_owned());
            files(typed, &[]).iter().filter_map(name).collect()
        };
        assert_eq!(names(&typed), ["deeper", "run2.bin", "run10.bin"]);
        assert_eq!(names(&format!("{typed}RUN1")), ["run10.bin"]);
        assert_eq!(names(&format!("{typed}nothing")), [""; 0]);
        let recent = [PathBuf::from("a.bin")];
        assert_eq!(files("", &recent).len(), 1);
        assert_eq!(folder_of(&folder.join("run2.bin")), typed);
        std::fs::remove_dir_all(&folder).expect("it can go");
    }
}
