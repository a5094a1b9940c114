//! Damaged files: whatever is in them, opening and reading come to an end, with samples or with an error that names a file.
//!
//! `GALVANI_FUZZ_CASES` sets how many cases each format gets.

mod formats;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use galvani::Error;
use galvani::source::{Owned, Source, events, streams};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::Folder;
use crate::reference::data;

const CASES: u32 = 1000;
/// A case takes milliseconds; the machine may be busy.
const LONGEST: Duration = Duration::from_secs(20);
/// Samples that are read of a recording at most, of all channels together, at its start, in its middle and at its end.
const READ: u64 = 1 << 14;

/// What is done to a file.
#[derive(Debug, Clone)]
enum Damage {
    Set(u8),
    Flip(u8),
    /// A whole number of 1, 2, 4 or 8 bytes, as extreme as it may be.
    Word(usize, u64),
    /// A digit of text.
    Digit(u8),
    Insert(Vec<u8>),
    Remove(usize),
    Cut,
}

/// Where: in which file, and how far in; most often near the start.
type Mutation = (prop::sample::Index, bool, prop::sample::Index, Damage);

fn mutation() -> impl Strategy<Value = Mutation> {
    let extreme = prop_oneof![
        Just(0),
        Just(1),
        Just(u64::MAX),
        Just(u64::MAX / 2),
        Just(1 << 31),
        Just(0x7fff),
        any::<u64>()
    ];
    let damage = prop_oneof![
        any::<u8>().prop_map(Damage::Set),
        any::<u8>().prop_map(Damage::Flip),
        (0..4_usize, extreme).prop_map(|(size, word)| Damage::Word(1 << size, word)),
        (b'0'..=b'9').prop_map(Damage::Digit),
        prop::collection::vec(any::<u8>(), 1..20).prop_map(Damage::Insert),
        (1..200_usize).prop_map(Damage::Remove),
        Just(Damage::Cut),
    ];
    let start = prop::bool::weighted(0.8);
    (
        any::<prop::sample::Index>(),
        start,
        any::<prop::sample::Index>(),
        damage,
    )
}

fn damaged(bytes: &mut Vec<u8>, at_start: bool, at: prop::sample::Index, damage: &Damage) {
    if bytes.is_empty() {
        return;
    }
    let within = if at_start {
        bytes.len().min(1024)
    } else {
        bytes.len()
    };
    let at = at.index(within);
    match damage {
        Damage::Set(value) => bytes[at] = *value,
        Damage::Flip(bits) => bytes[at] ^= bits,
        Damage::Word(size, word) => {
            let end = (at + size).min(bytes.len());
            let word = word.to_le_bytes();
            bytes[at..end].copy_from_slice(&word[..end - at]);
        }
        Damage::Digit(digit) => {
            if let Some(found) = bytes[at..].iter().position(u8::is_ascii_digit) {
                bytes[at + found] = *digit;
            }
        }
        Damage::Insert(more) => drop(bytes.splice(at..at, more.iter().copied())),
        Damage::Remove(count) => drop(bytes.drain(at..(at + count).min(bytes.len()))),
        Damage::Cut => bytes.truncate(at),
    }
}

/// All files below a folder.
fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder is readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(&path, found)
        } else {
            found.push(path)
        }
    }
}

/// Copies a file, to `most` bytes, or a folder.
fn copy(from: &Path, to: &Path, most: usize) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("room");
        for entry in fs::read_dir(from).expect("a folder is readable") {
            let path = entry.expect("an entry").path();
            copy(&path, &to.join(path.file_name().expect("a name")), most);
        }
    } else {
        let bytes = fs::read(from).expect("a file is readable");
        fs::write(to, &bytes[..bytes.len().min(most)]).expect("room");
    }
}

/// Reads some of a recording, if it lets itself be read.
fn read_some(source: &dyn Source) {
    let info = source.info();
    assert!(!info.channels.is_empty() && info.samples > 0 && info.rate_hz > 0.0);
    let len = (READ / info.channels.len() as u64).clamp(1, info.samples);
    for start in [0, (info.samples - len) / 2, info.samples - len] {
        // Reads may fail where a file lies; they may not panic.
        let _ = Owned::read(source, start..start + len);
    }
}

fn assert_names_a_file(error: &Error, folder: &Path) {
    match error {
        Error::Open { path, .. } | Error::Read { path, .. } | Error::Format { path, .. } => {
            assert!(path.starts_with(folder), "{error}");
        }
        other => panic!("no file is named: {other}"),
    }
}

/// Opens `open` within `folder` after each of many kinds of damage to the files in it.
fn fuzz(folder: &Folder, open: &str) {
    let root = folder.as_ref();
    let path = root.join(open);
    let mut files = Vec::new();
    files_below(root, &mut files);
    files.sort();
    let whole: Vec<Vec<u8>> = files
        .iter()
        .map(|file| fs::read(file).expect("it was written"))
        .collect();
    // Some have events and no samples.
    if let Err(error) = streams(&path) {
        assert!(events(&path).is_ok_and(|events| !events.is_empty()), "{error}");
    }
    let cases = std::env::var("GALVANI_FUZZ_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    let mut runner = TestRunner::new(Config {
        cases: cases.unwrap_or(CASES),
        failure_persistence: None,
        ..Config::default()
    });
    let strategy = prop::collection::vec(mutation(), 1..5);
    let outcome = runner.run(&strategy, |mutations| {
        let mut touched = Vec::new();
        for (file, at_start, at, damage) in &mutations {
            let file = file.index(files.len());
            touched.push(file);
            let mut bytes = fs::read(&files[file]).expect("it was written");
            damaged(&mut bytes, *at_start, *at, damage);
            fs::write(&files[file], bytes).expect("room");
        }
        let clock = Instant::now();
        let outcome = std::panic::catch_unwind(|| match streams(&path) {
            Ok(streams) => streams
                .list
                .iter()
                .for_each(|stream| read_some(stream.source.as_ref())),
            Err(error) => assert_names_a_file(&error, root),
        });
        let outcome = outcome.and_then(|()| {
            std::panic::catch_unwind(|| {
                if let Err(error) = events(&path) {
                    assert_names_a_file(&error, root);
                }
            })
        });
        let took = clock.elapsed();
        for file in touched {
            fs::write(&files[file], &whole[file]).expect("room");
        }
        prop_assert!(outcome.is_ok(), "it panics");
        prop_assert!(took < LONGEST, "it takes {took:?}");
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{open}: {error}");
    }
}

/// The same for real recordings, `items` of a format, each to `most` bytes a file.
fn fuzz_real(items: &[&str], most: usize) {
    let Some(data) = data() else { return };
    for item in items {
        let folder = Folder::new();
        let from = data.join(item);
        let name = from.file_name().expect("a name").to_string_lossy().into_owned();
        copy(&from, &folder.as_ref().join(&name), most);
        fuzz(&folder, &name);
    }
}
