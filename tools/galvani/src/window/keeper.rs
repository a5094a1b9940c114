//! Keeps a recording's annotations on disk: at once, on a thread of its own, whole or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use anyhow::{Context, Result};

use super::annotations::{self, Annotation};
use super::settings::write;

/// What is put after a recording's name.
const ENDING: &str = ".annotations.csv";

/// The thread that writes. Dropped, it writes what it was given last before it ends.
pub(super) struct Keeper {
    texts: Option<Sender<String>>,
    thread: Option<JoinHandle<()>>,
}

/// Where annotations may be, and what was found there.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// Beside the recording first, then in the data folder.
    places: Vec<PathBuf>,
    /// What each held when it was last read or written; `None` where there was none.
    known: Vec<Option<Vec<u8>>>,
}

impl Kept {
    /// Reads what is kept of a recording: the place that was written last. `elsewhere` is a file for where nothing can be
    /// written beside the recording.
    ///
    /// A file that cannot be read as annotations is told, and never written over: see [`Kept::keep`].
    pub(super) fn read(recording: &Path, elsewhere: Option<PathBuf>) -> (Self, Result<Vec<Annotation>>) {
        let places: Vec<PathBuf> = beside(recording).into_iter().chain(elsewhere).collect();
        let newest = places
            .iter()
            .filter_map(|path| Some((fs::metadata(path).ok()?.modified().ok()?, path)))
            .max_by_key(|(modified, _)| *modified);
        let found = newest.map_or(Ok(Vec::new()), |(_, path)| annotations::read(path));
        let known = places
            .iter()
            .map(|path| fs::read(path).ok().filter(|_| found.is_ok()))
            .collect();
        (Self { places, known }, found)
    }

    /// Where they are kept unless that cannot be written: the first place, or the one that was written last.
    pub(super) fn path(&self) -> Option<&Path> {
        let known = self.known.iter().position(Option::is_some);
        self.places.get(known.unwrap_or(0)).map(PathBuf::as_path)
    }

