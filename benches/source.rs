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

criterion_group!(benches, synthetic, files, usual_values);
criterion_main!(benches);
