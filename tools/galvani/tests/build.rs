//! `galvani build` as a person types it, killed and read by others; it needs no Vulkan.

#![cfg(unix)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use common::python::python;
use common::{fails, files, folder, json, program, skip, stdout, succeeds, text};

/// Stretches of 4096 samples, so that small recordings have many.
const CUT: [&str; 2] = ["--cut", "3/1"];

/// 16-bit values that look random, the same in every run.
fn values(seed: u32, count: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 20) as i16 - 2048
    };
    (0..count).flat_map(|_| next().to_le_bytes()).collect()
}

/// A raw recording of four channels, and the arguments that build it.
fn recording(folder: &Path, samples: usize) -> (PathBuf, Vec<String>) {
    let path = folder.join("raw.bin");
    fs::write(&path, values(samples as u32, 4 * samples)).expect("the folder is writable");
    let arguments = ["build", text(&path), "--raw-channels", "4", "--rate", "30000"];
    let arguments = arguments.iter().chain(&CUT).map(ToString::to_string).collect();
    (path, arguments)
}

fn with<'a>(arguments: &'a [String], more: &[&'a str]) -> Vec<&'a str> {
    let arguments = arguments.iter().map(String::as_str);
    arguments.chain(more.iter().copied()).collect()
}

#[test]
fn it_is_built_kept_compared_and_mended() {
    let folder = folder("build");
    let (path, arguments) = recording(&folder, 100_000);
    let message = fails(&mut program(&with(&arguments, &["--verify"])));
    assert!(message.contains("there is no sidecar"), "{message}");
    let root = folder.join("raw.bin.galvani");
    let built = json(&with(&arguments, &[]));
    assert_eq!(built["sidecar"], text(&root));
    assert_eq!(built["complete"], true);
    assert_eq!((&built["built"], &built["kept"]), (&25.into(), &0.into()));
    assert_eq!(built["bytes"], 800_000);
    let sound = files(&root);
    let again = json(&with(&arguments, &[]));
    assert_eq!(
        (&again["built"], &again["kept"], &again["bytes"]),
        (&0.into(), &25.into(), &0.into())
    );
    assert!(stdout(&succeeds(&with(&arguments, &["--verify"]))).contains("every node is right"));
    let shard = root.join("level/0/c/7/0/0");
    let mut bytes = fs::read(&shard).expect("a shard");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    fs::write(&shard, bytes).expect("writable");
    let message = fails(&mut program(&with(&arguments, &["--verify"])));
    assert!(
        message.contains("1 shards") && message.contains("level/0/c/7/0/0"),
        "{message}"
    );
    assert_eq!(json(&with(&arguments, &[]))["built"], 1);
    assert!(files(&root) == sound, "the same bytes");
    // Another recording under the same name.
    fs::write(&path, values(1, 400_000)).expect("writable");
    assert!(fails(&mut program(&with(&arguments, &["--merge"]))).contains("no sidecar"));
    assert_eq!(json(&with(&arguments, &["--threads", "1"]))["built"], 25);
    succeeds(&with(&arguments, &["--verify"]));
    // Cut off in the middle of a sample, it is not even opened unasked.
    fs::write(&path, &values(1, 400_000)[..79_999]).expect("writable");
    assert!(fails(&mut program(&with(&arguments, &[]))).contains("--truncated"));
    assert_eq!(json(&with(&arguments, &["--truncated"]))["built"], 3);
}

#[test]
fn parts_make_the_whole() {
    let folder = folder("parts");
    let (_, arguments) = recording(&folder, 100_000);
    let (whole, parts) = (folder.join("whole"), folder.join("parts"));
    json(&with(&arguments, &["--out", text(&whole)]));
    let part = |part| json(&with(&arguments, &["--out", text(&parts), "--shard", part]));
    assert_eq!(part("3/3")["complete"], false);
    let message = fails(&mut program(&with(
        &arguments,
        &["--out", text(&parts), "--merge"],
    )));
    assert!(message.contains("missing"), "{message}");
    assert_eq!(part("1/3")["complete"], false);
    assert_eq!(part("2/3")["complete"], true);
    succeeds(&with(&arguments, &["--out", text(&parts), "--merge"]));
    assert!(files(&parts) == files(&whole), "the same bytes");
    assert!(
        files(&whole)
            .keys()
            .any(|name| name.starts_with("raw.bin.galvani/level/3"))
    );
}

#[test]
fn killed_at_random_moments_it_goes_on() {
    let folder = folder("killed");
    let (_, arguments) = recording(&folder, 150_000);
    let (whole, parts) = (folder.join("whole"), folder.join("parts"));
    let clock = Instant::now();
    json(&with(&arguments, &["--out", text(&whole)]));
    let takes = clock.elapsed();
    let all = with(&arguments, &["--out", text(&parts)]);
    let check = || {
        let (parts, whole) = (files(&parts), files(&whole));
        let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&parts), names(&whole), "nothing is left behind");
        assert!(parts == whole, "the same bytes");
    };
    let (mut kills, mut midway) = (0, 0);
    let moments = values(7, 1000);
    let mut moments = moments
        .chunks(2)
        .map(|two| f64::from(two[0]) / 256.0 + f64::from(two[1]) / 65_536.0);
    while kills < 50 {
        let mut child = program(&all).stdout(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(takes.mul_f64(moments.next().expect("enough of them")));
        // It may have ended by itself.
        let _ = child.kill();
        let status = child.wait().expect("it has ended");
        if status.signal() == Some(9) {
            kills += 1;
            midway += usize::from(parts.join("raw.bin.galvani/level/0/c").is_dir());
        } else {
            assert!(status.success());
            check();
            fs::remove_dir_all(&parts).expect("it was there");
        }
    }
    json(&all);
    check();
    assert!(midway > 5, "{midway} of 50 while shards were there");
}

