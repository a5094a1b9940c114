//! `galvani render`, as a person types it.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::made::{inked, png_of, recording};
use common::{fails, folder, json, png, program, recordings, skip, stderr, stdout, succeeds, text};
use serde_json::Value;

#[test]
fn a_picture_of_all_and_of_a_span() {
    let folder = folder("render");
    let path = recording(&folder);
    let out = folder.join("all.png");
    let all = json(&["render", text(&path), "-o", text(&out), "--size", "400x300"]);
    assert_eq!(all["lanes"], 4);
    assert_eq!(all["samples"], 60_000);
    let (size, pixels) = png(&out);
    assert_eq!(size, [400, 300]);
    assert!((0.02..0.9).contains(&inked(&pixels)), "{}", inked(&pixels));
    assert!(pixels.chunks_exact(4).all(|pixel| pixel[3] == 255), "opaque");

    let part = [
        "render",
        text(&path),
        "-o",
        text(&out),
        "--size",
        "400x300",
        "--start",
        "0.1",
        "--duration",
        "0.01",
    ];
    let part = json(&part);
    assert_eq!(part["fidelity"]["kind"], "exact");
    assert!((part["duration_s"].as_f64().expect("a number") - 0.01).abs() < 1e-9);
    assert!(part["loaded_bytes"].as_u64() < all["loaded_bytes"].as_u64());

    let some = json(&[
        "render",
        text(&path),
        "-o",
        text(&out),
        "--channels",
        "3,0-1",
        "--light",
    ]);
    assert_eq!(some["lanes"], 3);
    assert_eq!(png(&out).0, [1920, 1080]);
    let lines = stdout(&succeeds(&["render", text(&path), "-o", text(&out)]));
    for word in ["device", "recording", "loaded", "drawn", "written"] {
        assert!(lines.contains(word), "{lines}");
    }
}

#[test]
fn a_picture_in_shapes() {
    let folder = folder("shapes");
    let path = recording(&folder);
    for (name, head) in [("all.svg", "<svg "), ("all.PDF", "%PDF-1.7")] {
        let out = folder.join(name);
        let drawn = json(&["render", text(&path), "-o", text(&out), "--size", "400x300"]);
        let bytes = fs::read(&out).expect("a picture");
        assert!(bytes.starts_with(head.as_bytes()), "{name}");
        assert_eq!(
            (&drawn["lanes"], &drawn["bytes"]),
            (&4.into(), &bytes.len().into())
        );
        assert_eq!(drawn["format"], name[4..].to_lowercase());
    }
    let out = folder.join("all.tiff");
    let said = fails(&mut program(&["render", text(&path), "-o", text(&out)]));
    assert!(
        said.contains(".tiff") && said.contains(".png, .svg and .pdf"),
        "{said}"
    );
    assert!(!out.exists());
}

#[test]
fn both_builders_draw_the_same_bytes() {
    let folder = folder("builders");
    let path = recording(&folder);
    let pictures = ["host", "device"].map(|builder| {
        let out = folder.join(format!("{builder}.png"));
        let drawn = json(&["render", text(&path), "-o", text(&out), "--builder", builder]);
        assert_eq!(drawn["builder"], builder);
        png(&out).1
    });
    assert!(pictures[0] == pictures[1]);
}

#[test]
fn every_rasteriser_draws() {
    let folder = folder("rasterisers");
    let path = recording(&folder);
    let pictures = ["draw", "compute", "host"].map(|rasteriser| {
        let out = folder.join(format!("{rasteriser}.png"));
        let drawn = json(&[
            "render",
            text(&path),
            "-o",
            text(&out),
            "--rasteriser",
            rasteriser,
        ]);
        assert_eq!(drawn["rasteriser"], rasteriser);
        png(&out).1
    });
    for other in &pictures[1..] {
        let apart = pictures[0].iter().zip(other).map(|(a, b)| a.abs_diff(*b));
        let most = apart.max();
        assert!(most <= Some(1), "{most:?} of 255 apart");
    }
}

#[test]
fn the_demonstration_is_drawn() {
    let out = folder("demo").join("demo.png");
    let drawn = json(&["demo", "-o", text(&out)]);
    assert_eq!(drawn["lanes"], 33);
    assert!(drawn["load_s"].as_f64() > Some(0.0) && drawn["frame_ms"].as_f64() > Some(0.0));
    assert!(drawn["device"].is_string() && drawn["output"] == text(&out));
    assert!(inked(&png(&out).1) > 0.02);
}

