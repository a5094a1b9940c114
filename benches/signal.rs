//! Filters and references, by the samples that they take in a second.

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use galvani::signal::{Band, Filtered, Reference, Settings};
use galvani::source::{Memory, Owned, Source};

const RATE_HZ: f64 = 30_000.0;
const SPIKES: Band = Band::BandPass(300.0, 6000.0);

fn of_bands(bands: &[Band]) -> Settings {
    Settings {
        bands: bands.to_vec(),
        ..Settings::default()
    }
}

fn of_reference(reference: Reference) -> Settings {
    Settings {
        reference: Some(reference),
        ..Settings::default()
    }
}

fn signal(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("signal");
    group.sample_size(10);
    for channels in [384, 64, 1] {
        let len = (1 << 25) / channels;
        let values: Vec<i16> = (0..channels * len).map(|i| (i * 7919 % 65_521) as i16).collect();
        let source = Memory::<_, i16>::interleaved(values, channels, RATE_HZ).expect("a recording");
        let source: Arc<dyn Source> = Arc::new(source);
        let notch = Band::Notch { hz: 50.0, q: 30.0 };
        let cases = [
            ("band-pass", of_bands(&[SPIKES])),
            ("high-pass", of_bands(&[Band::HighPass(300.0)])),
            ("notch", of_bands(&[notch])),
            ("average", of_reference(Reference::Average)),
            ("median", of_reference(Reference::Median)),
            ("none", Settings::default()),
        ];
        // In spans as recordings are read.
        let step = ((1 << 21) / channels) as u64;
        for (name, settings) in cases {
            group.throughput(Throughput::Elements((channels * len) as u64));
            group.bench_function(format!("{name}/{channels}"), |bencher| {
                bencher.iter(|| {
                    let filtered = Filtered::new(source.clone(), &settings).expect("a filtered recording");
                    let mut start = 0;
                    while start < len as u64 {
                        let end = (start + step).min(len as u64);
                        std::hint::black_box(Owned::read(&filtered, start..end).expect("a span"));
                        start = end;
                    }
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, signal);
criterion_main!(benches);
