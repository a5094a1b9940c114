//! A picture in a process of its own, so that all of its start is measured.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use galvani::sidecar::Sidecar;
use galvani::source;
use serde_json::{Value, json};

use super::browse::Stage;
use super::machine;
use crate::answer::Answer;
use crate::cli::{BenchArgs, Global};
use crate::engine::{self, Watch};

/// What a process of its own came to.
pub(super) struct Probed {
    /// Seconds from its start until its picture lay in memory, complete.
    pub(super) seconds: f64,
    /// Bytes that it has read for it.
    pub(super) bytes: u64,
    /// Milliseconds of a pan by a tenth of the window, until its picture was complete.
    pub(super) pan_ms: f64,
    /// The most bytes of memory that it has held, all it is made of included.
    pub(super) peak_bytes: u64,
}

impl Probed {
    pub(super) fn json(&self) -> Value {
        json!({
            "first_s": self.seconds,
            "read_bytes": self.bytes,
            "pan_ms": self.pan_ms,
            "peak_rss_mb": self.peak_bytes as f64 * 1e-6,
        })
    }
}

/// Draws the picture that is asked for, in this process.
pub(super) fn run(seconds: f64, args: &BenchArgs, global: &Global, watch: &Watch) -> Result<Answer> {
    let path = args.input.as_ref().context("--probe needs --input")?;
    let (renderer, _) = engine::renderer(global, watch)?;
    let before = machine::read_bytes();
    let source = source::open(path)?;
    let sidecar = match &args.sidecar {
        Some(root) => Some(Sidecar::open(root, source.as_ref())?),
        None => None,
    };
    let mut stage = Stage::open(renderer, source, sidecar, args.size.0, global)?;
    let mut view = stage.window(seconds);
    stage.show(&view)?;
    let bytes = machine::read_bytes().saturating_sub(before);
    // At once: what comes after is not part of it.
    println!("{}", json!({ "bytes": bytes }));
    view.pan_px((f64::from(stage.columns) / 10.0).round());
    let pan_ms = stage.show(&view)?.complete_ms;
    let json = json!({ "pan_ms": pan_ms, "peak": machine::peak_rss_bytes().unwrap_or(0) });
    let text = json.to_string();
    Ok(Answer { text, json })
}

/// Draws it in a new process, with the same device, budgets and size as this one.
pub(super) fn spawn(
    seconds: f64,
    path: &Path,
    sidecar: Option<&Path>,
    args: &BenchArgs,
    global: &Global,
) -> Result<Probed> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let mut command = Command::new(program);
    let [width, height] = args.size.0;
    command.args(["bench", "--workload", "stream", "--probe", &seconds.to_string()]);
    command
        .args(["--size", &format!("{width}x{height}"), "--input"])
        .arg(path);
    if let Some(root) = sidecar {
        command.arg("--sidecar").arg(root);
    }
    if let Some(device) = &global.device {
        command.arg("--device").arg(device);
    }
    let budgets = [
        ("--budget-device", global.budget_device),
        ("--budget-host", global.budget_host),
    ];
    for (name, bytes) in budgets {
        if let Some(bytes) = bytes {
            command.arg(name).arg(bytes.0.to_string());
        }
    }
    let clock = Instant::now();
    command.stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot start this program again")?;
    let (mut first, mut rest) = (String::new(), String::new());
    let mut first_s = 0.0;
    if let Some(stdout) = child.stdout.take() {
        let mut lines = BufReader::new(stdout);
        lines.read_line(&mut first)?;
        first_s = clock.elapsed().as_secs_f64();
        lines.read_to_string(&mut rest)?;
    }
    let status = child.wait()?;
    let [first, rest]: [Value; 2] = [first, rest].map(|line| serde_json::from_str(&line).unwrap_or_default());
    let told = (
        first["bytes"].as_u64(),
        rest["pan_ms"].as_f64(),
        rest["peak"].as_u64(),
    );
    match (status.success(), told) {
        (true, (Some(bytes), Some(pan_ms), Some(peak_bytes))) => Ok(Probed {
            seconds: first_s,
            bytes,
            pan_ms,
            peak_bytes,
        }),
        _ => bail!("a process of its own for one picture has failed: {status}"),
    }
}