#[test]
fn zarr_for_python_reads_the_same() {
    let Some(python) = python() else { return };
    let folder = folder("zarr");
    let (path, arguments) = recording(&folder, 30_001);
    json(&with(&arguments, &[]));
    let floats = folder.join("float.bin");
    let made: Vec<u8> = (0..3 * 20_000_u32)
        .flat_map(|i| {
            match i % 97 {
                0 => f32::NAN,
                1 if i % 89 == 0 => f32::INFINITY,
                _ => ((i * 7919) % 1009) as f32 - 504.25,
            }
            .to_le_bytes()
        })
        .collect();
    fs::write(&floats, made).expect("writable");
    let options = ["--raw-channels", "3", "--rate", "1e3", "--dtype", "<f4"];
    json(&[&["build", text(&floats)], &options[..], &CUT[..]].concat());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/zarr_reads.py");
    for (file, dtype, channels) in [(&path, "<i2", "4"), (&floats, "<f4", "3")] {
        let output = Command::new(&python)
            .arg(&script)
            .args([text(file), dtype, channels])
            .output()
            .expect("Python starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        assert_eq!(stdout(&output).trim(), "equal", "{said}");
    }
}

#[test]
fn a_read_only_folder_sends_it_to_the_cache() {
    // Where the user `nobody` may go as well.
    let folder = std::env::temp_dir().join(format!("galvani-read-only-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    let (data, cache) = (folder.join("data"), folder.join("cache"));
    for folder in [&data, &cache] {
        fs::create_dir_all(folder).expect("the system's folder for such is writable");
    }
    let (_, arguments) = recording(&data, 10_000);
    let binary = folder.join("galvani");
    fs::copy(env!("CARGO_BIN_EXE_galvani"), &binary).expect("there is room");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o555)).expect("its own folder");
    // Root writes wherever it likes, so it becomes somebody else.
    let is_root = fs::write(data.join("probe"), b"").is_ok();
    let mut command = if is_root {
        let nobody = 65_534;
        chown(&cache, Some(nobody), Some(nobody)).expect("root may");
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(&binary);
        command
    } else {
        Command::new(&binary)
    };
    let output = command
        .args(with(&arguments, &["--json"]))
        .env("XDG_CACHE_HOME", &cache)
        .output();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).expect("its own folder");
    match output {
        Ok(output) if output.status.success() => {
            let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
            let root = PathBuf::from(answer["sidecar"].as_str().expect("a path"));
            assert!(root.starts_with(cache.join("galvani/sidecars")), "{root:?}");
            assert!(root.ends_with("raw.bin.galvani") && !data.join("raw.bin.galvani").exists());
            // It is found there again.
            let mut verify = program(&with(&arguments, &["--verify"]));
            let verified = verify.env("XDG_CACHE_HOME", &cache).output().expect("it starts");
            assert!(verified.status.success(), "{}", common::stderr(&verified));
        }
        Ok(output) => panic!("{}", common::stderr(&output)),
        Err(error) => skip(&format!("setpriv: {error}")),
    }
    fs::remove_dir_all(folder).expect("its own folder");
}
