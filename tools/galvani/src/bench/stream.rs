//! `--workload stream`: a recording that is larger than the memory it may take.
//!
//! ```text
//! file ─► forgotten ─► read from end to end ─► forgotten ─► sidecar built ─► pictures in processes of their own
//!      ─► forgotten ─► the path of zooms and pans, each view until it is complete ─► a soak, if asked for
//! ```

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use galvani::sidecar::{self, BuildOptions, Sidecar};
use galvani::source::{self, Dtype};

use super::browse::{Shown, Stage};
use super::path::{self, Step};
use super::stream_report::{Figures, Measured};
use super::{machine, probe, soak, watch};
use crate::answer::Answer;
use crate::cli::{BenchArgs, Global, SynthArgs};
use crate::engine::{self, Watch};
use crate::{progress, synth, warm};

/// Samples of all channels, and channels, of the made-up recording.
const SAMPLES: u64 = 100_000_000;
const CHANNELS: usize = 384;

/// A folder that goes when the measurement ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(args: &BenchArgs) -> Result<Self> {
        let folder = args.scratch.clone().unwrap_or_else(std::env::temp_dir);
        let path = folder.join(format!("galvani-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed stays, under a name that says whose it is.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(super) fn run(args: &BenchArgs, global: &Global, watch: &Watch) -> Result<Answer> {
    if let Some(seconds) = args.probe {
        return probe::run(seconds, args, global, watch);
    }
    ensure!(
        args.dtype.is_none(),
        "--dtype is for --workload traces; files say their own, and what is made up is i16"
    );
    let scratch = Scratch::new(args)?;
    let file = match &args.input {
        Some(path) => path.clone(),
        None => made_up(args, &scratch.0)?,
    };
    let (built, root) = build(&file, &scratch.0)?;
    // Once for the driver's own cache of pipelines.
    probe::spawn(1.0, &file, None, args, global)?;
    let cold = |paths: &[PathBuf]| paths.iter().try_for_each(|path| machine::forget(path).map(drop));
    let files = source::open(&file)?.files();
    let asked: &[f64] = if args.windows.is_empty() {
        &[1.0]
    } else {
        &args.windows
    };
    let mut windows = Vec::new();
    for seconds in asked {
        cold(&files)?;
        windows.push((*seconds, probe::spawn(*seconds, &file, None, args, global)?));
    }
    cold(&files)?;
    machine::forget(&root)?;
    let whole = probe::spawn(0.0, &file, Some(&root), args, global)?;
    cold(&files)?;
    machine::forget(&root)?;
    let (figures, soak) = browse(&file, &root, args, global, watch)?;
    let measured = Measured {
        file: args.input.clone(),
        size: args.size.0,
        built,
        windows,
        whole,
        figures,
        soak,
    };
    Ok(measured.answer())
}

/// Writes a recording as [`synth`] does.
fn made_up(args: &BenchArgs, folder: &Path) -> Result<PathBuf> {
    let channels = args.channels.unwrap_or(CHANNELS);
    ensure!(channels > 0, "--channels 0: there is nothing to draw");
    let each = args.samples.unwrap_or(SAMPLES) / channels as u64;
    let out = folder.join("made.bin");
    synth::run(&SynthArgs {
        out: out.clone(),
        channels,
        seconds: each as f64 / args.rate,
        rate: args.rate,
        seed: args.seed,
    })?;
    Ok(out)
}

/// Reading and building, of the same file in the same run.
pub(super) struct Built {
    /// Whether the system was asked to forget the file before each.
    pub(super) cold: bool,
    pub(super) bytes: u64,
    pub(super) read_bytes_s: f64,
    pub(super) seconds: f64,
    /// The most bytes of host memory that building took.
    pub(super) host_bytes: u64,
    /// Bytes of the sidecar.
    pub(super) sidecar_bytes: u64,
}

fn build(file: &Path, scratch: &Path) -> Result<(Built, PathBuf)> {
    let source = source::open(file)?;
    let files = source.files();
    let mut cold = true;
    for file in &files {
        cold &= machine::forget(file)?;
    }
    let read_bytes_s = machine::sequential(&files)?;
    for file in &files {
        cold &= machine::forget(file)?;
    }
    let root = sidecar::place(source.as_ref(), Some(scratch))?;
    let info = source.info();
    let row = (info.channels.len() * info.dtype.bytes()) as u64;
    let bar = progress::bytes("building", info.samples * row);
    let report = |progress: sidecar::Progress| bar.set_position(progress.done * row);
    let options = BuildOptions {
        progress: Some(&report),
        ..BuildOptions::default()
    };
    let memory = watch::Watch::begin();
    let clock = Instant::now();
    let built = sidecar::build(source.as_ref(), &root, &options)?;
    let seconds = clock.elapsed().as_secs_f64();
    bar.finish_and_clear();
    ensure!(built.complete, "the sidecar is not complete");
    let built = Built {
        cold,
        bytes: info.samples * row,
        read_bytes_s,
        seconds,
        host_bytes: memory.beyond(),
        sidecar_bytes: folder_bytes(&root)?,
    };
    Ok((built, root))
}

fn folder_bytes(path: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(path)? {
        let (path, facts) = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)))?;
        bytes += if facts.is_dir() {
            folder_bytes(&path)?
        } else {
            facts.len()
        };
    }
    Ok(bytes)
}

fn browse(
    file: &Path,
    root: &Path,
    args: &BenchArgs,
    global: &Global,
    watch: &Watch,
) -> Result<(Figures, Option<soak::Soak>)> {
    let source = source::open(file)?;
    let sidecar = Sidecar::open(root, source.as_ref())?;
    let (mut renderer, _) = engine::renderer(global, watch)?;
    warm::up(&mut renderer, Dtype::I16, global.builder.into())?;
    let memory = watch::Watch::begin();
    let mut stage = Stage::open(renderer, source, Some(sidecar), args.size.0, global)?;
    let steps = path::script(stage.recording.info().samples, stage.columns);
    let bar = progress::bar("drawing", steps.len() as u64);
    let mut shown: Vec<(Step, Shown)> = Vec::new();
    for step in steps {
        shown.push((step, stage.show(&step.view)?));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let soak = match args.soak {
        None => None,
        Some(seconds) => {
            ensure!(
                seconds.is_finite() && (1.0..1e6).contains(&seconds),
                "--soak {seconds}: give at least a second"
            );
            Some(soak::run(
                &mut stage,
                Duration::from_secs_f64(seconds),
                args.seed,
            )?)
        }
    };
    let (budget, held) = (stage.recording.budget(), stage.recording.memory());
    let info = stage.recording.info();
    let caps = stage.renderer.device().caps();
    let figures = Figures {
        device: caps.name.clone(),
        driver: caps.driver.clone(),
        samples: info.samples,
        channels: info.channels.len(),
        columns: stage.columns,
        shown,
        host_bytes: memory.beyond(),
        budget_host: budget.ring + budget.buffers + budget.building + held.tables,
        device_bytes: stage.device_bytes,
        budget_device: budget.levels + budget.pages,
    };
    Ok((figures, soak))
}
