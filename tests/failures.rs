//! Files that fail under a streamed recording: reads that fail, and files cut short, replaced or deleted meanwhile. Each is
//! told, what is shown as exact is exact, and the rest is missing.

mod common;

use std::fs::{self, OpenOptions as FileOptions};
use std::mem::MaybeUninit;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use common::pictures::{Easel, assert_same, bare, open, view};
use common::random::i16s;
use common::{Gpu, gpu, scratch};
use galvani::plan::Fidelity;
use galvani::renderer::Rasteriser;
use galvani::source::{Grown, Info, Memory, Raw, RawFormat, Source, StoredType};
use galvani::store::{OpenOptions, Recording};
use galvani::view::View;
use galvani::{Error, Result};

const SIZE: [u32; 2] = [300, 80];
const CHANNELS: usize = 64;
/// Of these a page has 4096, and the last one 384.
const SAMPLES: usize = 33_152;

fn values() -> Vec<i16> {
    i16s(11, CHANNELS * SAMPLES)
}

fn memory() -> Memory<Vec<i16>, i16> {
    Memory::interleaved(values(), CHANNELS, 1000.0).expect("a source")
}

/// A file of them, new.
fn file(name: &str) -> PathBuf {
    let path = scratch(&format!("failures-{name}.raw"));
    let bytes: Vec<u8> = values().into_iter().flat_map(i16::to_le_bytes).collect();
    // Another file than one of an earlier run.
    let _ = fs::remove_file(&path);
    fs::write(&path, bytes).expect("the file is written");
    path
}

fn raw(path: &Path) -> Arc<Raw> {
    let format = RawFormat::new(CHANNELS, 1000.0, StoredType::I16_LE);
    Arc::new(Raw::open(path, &format).expect("it opens"))
}

/// Of the whole recording, and of its samples one by one.
fn views() -> Vec<View> {
    let mut views = vec![View::fit(SAMPLES as u64, SIZE[0])];
    for start in (0..SAMPLES - 1000).step_by(1500) {
        views.push(view(start as f64, 0.7));
        views.push(view(start as f64, 3.3));
    }
    views
}

fn stream(gpu: &Gpu, source: Arc<dyn Source>) -> Recording<'static> {
    Recording::stream(gpu.device(), source, &OpenOptions::default()).expect("a recording")
}

/// Holds all views to the complete ones; where samples from `lost` on are lost, to say that they are missing.
fn check(gpu: &Gpu, recording: &mut Recording<'_>, lost: Option<Range<u64>>, what: &str) {
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, SIZE);
    let mut complete = open(gpu.device(), memory());
    let scene = bare(&complete);
    let (mut hurt, mut whole) = (0, 0);
    for view in views() {
        let (wanted_report, wanted) = easel.draw(&mut complete, &scene, &view);
        let (report, pixels) = easel.draw(recording, &scene, &view);
        if !matches!(report.fidelity, Fidelity::Partial { .. }) {
            whole += 1;
            assert_eq!(report.fidelity, wanted_report.fidelity, "{what}");
            assert!(report.missing.is_empty(), "{what}: {report:?}");
            assert_same(&pixels, &wanted, SIZE[0], what);
            continue;
        }
        hurt += 1;
        assert!(!report.coming && report.problems > 0, "{what}: {report:?}");
        let lost = lost.as_ref().expect("nothing is lost");
        let inside = |run: &Range<u64>| lost.start <= run.start && run.end <= lost.end;
        assert!(report.missing.iter().all(inside), "{what}: {report:?}");
    }
    assert_eq!(hurt > 0, lost.is_some(), "{what}");
    assert!(whole > 0, "{what}");
    assert_eq!(recording.problems().is_empty(), lost.is_none(), "{what}");
}

/// Reads of the middle fail as a disk's do, for as long as it is broken.
struct Disk {
    inner: Memory<Vec<i16>, i16>,
    broken: Arc<AtomicBool>,
}

/// What cannot be read of it, and the page that this is in.
const MIDDLE: Range<u64> = 14_000..14_100;
const MIDDLE_PAGE: Range<u64> = 12_288..16_384;

impl Source for Disk {
    fn info(&self) -> &Info {
        self.inner.info()
    }

