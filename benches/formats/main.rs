//! Each format from the page cache to samples: plain ones beside what `read()` makes of as many bytes, packed ones beside what one
//! core of the codec makes of the same chunks.
//!
//! All files but real ones are made here, of noise: 64 MiB of 16-bit integers each, by which rates are counted; WFDB's become
//! floats, so that twice as many bytes are written. Real ones are those of `GALVANI_TEST_DATA`.

#[path = "../../tests/source/flac_writer.rs"]
#[allow(dead_code, reason = "one kind of subframe is enough here")]
mod flac_writer;
#[cfg(feature = "nwb")]
mod hdf5;
mod packed;
mod plain;

use std::fs::{self, File};
use std::io::Read;
use std::mem::MaybeUninit;
use std::path::{Path, PathBuf};
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use galvani::source::{Source, open};

pub(crate) const CHANNELS: usize = 32;
pub(crate) const SAMPLES: usize = 1 << 20;
const BYTES: usize = 2 * CHANNELS * SAMPLES;
/// What is read at a time, in bytes as they are stored.
const BLOCK: usize = 4 << 20;

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("galvani-formats-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("the temporary directory is writable");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Noise as of a tissue, channels side by side.
fn noise() -> Vec<i16> {
    let mut state = 1_u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Eight numbers from 0 to 15 add up to noise that is nearly normal.
        (0..8).map(|i| state >> (4 * i) & 15).sum::<u32>() as i16 - 60
    };
    (0..CHANNELS * SAMPLES).map(next).collect()
}

fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1));
    group
}

/// Reads a recording through, `block` samples at a time.
fn through(source: &dyn Source, block: u64, room: &mut [MaybeUninit<u8>]) {
    let info = source.info();
    let sample = info.channels.len() * info.dtype.bytes();
    let mut start = 0;
    while start < info.samples {
        let end = info.samples.min(start + block);
        let into = &mut room[..(end - start) as usize * sample];
        source.read(start..end, into).expect("it reads");
        start = end;
    }
}

/// Benches reading a recording through, opened anew each time so that nothing is kept from the last.
fn bench(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    block: usize,
    open: impl Fn() -> Box<dyn Source>,
) {
    let source = open();
    let info = source.info();
    let block = (block / info.channels.len() / 2).max(1) as u64;
    let mut room = vec![MaybeUninit::uninit(); block as usize * info.channels.len() * info.dtype.bytes()];
    let bytes = info.samples * info.channels.len() as u64 * 2;
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function(name, |bencher| {
        bencher.iter(|| through(open().as_ref(), block, &mut room));
    });
}

fn opened(path: &Path) -> Box<dyn Source> {
    open(path).unwrap_or_else(|error| panic!("{error}"))
}

fn plain(criterion: &mut Criterion) {
    let values = noise();
    let mut group = group(criterion, "formats/plain");
    let folder = Folder::new("read");
    let path = folder.0.join("bytes");
    fs::write(&path, bytemuck::cast_slice(&values)).expect("room");
    let mut room = vec![0; BLOCK];
    group.throughput(Throughput::Bytes(BYTES as u64));
    group.bench_function("read()", |bencher| bencher.iter(|| read(&path, &mut room)));
    drop(folder);
    for (name, write) in plain::FORMATS {
        let folder = Folder::new(name);
        let path = write(&folder.0, &values);
        if path.is_dir() && fs::read_dir(&path).expect("a folder").count() >= CHANNELS {
            // A file for each channel, of which the system reads less at a time.
            let files: Vec<PathBuf> = fs::read_dir(&path)
                .expect("a folder")
                .map(|entry| entry.expect("a file").path())
                .collect();
            group.throughput(Throughput::Bytes(BYTES as u64));
            group.bench_function(format!("{name}, read()"), |bencher| {
                bencher.iter(|| {
                    files
                        .iter()
                        .for_each(|file| read(file, &mut room[..BLOCK / CHANNELS]))
                });
            });
        }
        bench(&mut group, name, BLOCK, || opened(&path));
    }
    group.finish();
}

/// Reads a file through as the system does, as much at a time as there is room for.
fn read(path: &Path, room: &mut [u8]) {
    let mut file = File::open(path).expect("it was written");
    while file.read(room).expect("it is readable") > 0 {}
}

fn packed(criterion: &mut Criterion) {
    let values = noise();
    let mut group = group(criterion, "formats/packed");
    for (name, write) in packed::FORMATS {
        let folder = Folder::new(name);
        let packed::Packed { path, chunks, unpack } = write(&folder.0, &values);
        // As many chunks at a time as a few cores need to be busy.
        bench(&mut group, name, 8 * BLOCK, || opened(&path));
        group.bench_function(format!("{name}, one core of the codec"), |bencher| {
            let mut bytes = Vec::new();
            bencher.iter(|| chunks.iter().for_each(|chunk| unpack(chunk, &mut bytes)));
        });
    }
    group.finish();
    let mut group = self::group(criterion, "formats/own codecs");
    for (name, write) in packed::OWN {
        let folder = Folder::new(name);
        let path = write(&folder.0, &values);
        bench(&mut group, name, 8 * BLOCK, || opened(&path));
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let one = one.expect("a thread");
        let (source, mut room) = (opened(&path), vec![MaybeUninit::uninit(); 8 * BLOCK]);
        let block = (4 * BLOCK / source.info().channels.len()) as u64;
        group.bench_function(format!("{name}, one core"), |bencher| {
            bencher.iter(|| one.install(|| through(opened(&path).as_ref(), block, &mut room)));
        });
    }
    group.finish();
}

/// Recordings of which there is more than a moment.
fn real(criterion: &mut Criterion) {
    const ITEMS: [&str; 6] = [
        "abf/File_axon_7/File_axon_7.abf",
        "edf/mne_test_bdf/mne_test.bdf",
        "mtscomp/np2_time_diff/_spikeglx_ephysData_g0_t0.imec0.ap.cbin",
        "nsx/l101210-001/l101210-001.ns2",
        "rhd/load_rhd_r_v1.5/sampledata.rhd",
        "wfdb/100/100.hea",
    ];
    let Some(data) = std::env::var_os("GALVANI_TEST_DATA").map(PathBuf::from) else {
        return;
    };
    let mut group = group(criterion, "formats/real");
    for item in ITEMS {
        let path = data.join(item);
        if let Ok(streams) = galvani::source::streams(&path) {
            let name = streams.list[0].name.clone();
            let open = || galvani::source::streams(&path).and_then(|streams| streams.take(&name));
            bench(&mut group, item, BLOCK, || {
                open().unwrap_or_else(|error| panic!("{error}"))
            });
        }
    }
    group.finish();
}

criterion_group!(benches, plain, packed, real);
criterion_main!(benches);