/// Each frame has what it should; the path begins and ends with the whole recording.
#[test]
fn channels_in_the_order_of_their_electrodes() {
    let folder = folder("probe");
    let path = recording(&folder);
    let probe = folder.join("of-four.json");
    let written = r#"{"specification": "probeinterface", "probes": [{"si_units": "um",
        "contact_positions": [[0, 10], [0, 20], [0, 30], [40, 0]], "shank_ids": ["0", "0", "0", "1"],
        "device_channel_indices": [2, 0, 1, 3]}]}"#;
    fs::write(&probe, written).expect("the folder is writable");
    let info = json(&["info", text(&path), "--probe", text(&probe)]);
    assert_eq!(info["channels"][1]["position_um"], serde_json::json!([0.0, 30.0]));
    assert_eq!(info["channels"][3]["group"], 1);
    let picture = |more: &[&str]| {
        let out = folder.join("out.png");
        png_of(
            &[
                "render",
                text(&path),
                "-o",
                text(&out),
                "--probe",
                text(&probe),
                "--size",
                "200x100",
            ],
            more,
            &out,
        )
    };
    assert_eq!(picture(&["--sort", "depth"]), picture(&["--channels", "1,0,2,3"]));
    let some = ["--channels", "2,1", "--sort", "depth"];
    assert_eq!(picture(&some), picture(&["--channels", "1,2"]));
    let missing = [
        "render",
        text(&path),
        "-o",
        "x.png",
        "--channels",
        "1,9",
        "--sort",
        "depth",
    ];
    assert!(fails(&mut program(&missing)).contains("no channel 9"));
}

#[test]
fn a_picture_with_a_sidecar_is_the_picture_without() {
    let folder = folder("with-sidecar");
    let file = folder.join("made.bin");
    succeeds(&["synth", text(&file), "--channels", "4", "--seconds", "20"]);
    let shots = [vec![], vec!["--start", "7.3", "--duration", "5"]];
    let shoot = |shot: &Vec<&str>, name: &str, more: &[&str]| {
        let out = folder.join(name);
        let mut all = vec!["render", text(&file), "-o", text(&out), "--size", "640x300"];
        all.extend(shot.iter().chain(more));
        let told = json(&all);
        (told, fs::read(&out).expect("a picture"))
    };
    let before: Vec<_> = shots.iter().map(|shot| shoot(shot, "before.png", &[])).collect();
    succeeds(&["build", text(&file)]);
    for (shot, (told, picture)) in shots.iter().zip(&before) {
        assert!(told["loaded_bytes"].as_u64() > Some(0), "{told}");
        let (told, with) = shoot(shot, "with.png", &[]);
        assert_eq!(told["loaded_bytes"], 0, "{told}");
        assert!(with == *picture, "{shot:?} with a sidecar");
        let (told, without) = shoot(shot, "without.png", &["--no-sidecar"]);
        assert!(told["loaded_bytes"].as_u64() > Some(0), "{told}");
        assert!(without == *picture, "{shot:?} without");
    }
    // Written to since: it is told, and not believed.
    std::thread::sleep(std::time::Duration::from_millis(20));
    let bytes = fs::read(&file).expect("the recording");
    fs::write(&file, bytes).expect("it is writable");
    let out = folder.join("stale.png");
    let said = stderr(&succeeds(&[
        "render",
        text(&file),
        "-o",
        text(&out),
        "--size",
        "640x300",
    ]));
    assert!(said.contains("made.bin.galvani is not used"), "{said}");
    assert!(
        fs::read(&out).expect("a picture") == before[0].1,
        "of the samples"
    );
}

/// All files below a folder whose names end so.
fn find(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of recordings") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            find(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
}

#[test]
fn real_recordings_are_drawn() {
    let data = std::env::var_os("GALVANI_TEST_DATA").map(PathBuf::from);
    let Some(data) = data.filter(|data| data.is_dir()) else {
        return skip("GALVANI_TEST_DATA names no folder of recordings");
    };
    let out = folder("real").join("x.png");
    let mut files = Vec::new();
    find(&data.join("spikeglx"), "bin", &mut files);
    for file in &files {
        let drawn = json(&["render", text(file), "-o", text(&out), "--size", "800x600"]);
        assert!(drawn["lanes"].as_u64() > Some(0), "{}", file.display());
        assert!(inked(&png(&out).1) > 0.001, "{}", file.display());
    }
    assert!(files.len() > 5, "there are SpikeGLX recordings");

    let one = data.join("npy/neurodsp_sample_data_1/sample_data_1.npy");
    let drawn = json(&["render", text(&one), "--rate", "1000", "-o", text(&out)]);
    assert_eq!(drawn["channels"], 1);
    let three_axes = data.join("npy/phy_pc_features/pc_features.npy");
    assert!(fails(&mut program(&["info", text(&three_axes)])).contains("pc_features"));

    let mut sidecars = Vec::new();
    find(&data.join("raw"), "json", &mut sidecars);
    for sidecar in &sidecars {
        let file = PathBuf::from(text(sidecar).trim_end_matches(".raw.json"));
        let said: Value =
            serde_json::from_str(&fs::read_to_string(sidecar).expect("a sidecar")).expect("JSON");
        let (channels, rate) = (said["channels"].to_string(), said["rate_hz"].to_string());
        let (dtype, order) = (said["dtype"].as_str(), said["order"].as_str());
        let (Some(dtype), Some(order)) = (dtype, order) else {
            panic!("{} is incomplete", sidecar.display());
        };
        let drawn = json(&[
            "render",
            text(&file),
            "-o",
            text(&out),
            "--raw-channels",
            &channels,
            "--rate",
            &rate,
            "--dtype",
            dtype,
            "--order",
            order,
        ]);
        assert_eq!(drawn["lanes"].to_string(), channels);
        assert!(inked(&png(&out).1) > 0.001, "{}", file.display());
    }
    assert!(!sidecars.is_empty());
}

