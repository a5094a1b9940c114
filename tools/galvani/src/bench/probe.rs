//! A picture in a process of its own, so that all of its start is measured.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use galvani::sidecar::Sidecar;
use galvani::source;
use serde_json::{Value, json};

use super::browse::Stage;
use super::machine;
use crate::answer::Answer;
use crate::cli::{BenchArgs, Global, Probe};
use crate::engine::{self, Watch};

/// What a process of its own came to.
pub(super) struct Probed {
    /// Seconds from its start until its picture lay in memory, complete.
    pub(super) seconds: f64,
    /// Bytes that it has read for it.
    pub(super) bytes: u64,
}

/// Draws the picture that is asked for, in this process.
pub(super) fn run(probe: Probe, args: &BenchArgs, global: &Global, watch: &Watch) -> Result<Answer> {
    let path = args.input.as_ref().context("--probe needs --input")?;
    let (renderer, _) = engine::renderer(global, watch)?;
    let before = machine::read_bytes();
    let source = source::open(path)?;
    let sidecar = match &args.sidecar {
        Some(root) => Some(Sidecar::open(root, source.as_ref())?),
        None => None,
    };
    let mut stage = Stage::open(renderer, source, sidecar, args.size.0, global)?;
    let view = match probe {
        Probe::Second => stage.second(),
        Probe::Whole => stage.whole(),
    };
    stage.show(&view)?;
    let bytes = machine::read_bytes().saturating_sub(before);
    // At once: what comes after is not part of it.
    println!("{}", json!({ "bytes": bytes }));
    Ok(Answer {
        text: String::new(),
        json: Value::String(String::new()),
    })
}

/// Draws it in a new process, with the same device, budgets and size as this one.
pub(super) fn spawn(
    probe: &str,
    path: &Path,
    sidecar: Option<&Path>,
    args: &BenchArgs,
    global: &Global,
) -> Result<Probed> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let mut command = Command::new(program);
    let [width, height] = args.size.0;
    command.args(["bench", "--workload", "stream", "--probe", probe, "--size"]);
    command.arg(format!("{width}x{height}")).arg("--input").arg(path);
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
    command.stdout(std::process::Stdio::piped());
    let mut child = command.spawn().context("cannot start this program again")?;
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line)?;
    }
    let seconds = clock.elapsed().as_secs_f64();
    let status = child.wait()?;
    let told: Value = serde_json::from_str(&line).unwrap_or_default();
    match (status.success(), told["bytes"].as_u64()) {
        (true, Some(bytes)) => Ok(Probed { seconds, bytes }),
        _ => bail!("a process of its own for one picture has failed: {status}"),
    }
}
