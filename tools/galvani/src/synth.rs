//! `galvani synth`: a made-up recording as SpikeGLX writes it, a block at a time.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use galvani::source::{Owned, Samples, Source, Synthetic};
use serde_json::json;

use crate::answer::{Answer, duration, thousands};
use crate::cli::SynthArgs;
use crate::{picture, progress};

/// Values made and written at a time; they take 2 bytes each, twice.
const BLOCK: usize = 8 << 20;

/// What a probe of type 24 multiplies by, and its converter's steps: gain = range / steps / amplification.
const AMPLIFICATION: f64 = 80.0;
const STEPS: f64 = 8192.0;

pub(crate) fn run(args: &SynthArgs) -> Result<Answer> {
    let samples = (args.seconds * args.rate).round();
    ensure!(
        args.seconds.is_finite() && (1.0..1e15).contains(&samples),
        "--seconds {}: that is no recording",
        args.seconds
    );
    let source = Synthetic::new(args.seed, args.channels, samples as u64, args.rate)?;
    let (bin, meta) = names(&args.out);
    picture::check_writable(&bin)?;
    // Last of all a `.meta` is written, so that one that is there belongs to what is beside it.
    let stale = fs::remove_file(&meta);
    if let Err(error) = stale
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(error).with_context(|| format!("cannot replace {}", meta.display()));
    }
    let clock = Instant::now();
    write_samples(&source, &bin).with_context(|| format!("cannot write {}", bin.display()))?;
    fs::write(&meta, describe(&source, args, &bin))
        .with_context(|| format!("cannot write {}", meta.display()))?;
    let seconds = clock.elapsed().as_secs_f64();
    let bytes = source.info().samples * args.channels as u64 * 2;
    let text = format!(
        "{}: {} channels × {} samples, {} bytes in {}\n{}",
        bin.display(),
        args.channels,
        thousands(source.info().samples),
        thousands(bytes),
        duration(seconds),
        meta.display(),
    );
    let json = json!({
        "bin": bin.display().to_string(),
        "meta": meta.display().to_string(),
        "channels": args.channels,
        "samples": source.info().samples,
        "rate_hz": args.rate,
        "seed": args.seed,
        "bytes": bytes,
        "write_s": seconds,
    });
    Ok(Answer { text, json })
}

/// `OUT.bin` and `OUT.meta`; an extension that is not `.bin` is a part of the name.
fn names(out: &Path) -> (PathBuf, PathBuf) {
    let bin = if out.extension().is_some_and(|extension| extension == "bin") {
        out.to_path_buf()
    } else {
        let mut name = out.as_os_str().to_owned();
        name.push(".bin");
        name.into()
    };
    let meta = bin.with_extension("meta");
    (bin, meta)
}

fn write_samples(source: &Synthetic, path: &Path) -> Result<()> {
    let info = source.info();
    let channels = info.channels.len();
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let bar = progress::bar("writing", info.samples);
    let block = (BLOCK / channels).max(1) as u64;
    let mut bytes = Vec::new();
    let mut first = 0;
    while first < info.samples {
        let end = (first + block).min(info.samples);
        let owned = Owned::read(source, first..end)?;
        let Samples::I16(samples) = owned.samples() else {
            unreachable!("it makes 16-bit integers unless asked for floats");
        };
        interleave(samples.data, samples.stride, samples.len, &mut bytes);
        file.write_all(&bytes)?;
        bar.set_position(end);
        first = end;
    }
    file.flush()?;
    bar.finish_and_clear();
    Ok(())
}

/// Rows of channels, `stride` values apart, to little-endian bytes, instant after instant.
fn interleave(planar: &[i16], stride: usize, len: usize, bytes: &mut Vec<u8>) {
    /// Instants at a time: the rows' parts stay in the cache while they are woven.
    const TILE: usize = 64;
    let rows: Vec<&[i16]> = planar.chunks(stride).map(|row| &row[..len]).collect();
    bytes.clear();
    bytes.resize(len * rows.len() * 2, 0);
    let width = rows.len() * 2;
    for (index, tile) in bytes.chunks_mut(TILE * width).enumerate() {
        for (channel, row) in rows.iter().enumerate() {
            for (instant, value) in tile.chunks_exact_mut(width).zip(&row[index * TILE..]) {
                instant[2 * channel..][..2].copy_from_slice(&value.to_le_bytes());
            }
        }
    }
}

/// The `.meta`: a Neuropixels 2.0 probe of four shanks, with as many sites as there are channels.
///
/// <https://billkarsh.github.io/SpikeGLX/Sgl_help/Metadata_30.html>
fn describe(source: &Synthetic, args: &SynthArgs, bin: &Path) -> String {
    let info = source.info();
    let count = info.channels.len();
    let step_v = info.channels[0].gain * 1e-6;
    let range = step_v * STEPS * AMPLIFICATION;
    let mut text = format!(
        "fileName={}\nfileSizeBytes={}\nfileTimeSecs={}\ntypeThis=imec\nimSampRate={}\n\
         imAiRangeMax={range}\nimAiRangeMin=-{range}\nimMaxInt={STEPS}\nimChan0apGain={AMPLIFICATION}\n\
         imDatPrb_type=24\nnSavedChans={count}\nacqApLfSy={count},0,0\nsnsApLfSy={count},0,0\n\
         snsSaveChanSubset=all\nuserNotes=made up by galvani synth, seed {}\n",
        bin.display(),
        info.samples * count as u64 * 2,
        info.samples as f64 / info.rate_hz,
        info.rate_hz,
        args.seed,
    );
    table(&mut text, "imroTbl", &format!("24,{count}"), count, |c| {
        format!("{c} 0 0 0 {c}")
    });
    let names = &info.channels;
    table(&mut text, "snsChanMap", &format!("{count},0,0"), count, |c| {
        format!("{};{c}:{c}", names[c].name)
    });
    // Two columns of sites, 32 µm apart, a row every 15 µm.
    table(&mut text, "snsGeomMap", "NP2014,4,250,70", count, |c| {
        format!("0:{}:{}:1", 11 + 32 * (c % 2), 15 * (c / 2))
    });
    text
}

/// Appends a table: a header, then an entry a channel.
fn table(text: &mut String, name: &str, header: &str, count: usize, entry: impl Fn(usize) -> String) {
    text.push('~');
    text.push_str(name);
    write!(text, "=({header})").expect("writing to a string does not fail");
    for channel in 0..count {
        write!(text, "({})", entry(channel)).expect("writing to a string does not fail");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interleaving_is_a_transposition() {
        for (channels, len) in [(1, 1), (3, 63), (5, 64), (2, 130), (7, 65)] {
            let planar: Vec<i16> = (0..channels * len).map(|v| v as i16).collect();
            let mut bytes = vec![9; 3];
            interleave(&planar, len, len, &mut bytes);
            let values: Vec<i16> = bytes
                .chunks_exact(2)
                .map(|b| i16::from_le_bytes([b[0], b[1]]))
                .collect();
            let expected: Vec<i16> = (0..len)
                .flat_map(|t| (0..channels).map(move |c| (c * len + t) as i16))
                .collect();
            assert_eq!(values, expected, "{channels} × {len}");
        }
    }

    #[test]
    fn the_name_keeps_its_dots() {
        let (bin, meta) = names(Path::new("a/run_g0_t0.imec0.ap"));
        assert_eq!(bin, Path::new("a/run_g0_t0.imec0.ap.bin"));
        assert_eq!(meta, Path::new("a/run_g0_t0.imec0.ap.meta"));
        assert_eq!(names(Path::new("x.bin")).0, Path::new("x.bin"));
    }
}