#[test]
fn recordings_stand_above_one_another() {
    let folder = folder("render-strips");
    let path = recording(&folder);
    let below = folder.join("made.imec0.lf.bin");
    let shape = ["--channels", "3", "--seconds", "1", "--rate", "2500"];
    succeeds(&[&["synth", text(&below)][..], &shape].concat());
    let out = folder.join("both.png");
    let size = ["-o", text(&out), "--size", "400x301"];
    let all = [&["render", text(&path)][..], &size].concat();
    let told = json(&[&all[..], &[text(&below)]].concat());
    assert_eq!(told["duration_s"], 1.0, "as far as the longer one reaches");
    assert_eq!(told["beside"][0]["title"], "made.imec0.lf.bin · 2.5 kHz");
    assert_eq!(png(&out).0, [400, 301]);

    // Rows of the middle one of three, which has no axis.
    let middle = |more: &[&str]| -> Vec<u8> {
        let pixels = png_of(&all, more, &out);
        pixels[400 * 4 * 101..400 * 4 * 200].to_vec()
    };
    let with = |strip: &str| format!("--with='{}'{strip}", text(&below));
    let (plain, later, louder) = (with(""), with(" --shift=0.125"), with(" --trace-gain=3"));
    let last = with("");
    let span = |start: &'static str| ["--start", start, "--duration", "0.25"];
    let at = |start, strip: &str| middle(&[&span(start)[..], &[strip, &last]].concat());
    assert!(
        at("0.1", &plain) == at("0.225", &later),
        "it starts so much later"
    );
    assert!(at("0.1", &plain) != at("0.1", &later));
    assert!(at("0.1", &plain) != at("0.1", &louder), "with its own gain");

    let shapes = folder.join("both.svg");
    succeeds(&["render", text(&path), text(&below), "-o", text(&shapes)]);
    let drawn = fs::read_to_string(&shapes).expect("text");
    assert!(drawn.contains("made.imec0.lf.bin · 2.5 kHz"));
    let message = fails(&mut program(&[
        "info",
        text(&path),
        "--stream",
        "a",
        "--stream",
        "b",
    ]));
    assert!(message.contains("--stream"), "{message}");
    let wrong = with(" --nothing");
    let output = program(&[&all[..], &[&wrong]].concat())
        .output()
        .expect("it starts");
    assert!(!output.status.success() && stderr(&output).contains("--nothing"));
}

#[test]
fn streams_of_a_run_stand_above_one_another() {
    let Some(data) = recordings() else {
        return;
    };
    let run = data.join("spikeglx/CI0_g0_two_probes_two_triggers");
    let out = folder("render-streams").join("both.png");
    let streams = [
        "--stream", "imec0.ap", "--stream", "imec0.lf", "--size", "300x300",
    ];
    let told = json(&[&["render", text(&run), "-o", text(&out)][..], &streams].concat());
    assert_eq!(told["beside"][0]["title"], "imec0.lf · 2.5 kHz");
    // The slower one starts earlier on the run's clock.
    let start_s = told["start_s"].as_f64().expect("a number");
    assert!((start_s + 0.000_366).abs() < 1e-6, "{start_s}");
    let files = ["t0.imec0.ap", "t0.imec0.lf", "t1.imec0.ap", "t1.imec0.lf"];
    let folder = run.join("5-19-2022-CI0_g0_imec0");
    let files = files.map(|file| folder.join(format!("5-19-2022-CI0_g0_{file}.bin")));
    let files: Vec<&str> = files.iter().map(|path| text(path)).collect();
    let again = json(&[&["render", "-o", text(&out), "--size", "300x300"][..], &files].concat());
    assert_eq!(
        again["start_s"], told["start_s"],
        "files of one shape are one recording"
    );
    assert_eq!(again["samples"], told["samples"]);
}
