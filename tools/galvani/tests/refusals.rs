//! What cannot be done is told, in one sentence, and the exit status says so.

mod common;

use std::fs;

use common::made::recording;
use common::{fails, folder, program, stderr, stdout, succeeds, text};

#[test]
fn files_that_cannot_be_opened() {
    let folder = folder("bad-files");
    let (nowhere, empty) = (folder.join("nowhere.bin"), folder.join("empty.npy"));
    fs::write(&empty, "").expect("the folder is writable");
    for file in [&nowhere, &empty, &folder] {
        let out = folder.join("x.png");
        for arguments in [
            vec!["info", text(file)],
            vec!["render", text(file), "-o", text(&out)],
        ] {
            let message = fails(&mut program(&arguments));
            assert!(message.contains(text(file)), "{message}");
        }
        assert!(!out.exists(), "no picture of nothing");
    }
    let raw = ["--raw-channels", "4", "--rate", "1000"];
    for file in [&nowhere, &empty, &folder] {
        let message = fails(&mut program(
            &["info", text(file)].into_iter().chain(raw).collect::<Vec<_>>(),
        ));
        assert!(message.contains(text(file)), "{message}");
    }
    let message = fails(&mut program(&[
        "info",
        text(&empty),
        "--raw-channels",
        "0",
        "--rate",
        "1",
    ]));
    assert!(message.contains("channels"), "{message}");
    let message = fails(&mut program(&["bench", "--input", text(&nowhere)]));
    assert!(message.contains(text(&nowhere)), "{message}");
}

#[test]
fn a_meta_that_does_not_fit() {
    let folder = folder("bad-meta");
    let bin = recording(&folder);
    let meta = bin.with_extension("meta");
    let good = fs::read_to_string(&meta).expect("a .meta");
    let out = folder.join("x.png");
    let render = ["render", text(&bin), "-o", text(&out)];

    // A size that is out of date is common and harmless: the .bin's own counts.
    let stale = good.replace("fileSizeBytes=120000", "fileSizeBytes=240000");
    assert_ne!(stale, good);
    fs::write(&meta, stale).expect("the folder is writable");
    let output = succeeds(&render);
    assert!(
        stderr(&output).contains("warning: the .meta says 240000 bytes"),
        "{}",
        stderr(&output)
    );

    // One of another recording is not.
    fs::write(&meta, good.replace("nSavedChans=4", "nSavedChans=5")).expect("the folder is writable");
    let message = fails(&mut program(&render));
    assert!(
        message.contains("nSavedChans") && message.contains(text(&meta)),
        "{message}"
    );
    fs::write(&meta, "").expect("the folder is writable");
    assert!(fails(&mut program(&render)).contains(text(&meta)));
    fs::remove_file(&meta).expect("the folder is writable");
    let message = fails(&mut program(&render));
    assert!(message.contains(text(&meta)), "{message}");
    fs::write(&meta, &good).expect("the folder is writable");
    fs::write(&bin, "").expect("the folder is writable");
    let message = fails(&mut program(&render));
    assert!(message.contains("no whole sample"), "{message}");
}

#[test]
fn requests_that_cannot_be_met() {
    let folder = folder("bad-requests");
    let bin = recording(&folder);
    let out = folder.join("x.png");
    let render = |extra: &[&'static str]| {
        let mut arguments = vec!["render", text(&bin), "-o", text(&out)];
        arguments.extend(extra);
        fails(&mut program(&arguments))
    };
    let message = render(&["--size", "1000000x1"]);
    assert!(
        message.contains("1000000x1") && message.contains("most"),
        "{message}"
    );
    assert!(render(&["--channels", "2,4"]).contains("no channel 4"));
    assert!(render(&["--start", "0.5"]).contains("0.5 s long"));
    assert!(render(&["--duration", "0"]).contains("above 0"));
    let lost = folder.join("no/such/folder.png");
    let message = fails(&mut program(&["render", text(&bin), "-o", text(&lost)]));
    assert!(message.contains("there is no folder"), "{message}");
    assert!(!out.exists());
    // What is no request at all is told by the usage, with a status of its own.
    for arguments in [
        vec!["render", text(&bin)],
        vec!["bench", "--size", "0x0"],
        vec!["frobnicate"],
    ] {
        let output = program(&arguments).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty());
    }
}

#[test]
fn a_machine_without_vulkan() {
    let folder = folder("no-vulkan");
    let bin = recording(&folder);
    let out = folder.join("x.png");
    for arguments in [
        vec!["render", text(&bin), "-o", text(&out)],
        vec!["demo", "-o", text(&out)],
        vec!["devices"],
        vec!["bench", "--samples", "1e6"],
    ] {
        let mut command = program(&arguments);
        command
            .env("VK_ICD_FILENAMES", "/nonexistent")
            .env("VK_DRIVER_FILES", "/nonexistent");
        let message = fails(&mut command);
        assert!(
            message.contains("Vulkan") && message.contains("install"),
            "{message}"
        );
    }
    // What needs none goes on.
    let mut info = program(&["info", text(&bin)]);
    info.env("VK_ICD_FILENAMES", "/nonexistent")
        .env("VK_DRIVER_FILES", "/nonexistent");
    assert!(info.output().expect("the program starts").status.success());
}

#[test]
#[cfg(all(unix, not(target_os = "macos")))]
fn a_machine_without_a_display() {
    let folder = folder("no-display");
    let bin = recording(&folder);
    let without = |arguments: &[&str]| {
        let mut command = program(arguments);
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
            command.env_remove(name);
        }
        command.current_dir(&folder);
        command
    };
    let message = fails(&mut without(&["open", text(&bin)]));
    assert!(message.contains("galvani render"), "{message}");
    // The demonstration goes to a picture then.
    let output = without(&["demo"]).output().expect("the program starts");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("demo.png") && folder.join("demo.png").is_file());
    // A display that is named and does not answer.
    let message = fails(without(&["open", text(&bin)]).env("DISPLAY", ":987"));
    assert!(message.contains("cannot open a window"), "{message}");
}
