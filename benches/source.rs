//! Samples from their sources: the synthetic recording, files of each type of value, and the look at what is usual.

use std::mem::MaybeUninit;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use galvani::source::{Memory, Owned, Raw, RawFormat, Source, StoredType, Synthetic, robust};

const RATE_HZ: f64 = 30_000.0;

fn synthetic(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("source/synthetic");
    group.sample_size(10);
    for (channels, span) in [(1, 20_000_000_u64), (32, 1_000_000), (384, 100_000), (384, 1000)] {
        let source = Synthetic::new(1, channels, 1 << 40, RATE_HZ).expect("a recording");
        group.throughput(Throughput::Elements(channels as u64 * span));
        group.bench_function(
            BenchmarkId::from_parameter(format!("{channels} × {span}")),
            |bencher| {
                bencher.iter(|| Owned::read(&source, 1 << 33..(1 << 33) + span).expect("a span"));
            },
        );
    }
    group.finish();
}

/// 256 MiB from the page cache, in blocks of 65,536 samples of 32 channels.
fn files(criterion: &mut Criterion) {
    let path = std::env::temp_dir().join(format!("galvani-bench-{}.raw", std::process::id()));
    std::fs::write(&path, vec![1_u8; 256 << 20]).expect("room for a file");
    let mut group = criterion.benchmark_group("source/raw");
    group.sample_size(10).throughput(Throughput::Bytes(256 << 20));
    for name in ["<i2", "<f4", "|i1", "<u2", ">i2", "<i3", "<i4", ">f4", "<f8"] {
        let stored: StoredType = name.parse().expect("a type");
        let source = Raw::open(&path, &RawFormat::new(32, 1.0, stored)).expect("it opens");
        let block = 1_u64 << 16;
        let mut room = vec![MaybeUninit::uninit(); block as usize * 32 * source.info().dtype.bytes()];
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for index in 0..source.info().samples / block {
                    let span = index * block..(index + 1) * block;
                    source.read(span, &mut room).expect("it reads");
                }
            });
        });
    }
    group.finish();
    std::fs::remove_file(&path).expect("the file is ours");
}

fn usual_values(criterion: &mut Criterion) {
    let (channels, len) = (384, 300_000);
    let values: Vec<i16> = (0..channels * len).map(|i| (i * 7919 % 65_521) as i16).collect();
    let interleaved = Memory::interleaved(&values, channels, RATE_HZ).expect("a recording");
    let planar = Memory::planar(&values, channels, RATE_HZ).expect("a recording");
    let mut group = criterion.benchmark_group("source/robust/384");
    group.sample_size(10);
    for (name, source) in [("interleaved", &interleaved as &dyn Source), ("planar", &planar)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| robust(source, 0..source.info().samples).expect("its values"));
        });
    }
    group.finish();
}

/// 128 MiB of noise in chunks of zstd, read whole, next to what one core of zstd alone makes of the same chunks.
#[cfg(feature = "zarr")]
fn zarr(criterion: &mut Criterion) {
    let store = std::env::temp_dir().join(format!("galvani-bench-{}.zarr", std::process::id()));
    let (channels, chunk, chunks) = (64, 16_384_usize, 64);
    let described = format!(
        r#"{{"zarr_format": 3, "node_type": "array", "shape": [{}, {channels}], "data_type": "int16", "fill_value": 0,
        "chunk_grid": {{"name": "regular", "configuration": {{"chunk_shape": [{chunk}, {channels}]}}}},
        "chunk_key_encoding": {{"name": "default"}}, "codecs": [{{"name": "bytes"}}, {{"name": "zstd"}}],
        "attributes": {{"sampling_rate": 30000}}}}"#,
        chunk * chunks
    );
    let mut state = 1_u32;
    let values = (0..chunk * channels).flat_map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Eight numbers from 0 to 15 add up to noise that is nearly normal.
        let noise = (0..8).map(|i| state >> (4 * i) & 15).sum::<u32>() as i16 - 60;
        noise.to_le_bytes()
    });
    let plain: Vec<u8> = values.collect();
    let packed = zstd::bulk::compress(&plain, 1).expect("memory");
    for number in 0..chunks {
        let folder = store.join(format!("c/{number}"));
        std::fs::create_dir_all(&folder).expect("room");
        std::fs::write(folder.join("0"), &packed).expect("room");
    }
    std::fs::write(store.join("zarr.json"), described).expect("room");
    let source = galvani::source::open(&store).expect("it opens");
    let bytes = chunks * plain.len();
    let mut group = criterion.benchmark_group("source/zarr");
    group.sample_size(10).throughput(Throughput::Bytes(bytes as u64));
    let mut room = vec![MaybeUninit::uninit(); bytes];
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            source
                .read(0..source.info().samples, &mut room)
                .expect("it reads")
        });
    });
    let mut into = vec![0; plain.len()];
    group.bench_function("zstd, one core", |bencher| {
        bencher.iter(|| {
            for _ in 0..chunks {
                zstd::bulk::decompress_to_buffer(&packed, &mut into).expect("it is whole");
            }
        });
    });
    group.finish();
    std::fs::remove_dir_all(&store).expect("the folder is ours");
}

#[cfg(not(feature = "zarr"))]
fn zarr(_: &mut Criterion) {}

criterion_group!(benches, synthetic, files, usual_values, zarr);
criterion_main!(benches);