    fn read(&self, span: Range<u64>, into: &mut [MaybeUninit<u8>]) -> Result<()> {
        if self.broken.load(Ordering::Relaxed) && span.start < MIDDLE.end && MIDDLE.start < span.end {
            const EIO: i32 = 5;
            return Err(Error::Read {
                path: "disk".into(),
                offset: span.start,
                source: std::io::Error::from_raw_os_error(EIO),
            });
        }
        self.inner.read(span, into)
    }
}

#[test]
fn a_disk_that_fails_is_told_and_may_be_tried_again() {
    let gpu = gpu();
    let broken = Arc::new(AtomicBool::new(false));
    let disk = Disk {
        inner: memory(),
        broken: broken.clone(),
    };
    let mut recording = stream(&gpu, Arc::new(disk));
    assert_eq!(
        recording.geometry().page_samples(),
        MIDDLE_PAGE.end - MIDDLE_PAGE.start
    );
    broken.store(true, Ordering::Relaxed);
    check(&gpu, &mut recording, Some(MIDDLE_PAGE), "broken");
    let problem = recording.problems().first().expect("it was told");
    assert!(problem.contains("cannot read disk"), "{problem}");

    broken.store(false, Ordering::Relaxed);
    recording.retry();
    check(&gpu, &mut recording, None, "mended");
}

#[test]
fn a_file_that_is_cut_short_is_missing_from_there() {
    let gpu = gpu();
    let path = file("cut");
    let source = raw(&path);
    let mut recording = stream(&gpu, source.clone());
    let left = 17_000_u64;
    let cut = FileOptions::new().write(true).open(&path).expect("the file");
    cut.set_len(left * CHANNELS as u64 * 2).expect("it can be cut");
    // The page in which it ends cannot be read whole.
    check(&gpu, &mut recording, Some(16_384..SAMPLES as u64), "cut");
    let problem = recording.problems().first().expect("it was told");
    assert!(problem.contains("failures-cut.raw"), "{problem}");
    let shrunk = Grown::Shrunk { path, samples: left };
    assert_eq!(source.refresh().expect("it is there"), shrunk);
}

#[test]
fn what_is_read_of_a_file_written_anew_is_not_shown() {
    let gpu = gpu();
    let path = file("rewritten");
    let mut recording = stream(&gpu, raw(&path));
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, SIZE);
    let scene = bare(&recording);
    let before = view(100.0, 0.7);
    let (report, first) = easel.draw(&mut recording, &scene, &before);
    assert_eq!(report.fidelity, Fidelity::Exact);

    let now = FileOptions::new().write(true).open(&path).expect("the file");
    now.write_all_at(&vec![7; CHANNELS * 8192 * 2], CHANNELS as u64 * 2 * 16_384)
        .expect("some pages are written anew");
    // Later than the clock of any file system tells apart.
    let later = SystemTime::now() + Duration::from_secs(5);
    now.set_modified(later).expect("its time is set");
    let (report, again) = easel.draw(&mut recording, &scene, &before);
    assert_eq!(report.fidelity, Fidelity::Exact, "it was read before");
    assert_same(&again, &first, SIZE[0], "before");
    for start in [17_000.0, 30_000.0] {
        let (report, _) = easel.draw(&mut recording, &scene, &view(start, 0.7));
        // Where nodes were read before they stand in.
        let exact = report.fidelity == Fidelity::Exact;
        assert!(!exact && !report.coming, "{start}: {report:?}");
    }
    let problem = recording.problems().first().expect("it was told");
    assert!(problem.contains("open it again"), "{problem}");
}

#[test]
fn a_file_that_is_replaced_or_deleted_is_read_on() {
    let gpu = gpu();
    let path = file("replaced");
    let source = raw(&path);
    let mut recording = stream(&gpu, source.clone());
    let other = scratch("failures-other.raw");
    fs::write(&other, vec![7; CHANNELS * SAMPLES * 2]).expect("the other file is written");
    fs::rename(&other, &path).expect("it takes the name");
    check(&gpu, &mut recording, None, "replaced");
    let replaced = Grown::Replaced { path };
    assert_eq!(source.refresh().expect("it is there"), replaced);

    let path = file("deleted");
    let source = raw(&path);
    let mut recording = stream(&gpu, source.clone());
    fs::remove_file(&path).expect("it can be deleted");
    check(&gpu, &mut recording, None, "deleted");
    assert_eq!(
        source.refresh().expect("its place is there"),
        Grown::Gone { path }
    );
}
