//! `galvani build`: a recording's pyramid on disk, without any Vulkan.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};
use galvani::sidecar::{self, BuildOptions, Progress};
use galvani::source::Source;
use serde_json::json;

use crate::answer::{Answer, duration, thousands, warn};
use crate::cli::BuildArgs;
use crate::{input, progress};

/// Shards that a message lists.
const MOST_LISTED: usize = 16;

pub(crate) fn run(args: &BuildArgs) -> Result<Answer> {
    let source = input::open(&args.file)?;
    warn(&source.info().warnings);
    let root = if args.verify || args.merge {
        existing(args, &*source)?
    } else {
        sidecar::place(&*source, args.out.as_deref())?
    };
    let what = match (args.verify, args.merge) {
        (true, _) => "comparing",
        (_, true) => "merging",
        _ => "building",
    };
    let clock = Instant::now();
    let row = (source.info().channels.len() * source.info().dtype.bytes()) as u64;
    let bar = progress::bytes(what, 0);
    let report = |Progress { done, total }| {
        bar.set_length(total * row);
        bar.set_position(done * row);
    };
    let options = BuildOptions {
        shard: args.shard.map(|part| (part.0, part.1)),
        threads: args.threads,
        cut: args.cut.map(|cut| cut.0),
        progress: Some(&report),
        ..BuildOptions::default()
    };
    let done = if args.verify {
        verify(&*source, &root, &options)
    } else if args.merge {
        merge(&*source, &root)
    } else {
        build(&*source, &root, &options, row, clock)
    };
    bar.finish_and_clear();
    done
}

/// Where the sidecar is: in the folder that was given, or where it is looked for.
fn existing(args: &BuildArgs, source: &dyn Source) -> Result<std::path::PathBuf> {
    if args.out.is_some() {
        return Ok(sidecar::place(source, args.out.as_deref())?);
    }
    match sidecar::Sidecar::find(source)? {
        Some(sidecar) => Ok(sidecar.root().to_path_buf()),
        None => bail!(
            "{}: there is no sidecar of it as it is now; `galvani build` makes one",
            args.file.file.display()
        ),
    }
}

fn build(
    source: &dyn Source,
    root: &Path,
    options: &BuildOptions<'_>,
    row: u64,
    clock: Instant,
) -> Result<Answer> {
    let built = sidecar::build(source, root, options)?;
    let seconds = clock.elapsed().as_secs_f64();
    let bytes = built.samples * row;
    let rate = bytes as f64 / seconds.max(1e-9);
    let state = if built.complete {
        "complete"
    } else {
        "parts are missing yet"
    };
    let text = format!(
        "{}: {state}\n{} of {} stretches built, {} kept; {} bytes in {}, {:.2} GB/s",
        built.root.display(),
        built.built,
        built.stretches,
        built.kept,
        thousands(bytes),
        duration(seconds),
        rate * 1e-9,
    );
    let json = json!({
        "sidecar": built.root.display().to_string(),
        "complete": built.complete,
        "stretches": built.stretches,
        "built": built.built,
        "kept": built.kept,
        "bytes": bytes,
        "seconds": seconds,
        "bytes_per_s": rate,
    });
    Ok(Answer { text, json })
}

fn merge(source: &dyn Source, root: &Path) -> Result<Answer> {
    sidecar::merge(source, root)?;
    Ok(Answer {
        text: format!("{}: complete", root.display()),
        json: json!({"sidecar": root.display().to_string(), "complete": true}),
    })
}

fn verify(source: &dyn Source, root: &Path, options: &BuildOptions<'_>) -> Result<Answer> {
    let found = sidecar::verify(source, root, options)?;
    if found.is_empty() {
        return Ok(Answer {
            text: format!("{}: every node is right", root.display()),
            json: json!({"sidecar": root.display().to_string(), "differences": []}),
        });
    }
    let listed = found.iter().take(MOST_LISTED);
    let listed: String = listed
        .map(|difference| format!("\n  {}: {}", difference.shard.display(), difference.problem))
        .collect();
    let more = match found.len().saturating_sub(MOST_LISTED) {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    bail!(
        "{}: {} shards are not what a fresh pass gives; `galvani build` makes what is damaged or missing anew{listed}{more}",
        root.display(),
        found.len()
    )
}
