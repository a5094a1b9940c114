//! Recordings opened with their sidecars: built behind the view, used the next time, and never believed once the
//! recording has changed or a byte of them is wrong.

#![cfg(feature = "sidecar")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::pictures::{Easel, assert_same, bare, open};
use common::random::i16s;
use common::scripted::Scripted;
use common::{Gpu, gpu};
use galvani::plan::Fidelity;
use galvani::renderer::Rasteriser;
use galvani::scene::Scene;
use galvani::sidecar::{self, BuildOptions, Sidecar};
use galvani::source::{Raw, RawFormat, Source, StoredType};
use galvani::store::{OpenOptions, Recording, SidecarState, Sidecars};
use galvani::units::MIB;
use galvani::view::View;

const SIZE: [u32; 2] = [120, 60];
const CHANNELS: usize = 300;
const SAMPLES: usize = 70_000;
const WAIT: Duration = Duration::from_secs(60);

/// A fresh folder with a recording in it.
fn recorded(name: &str) -> PathBuf {
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("kept-{name}-{}", std::process::id()));
    // It is usually not there.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the target folder is writable");
    let path = folder.join("noise.bin");
    write(&path, 1);
    path
}

fn write(path: &Path, seed: u64) {
    let values = i16s(seed, CHANNELS * SAMPLES);
    fs::write(path, bytemuck::cast_slice(&values)).expect("the folder is writable");
}

fn raw(path: &Path) -> Raw {
    Raw::open(path, &RawFormat::new(CHANNELS, 30_000.0, StoredType::I16_LE)).expect("a raw file")
}

fn options(sidecar: Sidecars) -> OpenOptions<'static> {
    OpenOptions {
        sidecar,
        without_samples: true,
        budget_host: Some(1024 * MIB),
        ..OpenOptions::default()
    }
}

fn stream(gpu: &Gpu, path: &Path, sidecar: Sidecars) -> Recording<'static> {
    Recording::stream(gpu.device(), Arc::new(raw(path)), &options(sidecar)).expect("a recording")
}

fn lanes(recording: &Recording<'_>) -> Scene {
    let mut scene = bare(recording);
    for trace in &mut scene.traces.channels {
        trace.visible = [0, 7, 299].contains(&trace.channel);
    }
    scene
}

/// Draws until nothing is missing, and holds the picture to one of everything read.
fn right(gpu: &Gpu, recording: &mut Recording<'_>, path: &Path, what: &str) {
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, SIZE);
    let scene = lanes(recording);
    let complete = OpenOptions {
        without_samples: true,
        ..OpenOptions::default()
    };
    let mut complete = common::pictures::open_with(gpu.device(), raw(path), &complete);
    for view in [
        View::fit(SAMPLES as u64, SIZE[0]),
        common::pictures::view(30_000.0, 100.0),
    ] {
        let (report, pixels) = easel.draw(recording, &scene, &view);
        assert!(
            !matches!(report.fidelity, Fidelity::Partial { .. }),
            "{what}: {report:?}"
        );
        let (_, wanted) = easel.draw(&mut complete, &scene, &view);
        assert_same(&pixels, &wanted, SIZE[0], what);
    }
}

