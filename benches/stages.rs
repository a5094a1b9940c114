//! Each stage alone.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use galvani::pyramid::host;
use galvani::source::{Block, Layout, Samples};
use rayon::prelude::*;

/// The host's builder over 256 MiB, a page at a time on every core.
fn pyramid(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pyramid/host");
    group.sample_size(10);
    let i16s: Vec<i16> = (0..128_u32 << 20)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 16) as i16)
        .collect();
    let f32s: Vec<f32> = i16s[..64 << 20].iter().map(|&x| x.into()).collect();
    group.throughput(Throughput::Bytes(256 << 20));
    for (channels, layout) in [1, 32, 384]
        .into_iter()
        .flat_map(|c| [(c, Layout::Planar), (c, Layout::Interleaved)])
    {
        let len = (2 << 20) / channels;
        let stride = if layout == Layout::Planar { len } else { channels };
        group.bench_function(BenchmarkId::new("i16", format!("{channels}/{layout:?}")), |b| {
            b.iter(|| {
                i16s.par_chunks_exact(2 << 20)
                    .map(|data| {
                        Samples::I16(Block {
                            data,
                            channels,
                            len,
                            layout,
                            stride,
                        })
                    })
                    .map(|samples| host::build(&samples, len, 1).levels.len())
                    .sum::<usize>()
            });
        });
        group.bench_function(BenchmarkId::new("f32", format!("{channels}/{layout:?}")), |b| {
            b.iter(|| {
                f32s.par_chunks_exact(2 << 20)
                    .map(|data| {
                        Samples::F32(Block {
                            data,
                            channels,
                            len,
                            layout,
                            stride,
                        })
                    })
                    .map(|samples| host::build(&samples, len, 1).levels.len())
                    .sum::<usize>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, pyramid);
criterion_main!(benches);