    /// Writes beside the recording, or where that is not allowed, elsewhere. Where another program has changed the file, its
    /// version is first given another name; what is to be told of that.
    ///
    /// # Errors
    /// Where it can be written nowhere.
    fn keep(&mut self, text: &str) -> Result<Option<String>> {
        let mut failed = None;
        for (path, known) in self.places.iter().zip(&mut self.known) {
            let attempt = set_aside(path, known.as_deref()).and_then(|told| {
                write(path, text)?;
                Ok(told)
            });
            match attempt {
                Ok(told) => {
                    *known = Some(text.as_bytes().to_vec());
                    return Ok(told);
                }
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(error) => Err(error.context("annotations are not kept")),
            None => anyhow::bail!("annotations are not kept: the recording is in no file"),
        }
    }
}

/// The file beside a recording.
pub(crate) fn beside(recording: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(recording).ok()?;
    let mut name = path
        .file_name()
        .filter(|_| !recording.as_os_str().is_empty())?
        .to_owned();
    name.push(ENDING);
    Some(path.with_file_name(name))
}

/// Gives a file that is not as it was known another name; what is to be told of it.
fn set_aside(path: &Path, known: Option<&[u8]>) -> Result<Option<String>> {
    let now = match fs::read(path) {
        Ok(now) => now,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    if Some(now.as_slice()) == known {
        return Ok(None);
    }
    let free = |number: &u32| {
        let other = path.with_extension(format!("other{number}.csv"));
        (!other.exists()).then_some(other)
    };
    let other = (1..10_000).find_map(|number| free(&number));
    let other = other.context("too many versions of annotations by other programs")?;
    fs::rename(path, &other).with_context(|| format!("cannot rename {}", path.display()))?;
    Ok(Some(format!(
        "another program has changed {}; its version is now {}",
        path.display(),
        other.display()
    )))
}

impl Keeper {
    /// Starts the thread; what is to be told is given to `tell`.
    pub(super) fn start(kept: Kept, tell: impl Fn(String) + Send + 'static) -> Self {
        let (texts, given) = channel();
        let thread = std::thread::spawn(move || run(kept, &given, tell));
        Self {
            texts: Some(texts),
            thread: Some(thread),
        }
    }

    /// Writes this, soon; what was given before and is not written yet is passed over.
    pub(super) fn keep(&self, text: String) {
        if let Some(texts) = &self.texts {
            // The thread ends only after this.
            let _ = texts.send(text);
        }
    }
}

fn run(mut kept: Kept, given: &Receiver<String>, tell: impl Fn(String)) {
    while let Ok(mut text) = given.recv() {
        while let Ok(newer) = given.try_recv() {
            text = newer;
        }
        match kept.keep(&text) {
            Ok(told) => told.into_iter().for_each(&tell),
            Err(error) => tell(format!("{error:#}")),
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.texts = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so on stderr.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::annotations::Annotations;
    use super::*;
    use std::sync::{Arc, Mutex};

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("galvani-keeper-{name}-{}", std::process::id()));
        // It is usually not there.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    fn text(labels: &[&str]) -> String {
        let note = |(i, label): (usize, &&str)| Annotation {
            time_s: i as f64,
            label: (*label).to_owned(),
            ..Annotation::default()
        };
        Annotations::new(labels.iter().enumerate().map(note).collect()).text()
    }

    fn labels(of: &Result<Vec<Annotation>>) -> Vec<&str> {
        let of = of.as_ref().expect("annotations");
        of.iter().map(|note| note.label.as_str()).collect()
    }

    #[test]
    fn what_is_kept_is_found() {
        let folder = folder("found");
        let recording = folder.join("a.bin");
        let (kept, none) = Kept::read(&recording, None);
        assert_eq!(labels(&none), [""; 0]);
        let keeper = Keeper::start(kept, |told| panic!("{told}"));
        for labels in [&["a"][..], &["a", "b"], &["a", "b", "c"]] {
            keeper.keep(text(labels));
        }
        drop(keeper);
        assert!(folder.join("a.bin.annotations.csv").is_file());
        let (_, found) = Kept::read(&recording, None);
        assert_eq!(labels(&found), ["a", "b", "c"]);
        fs::remove_dir_all(&folder).expect("it can go");
    }

    #[test]
    fn what_others_write_is_not_lost() {
        let folder = folder("others");
        let recording = folder.join("a.bin");
        let path = folder.join("a.bin.annotations.csv");
        let (mut kept, _) = Kept::read(&recording, None);
        assert_eq!(kept.keep(&text(&["mine"])).expect("kept"), None);
        fs::write(&path, text(&["theirs"])).expect("a file");
        let told = kept.keep(&text(&["mine", "too"])).expect("kept").expect("told");
        assert!(told.contains("other1.csv"), "{told}");
        let other = annotations::read(&folder.join("a.bin.annotations.other1.csv"));
        assert_eq!(labels(&other), ["theirs"]);
        assert_eq!(labels(&annotations::read(&path)), ["mine", "too"]);
        assert_eq!(kept.keep(&text(&["mine"])).expect("kept"), None);
        // What cannot be read is no less somebody's.
        fs::write(&path, "nonsense").expect("a file");
        let (mut kept, wrong) = Kept::read(&recording, None);
        assert!(wrong.is_err());
        assert!(kept.keep(&text(&["mine"])).expect("kept").is_some());
        fs::remove_dir_all(&folder).expect("it can go");
    }

    #[test]
    fn where_nothing_can_be_written_it_is_kept_elsewhere() {
        let folder = folder("elsewhere");
        // A file where the folder should be: not even root may write into it.
        fs::write(folder.join("wall"), "").expect("a file");
        let recording = folder.join("wall/a.bin");
        let elsewhere = folder.join("data/a.csv");
        let (mut kept, _) = Kept::read(&recording, Some(elsewhere.clone()));
        kept.keep(&text(&["here"])).expect("kept");
        assert_eq!(labels(&annotations::read(&elsewhere)), ["here"]);
        let (_, found) = Kept::read(&recording, Some(elsewhere));
        assert_eq!(labels(&found), ["here"]);
        fs::remove_dir_all(&folder).expect("it can go");
    }

    #[test]
    fn what_is_in_no_file_is_told() {
        let (kept, _) = Kept::read(Path::new(""), None);
        let told = Arc::new(Mutex::new(Vec::new()));
        let to = told.clone();
        let keeper = Keeper::start(kept, move |line| to.lock().expect("whole").push(line));
        keeper.keep(text(&["a"]));
        drop(keeper);
        assert_eq!(told.lock().expect("whole").len(), 1);
    }
}
