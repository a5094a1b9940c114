//! `tools/cluster` for real: Slurm's script without Slurm, and Dask with worker processes of which one is killed; it
//! needs no Vulkan.

#![cfg(unix)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::python::{cluster, python};
use common::{files, folder, json, stderr, text};

/// What the recordings are, and stretches of 4096 samples.
const OPTIONS: [&str; 6] = ["--raw-channels", "2", "--rate", "30000", "--cut", "3/1"];

/// Raw recordings of two channels, and their sidecars as one machine builds them.
fn recordings(folder: &Path, count: usize) -> (Vec<PathBuf>, PathBuf) {
    let single = folder.join("single");
    let paths = (0..count).map(|number| {
        let path = folder.join(format!("raw-{number}.bin"));
        let values: Vec<u8> = (0..120_000_u64)
            .flat_map(|i| (((i * i * (7919 + number as u64)) % 4093) as i16 - 2046).to_le_bytes())
            .collect();
        fs::write(&path, values).expect("the folder is writable");
        json(&[&["build", text(&path), "--out", text(&single)], &OPTIONS[..]].concat());
        path
    });
    (paths.collect(), single)
}

#[test]
fn an_array_of_slurms_builds_the_same() {
    let folder = folder("slurm");
    let (paths, single) = recordings(&folder, 2);
    let out = folder.join("out");
    // All but one at once, and that one again after the others.
    let task = |number: usize| {
        let mut command = Command::new("bash");
        command
            .arg(cluster("build.sbatch"))
            .args(&paths)
            .args(OPTIONS)
            .args(["--out", text(&out)])
            .env("GALVANI", env!("CARGO_BIN_EXE_galvani"))
            .env("SLURM_ARRAY_TASK_ID", number.to_string())
            .env("SLURM_ARRAY_TASK_COUNT", "4")
            .stdout(Stdio::null());
        command
    };
    let tasks: Vec<Child> = [1, 2, 4].map(|number| task(number).spawn().expect("bash")).into();
    for mut task in tasks {
        assert!(task.wait().expect("it ends").success());
    }
    assert!(files(&out) != files(&single), "a part is missing");
    let mut late = task(3);
    late.env_remove("SLURM_ARRAY_TASK_COUNT")
        .env("GALVANI_PARTS", "4");
    assert!(late.status().expect("bash").success());
    assert!(files(&out) == files(&single), "the same bytes");
    assert!(!task(5).stderr(Stdio::null()).status().expect("bash").success());
}

/// A process and all that it has started, which end with it.
struct Group(Child);

impl Group {
    fn start(command: &mut Command) -> Self {
        Self(command.process_group(0).spawn().expect("it starts"))
    }

    fn kill(&mut self) {
        let group = format!("-{}", self.0.id());
        // It may have gone.
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
        let _ = self.0.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn dask_builds_the_same_though_a_worker_is_killed() {
    let Some(python) = python() else { return };
    let folder = folder("dask");
    let (paths, single) = recordings(&folder, 2);
    let out = folder.join("out");
    // Parts take long enough to be killed in.
    let slow = folder.join("galvani");
    let script = format!(
        "#!/bin/sh\nsleep 0.2\nexec '{}' \"$@\"\n",
        env!("CARGO_BIN_EXE_galvani")
    );
    fs::write(&slow, script).expect("the folder is writable");
    fs::set_permissions(&slow, fs::Permissions::from_mode(0o755)).expect("its own file");

    let address = folder.join("scheduler.json");
    let log = || {
        fs::File::options()
            .create(true)
            .append(true)
            .open(folder.join("log"))
            .expect("writable")
    };
    let dask = |what: &str, more: &[&str]| {
        let mut command = Command::new(&python);
        command.args([
            "-m",
            "dask",
            what,
            "--scheduler-file",
            text(&address),
            "--no-dashboard",
        ]);
        command
            .args(more)
            .current_dir(&folder)
            .stdout(log())
            .stderr(log());
        Group::start(&mut command)
    };
    let _scheduler = dask("scheduler", &["--host", "127.0.0.1", "--port", "0"]);
    wait_until("the scheduler starts", || address.is_file());
    let worker = || {
        dask(
            "worker",
            &["--no-nanny", "--nthreads", "1", "--host", "127.0.0.1"],
        )
    };
    let mut workers = [worker(), worker(), worker()];

    let mut command = Command::new(&python);
    command
        .arg(cluster("build_dask.py"))
        .args([
            "--scheduler-file",
            text(&address),
            "--galvani",
            text(&slow),
            "--out",
            text(&out),
        ])
        .args(["--parts", "9"])
        .args(&paths)
        .arg("--")
        .args(OPTIONS)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let build = command.spawn().expect("Python starts");
    let all = built(&single);
    wait_until("half is built", || built(&out) >= all / 2);
    workers[0].kill();
    assert!(built(&out) < all, "it was killed half-way");
    let output = build.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(
        common::stdout(&output).lines().count(),
        2,
        "a line for each recording"
    );
    assert!(files(&out) == files(&single), "the same bytes");
    // A recording that cannot be built is told of, and the others are built.
    let mut command = Command::new(&python);
    command
        .arg(cluster("build_dask.py"))
        .args([
            "--scheduler-file",
            text(&address),
            "--galvani",
            env!("CARGO_BIN_EXE_galvani"),
        ])
        .args([
            "--retries",
            "0",
            "--parts",
            "2",
            "--out",
            text(&out),
            "missing.bin",
        ])
        .arg(&paths[0])
        .arg("--")
        .args(OPTIONS);
    let output = command.output().expect("Python starts");
    assert!(!output.status.success());
    assert!(stderr(&output).contains("missing.bin"), "{}", stderr(&output));
    assert!(
        common::stdout(&output).contains("raw-0.bin"),
        "{}",
        stderr(&output)
    );
}

/// Shards of leaves that are there.
fn built(out: &Path) -> usize {
    let recordings = fs::read_dir(out).into_iter().flatten().flatten();
    let shards = recordings.filter_map(|root| fs::read_dir(root.path().join("level/0/c")).ok());
    shards.flatten().count()
}