/// Waits as a window does until the sidecar is whole.
fn until_whole(recording: &mut Recording<'static>) {
    let begun = Instant::now();
    while recording.sidecar() != SidecarState::Whole {
        assert!(
            !matches!(recording.sidecar(), SidecarState::Failed(_)),
            "{:?}",
            recording.sidecar()
        );
        recording.poll().expect("no error");
        assert!(begun.elapsed() < WAIT, "{:?}", recording.sidecar());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn it_is_built_behind_the_view_and_used_the_next_time() {
    let gpu = gpu();
    let path = recorded("built");
    let mut recording = stream(&gpu, &path, Sidecars::Build);
    assert_eq!(recording.sidecar_note(), None);
    right(&gpu, &mut recording, &path, "without");
    until_whole(&mut recording);
    drop(recording);
    let source = raw(&path);
    let found = Sidecar::find(&source).expect("no error").expect("a sidecar");
    let verified = sidecar::verify(&source, found.root(), &BuildOptions::default());
    assert_eq!(verified.expect("no error"), []);

    // All that a view needs comes from it: of the samples nothing can be read any more.
    let (source, script) = Scripted::new(raw(&path));
    let mut recording =
        Recording::stream(gpu.device(), source, &options(Sidecars::Build)).expect("a recording");
    assert_eq!(recording.sidecar(), SidecarState::Whole);
    script.break_at(0..SAMPLES as u64);
    right(&gpu, &mut recording, &path, "with");
    assert_eq!(recording.problems(), [] as [String; 0]);

    let mut at_once =
        Recording::open(gpu.device(), Box::new(raw(&path)), &options(Sidecars::Read)).expect("one");
    assert_eq!(at_once.loaded().bytes, 0);
    right(&gpu, &mut at_once, &path, "opened at once");
    // A part of the recording has other nodes.
    let part = OpenOptions {
        span: Some(64..20_000),
        ..options(Sidecars::Read)
    };
    let part = Recording::open(gpu.device(), Box::new(raw(&path)), &part).expect("a recording");
    assert!(part.loaded().bytes > 0);
}

#[test]
fn one_of_another_time_is_told_and_built_again() {
    let gpu = gpu();
    let path = recorded("stale");
    let root = sidecar::place(&raw(&path), None).expect("a place");
    sidecar::build(&raw(&path), &root, &BuildOptions::default()).expect("built");
    std::thread::sleep(Duration::from_millis(20));
    write(&path, 2);
    let read = stream(&gpu, &path, Sidecars::Read);
    assert!(
        read.sidecar_note()
            .is_some_and(|note| note.contains("has changed"))
    );
    assert!(matches!(read.sidecar(), SidecarState::Failed(_)));
    drop(read);
    let mut recording = stream(&gpu, &path, Sidecars::Build);
    assert!(
        recording
            .sidecar_note()
            .is_some_and(|note| note.contains("noise.bin.galvani"))
    );
    right(&gpu, &mut recording, &path, "while it is built again");
    until_whole(&mut recording);
    right(&gpu, &mut recording, &path, "built again");
}

#[test]
fn what_is_damaged_is_told_and_built_again() {
    let gpu = gpu();
    let path = recorded("damaged");
    let source = raw(&path);
    let root = sidecar::place(&source, None).expect("a place");
    sidecar::build(&source, &root, &BuildOptions::default()).expect("built");
    for level in 0..3 {
        let shard = root.join(format!("level/{level}/c/0/0/0"));
        let mut bytes = fs::read(&shard).expect("a shard");
        let middle = bytes.len() / 3;
        bytes[middle] ^= 4;
        fs::write(&shard, bytes).expect("it is writable");
    }
    let mut recording = stream(&gpu, &path, Sidecars::Build);
    right(&gpu, &mut recording, &path, "damaged");
    assert!(
        recording
            .problems()
            .iter()
            .any(|problem| problem.contains("checksum")),
        "{:?}",
        recording.problems()
    );
    let begun = Instant::now();
    let whole = || {
        let verified = sidecar::verify(&source, &root, &BuildOptions::default());
        verified.expect("no error").is_empty()
    };
    while !whole() {
        recording.poll().expect("no error");
        assert!(begun.elapsed() < WAIT, "it stays damaged");
    }
    right(&gpu, &mut recording, &path, "built again");
}

#[test]
fn nothing_is_built_beyond_the_budget_or_unasked() {
    let gpu = gpu();
    let path = recorded("none");
    let small = OpenOptions {
        budget_host: Some(100 * MIB),
        ..options(Sidecars::Build)
    };
    let mut recording = Recording::stream(gpu.device(), Arc::new(raw(&path)), &small).expect("a recording");
    let SidecarState::Failed(why) = recording.sidecar() else {
        panic!("{:?}", recording.sidecar());
    };
    assert!(why.contains("galvani build"), "{why}");
    right(&gpu, &mut recording, &path, "a small budget");
    let mut recording = stream(&gpu, &path, Sidecars::Ignore);
    assert_eq!(recording.sidecar(), SidecarState::Absent);
    right(&gpu, &mut recording, &path, "ignored");
    // In memory there is no place for one.
    let memory = galvani::source::Memory::planar(i16s(3, 1000), 2, 100.0).expect("a source");
    assert!(memory.files().is_empty());
    let recording = Recording::stream(gpu.device(), Arc::new(memory), &options(Sidecars::Build));
    assert_eq!(recording.expect("a recording").sidecar(), SidecarState::Absent);
    drop(open(gpu.device(), raw(&path)));
    assert!(!path.with_extension("bin.galvani").exists());
}
