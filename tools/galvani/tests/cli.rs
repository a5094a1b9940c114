//! Every command that needs no window, as a person types it.

mod common;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use common::{fails, folder, json, program, recordings, skip, stderr, stdout, succeeds, text};
use galvani::source::{Owned, Source, SpikeGlx, Synthetic};
use serde_json::Value;

/// Makes a recording up, 4 channels × half a second.
fn recording(folder: &Path) -> PathBuf {
    let path = folder.join("made.imec0.ap.bin");
    succeeds(&[
        "synth",
        text(&path),
        "--channels",
        "4",
        "--seconds",
        "0.5",
        "--seed",
        "7",
    ]);
    path
}

/// An NPY file of format 1.0.
fn npy(path: &Path, descr: &str, shape: &str, data: &[u8]) {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}");
    let padded = format!("{header:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((padded.len() as u16).to_le_bytes());
    bytes.extend(padded.as_bytes());
    bytes.extend(data);
    fs::write(path, bytes).expect("the folder is writable");
}

/// Size and RGBA pixels of a PNG.
fn png(path: &Path) -> ([u32; 2], Vec<u8>) {
    let file = std::io::BufReader::new(File::open(path).expect("a picture"));
    let mut reader = png::Decoder::new(file).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    assert_eq!(info.color_type, png::ColorType::Rgba);
    ([info.width, info.height], pixels)
}

/// The share of pixels that are not the most frequent colour's.
fn inked(pixels: &[u8]) -> f64 {
    let mut counts = std::collections::HashMap::new();
    for pixel in pixels.chunks_exact(4) {
        *counts.entry(pixel).or_insert(0_usize) += 1;
    }
    let most = counts.values().max().copied().unwrap_or(0);
    1.0 - most as f64 / (pixels.len() / 4) as f64
}

#[test]
fn devices_are_listed_and_one_is_chosen() {
    let listed = json(&["devices"]);
    let devices = listed["devices"].as_array().expect("a list");
    let chosen: Vec<&Value> = devices.iter().filter(|device| device["chosen"] == true).collect();
    assert_eq!(chosen.len(), 1, "{listed}");
    assert_eq!(chosen[0]["index"], listed["chosen"]);
    for device in devices {
        assert_eq!(device["chosen"] == true, device["why_not"].is_null(), "{device}");
    }
    let lines = stdout(&succeeds(&["devices"]));
    assert!(
        lines.contains(chosen[0]["name"].as_str().expect("a name")),
        "{lines}"
    );
    let message = fails(&mut program(&["devices", "--device", "no such device"]));
    assert!(message.contains("no such device"), "{message}");
}

#[test]
fn what_synth_writes_is_the_synthetic_recording() {
    let folder = folder("synth");
    let path = recording(&folder);
    let read = SpikeGlx::open(&path).expect("what synth writes opens");
    let made = Synthetic::new(7, 4, 15_000, 30_000.0).expect("a recording");
    let (written, expected) = (
        Owned::read(&read, 0..15_000).expect("samples"),
        Owned::read(&made, 0..15_000).expect("samples"),
    );
    let (galvani::source::Samples::I16(written), galvani::source::Samples::I16(expected)) =
        (written.samples(), expected.samples())
    else {
        panic!("both are 16-bit integers");
    };
    for channel in 0..4 {
        assert!((0..15_000).all(|t| written.at(channel, t) == expected.at(channel, t)));
        let (written, expected) = (&read.info().channels[channel], &made.info().channels[channel]);
        assert_eq!((&written.name, &written.unit), (&expected.name, &expected.unit));
        assert!((written.gain - expected.gain).abs() < 1e-12, "{}", written.gain);
    }
    assert!(read.info().warnings.is_empty(), "{:?}", read.info().warnings);

    let info = json(&["info", text(&path)]);
    assert_eq!(info["format"], "SpikeGLX");
    assert_eq!(info["samples"], 15_000);
    assert_eq!(info["channels"].as_array().map(Vec::len), Some(4));
    assert_eq!(info["duration_s"], 0.5);
    let lines = stdout(&succeeds(&["info", text(&path)]));
    assert!(lines.contains("15,000") && lines.contains("µV"), "{lines}");
}

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

#[test]
fn raw_files_are_what_they_are_said_to_be() {
    let folder = folder("raw");
    let path = folder.join("values.dat");
    let bytes: Vec<u8> = (0..3000_i32)
        .flat_map(|v| ((v * 37 % 1000) as f32).to_be_bytes())
        .collect();
    fs::write(&path, [vec![0; 16], bytes].concat()).expect("the folder is writable");
    let raw = |extra: &[&'static str]| -> Vec<&str> {
        let mut arguments = vec![
            "info",
            text(&path),
            "--raw-channels",
            "3",
            "--rate",
            "1000",
            "--dtype",
            ">f4",
        ];
        arguments.extend(extra);
        arguments
    };
    let offset = ["--offset", "16", "--gain", "0.5", "--unit", "mV"];
    let info = json(&raw(&offset));
    assert_eq!((&info["samples"], &info["stored"]), (&1000.into(), &">f4".into()));
    assert_eq!(info["channels"][2]["gain"], 0.5);
    assert_eq!(info["channels"][2]["unit"], "mV");
    let info = json(&raw(&["--offset", "16", "--order", "planar"]));
    assert_eq!(info["layout"], "planar");

    // 16 bytes are a whole sample and a third of one.
    let message = fails(&mut program(&raw(&[])));
    assert!(
        message.contains("3 channels") && message.contains("--truncated"),
        "{message}"
    );
    assert_eq!(json(&raw(&["--truncated"]))["samples"], 1001);
    let message = fails(&mut program(&["info", text(&path)]));
    assert!(message.contains("--raw-channels"), "{message}");
}

#[test]
fn npy_files_are_told_their_rate() {
    let folder = folder("npy");
    let path = folder.join("a.npy");
    let data: Vec<u8> = (0..2000_i16).flat_map(i16::to_le_bytes).collect();
    npy(&path, "<i2", "(2, 1000)", &data);
    let info = json(&["info", text(&path), "--rate", "250"]);
    assert_eq!(
        (&info["duration_s"], &info["samples"]),
        (&4.0.into(), &1000.into())
    );
    let output = succeeds(&["info", text(&path)]);
    assert!(stderr(&output).contains("warning: "), "{}", stderr(&output));
    let out = folder.join("a.png");
    assert_eq!(
        json(&["render", text(&path), "--rate", "250", "-o", text(&out)])["lanes"],
        2
    );

    let glx = recording(&folder);
    let message = fails(&mut program(&["info", text(&glx), "--rate", "250"]));
    assert!(message.contains("its own rate"), "{message}");
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

fn check_frames(bench: &Value) {
    let frames = bench["frames"].as_array().expect("a list");
    for frame in frames {
        for key in ["samples_per_px", "total_ms"] {
            assert!(frame[key].as_f64() > Some(0.0), "{key}: {frame}");
        }
        for key in ["cull_ms", "resolve_ms", "draw_ms"] {
            assert!(frame[key].is_number() || frame[key].is_null(), "{key}: {frame}");
        }
        assert_ne!(frame["fidelity"]["kind"], "partial", "{frame}");
    }
    let views = [&frames[0]["view"], &frames[frames.len() - 1]["view"]];
    assert_eq!(views[0]["samples"], views[1]["samples"]);
    let deepest = frames
        .iter()
        .filter_map(|frame| frame["view"]["samples"].as_f64());
    assert!((deepest.fold(f64::MAX, f64::min) - 1000.0).abs() < 1e-3);
}

#[test]
fn bench_measures_what_it_makes_up() {
    for dtype in ["i16", "f32"] {
        let bench = json(&[
            "bench",
            "--workload",
            "traces",
            "--samples",
            "4e5",
            "--channels",
            "4",
            "--dtype",
            dtype,
            "--size",
            "320x200",
        ]);
        assert_eq!(
            (&bench["samples"], &bench["channels"]),
            (&400_000.into(), &4.into())
        );
        assert_eq!(bench["dtype"], dtype);
        for key in [
            "load_s",
            "init_s",
            "floor_ms",
            "frame_ms_median",
            "frame_ms_max",
            "pyramid_gb_s",
            "device_mb",
        ] {
            assert!(bench[key].as_f64() > Some(0.0), "{key}: {bench}");
        }
        for key in ["device", "driver", "rasteriser", "builder"] {
            assert!(bench[key].is_string(), "{key}: {bench}");
        }
        if cfg!(target_os = "linux") {
            assert!(bench["peak_rss_mb"].as_f64() > Some(1.0), "{bench}");
        }
        check_frames(&bench);
    }
}

#[test]
fn bench_measures_a_file() {
    let folder = folder("bench");
    let (one, two) = (folder.join("one.npy"), folder.join("two.npy"));
    let data: Vec<u8> = (0..60_000_i32)
        .flat_map(|v| ((v * 37 % 1000) as f32).to_le_bytes())
        .collect();
    npy(&one, "<f4", "(60000,)", &data);
    npy(&two, "<f4", "(2, 30000)", &data);
    let size = ["--size", "320x200"];
    let bench = json(&["bench", "--input", text(&one), size[0], size[1]]);
    assert_eq!((&bench["channels"], &bench["dtype"]), (&1.into(), &"f32".into()));
    check_frames(&bench);
    let bench = json(&[
        "bench",
        "--input",
        text(&two),
        "--channels",
        "2",
        "--samples",
        "60000",
        size[0],
        size[1],
    ]);
    assert_eq!(
        (&bench["channels"], &bench["samples"]),
        (&2.into(), &60_000.into())
    );
    for (option, value) in [("--channels", "3"), ("--samples", "1e6"), ("--dtype", "i16")] {
        let message = fails(&mut program(&["bench", "--input", text(&two), option, value]));
        assert!(message.contains(option), "{message}");
    }
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

/// Every figure of a stream, and nothing past its budgets. No time is held to anything.
fn check_stream(bench: &Value) {
    for key in [
        "read_gb_s",
        "build_gb_s",
        "floor_ms",
        "frame_ms_max",
        "complete_ms_max",
        "sidecar_bytes",
        "device_mb",
    ] {
        assert!(bench[key].as_f64() > Some(0.0), "{key}: {bench}");
    }
    let windows = bench["windows"].as_array().expect("a list");
    for window in windows.iter().chain([&bench["whole"]]) {
        for key in ["first_s", "read_bytes", "pan_ms", "peak_rss_mb"] {
            assert!(window[key].as_f64() > Some(0.0), "{key}: {window}");
        }
    }
    let of = |key: &str| bench[key].as_f64().expect("a number");
    assert!(of("device_mb") <= of("budget_device_mb"), "{bench}");
    let steps = bench["steps"].as_array().expect("a list");
    for step in steps {
        assert_ne!(step["fidelity"]["kind"], "partial", "{step}");
    }
    assert!(steps.iter().any(|step| step["step"] == "pan"));
}

#[test]
fn bench_streams_what_is_larger_than_its_budgets() {
    let folder = folder("stream");
    let bench = json(&[
        "bench",
        "--workload",
        "stream",
        "--samples",
        "2.4e8",
        "--channels",
        "384",
        "--size",
        "640x400",
        "--scratch",
        text(&folder),
        "--budget-device",
        "40M",
        "--budget-host",
        "64M",
    ]);
    assert_eq!(
        (&bench["channels"], &bench["workload"]),
        (&384.into(), &"stream".into())
    );
    check_stream(&bench);
    let left = fs::read_dir(&folder).expect("a folder").count();
    assert_eq!(left, 0, "nothing of it stays");
}

#[test]
fn a_soak_leaves_nothing_behind() {
    let folder = folder("soak");
    let file = folder.join("made.bin");
    succeeds(&["synth", text(&file), "--channels", "64", "--seconds", "20"]);
    let bench = json(&[
        "bench",
        "--workload",
        "stream",
        "--input",
        text(&file),
        "--size",
        "640x400",
        "--scratch",
        text(&folder),
        "--budget-device",
        "40M",
        "--windows",
        "0.5,100",
        "--soak",
        "20",
    ]);
    check_stream(&bench);
    assert!(bench["soak"]["frames"].as_u64() > Some(20), "{bench}");
    for what in ["handles", "device_bytes", "host_bytes"] {
        assert_eq!(bench["soak"][what]["flat"], true, "{what}: {}", bench["soak"]);
    }
    // Not beside the recording.
    assert!(!file.with_extension("bin.galvani").exists());
}

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
fn several_files_are_one_recording() {
    let folder = folder("several");
    let bin = recording(&folder);
    let twice = json(&["info", text(&bin), text(&bin)]);
    // The same file twice is no run of two triggers.
    assert_eq!(
        (&twice["samples"], &twice["dtype"]),
        (&Value::from(30_000), &Value::from("i16"))
    );
    assert_eq!(twice["segments"][1]["start"], 15_000);
    let (out, raw) = (folder.join("x.png"), ["--raw-channels", "4", "--rate", "30000"]);
    let drawn = ["render", text(&bin), text(&bin), "-o", text(&out)];
    assert!(inked(&png_of(&drawn, &raw, &out)) > 0.001);

    let streams = json(&["info", text(&folder)]);
    assert_eq!(
        streams["streams"][0]["name"],
        bin.file_stem().expect("a name").to_string_lossy().as_ref()
    );
    let message = fails(&mut program(&["info", text(&folder), "--stream", "nidq"]));
    assert!(
        message.contains("no one stream") && message.contains("4 channels"),
        "{message}"
    );
}

#[test]
fn what_is_converted_opens_again() {
    let folder = folder("convert");
    let bin = recording(&folder);
    let whole = SpikeGlx::open(&bin).expect("what synth writes opens");
    let span = ["--start", "0.1", "--duration", "0.2", "--channels", "3,0"];
    for out in ["a.npy", "a.wav", "a.csv", "binary"] {
        let out = folder.join(out);
        succeeds(&[&["convert", text(&bin), "-o", text(&out)][..], &span].concat());
        let again = galvani::source::open(&out).expect("what convert writes opens");
        assert_eq!(
            (again.info().samples, again.info().channels.len()),
            (6000, 2),
            "{}",
            out.display()
        );
        let (ours, theirs) = (
            Owned::read(again.as_ref(), 0..6000).expect("samples"),
            Owned::read(&whole, 3000..9000).expect("samples"),
        );
        let galvani::source::Samples::I16(theirs) = theirs.samples() else {
            panic!("integers")
        };
        for t in 0..6000 {
            for (ours_at, channel) in [(0, 3), (1, 0)] {
                let stored = f64::from(theirs.at(channel, t));
                match ours.samples() {
                    galvani::source::Samples::I16(block) => {
                        assert_eq!(f64::from(block.at(ours_at, t)), stored)
                    }
                    galvani::source::Samples::F32(block) => {
                        let physical = stored * whole.info().channels[channel].gain;
                        assert!((f64::from(block.at(ours_at, t)) - physical).abs() < 1e-3);
                    }
                }
            }
        }
    }
    let binary = galvani::source::open(folder.join("binary")).expect("a folder");
    let (ours, theirs) = (&binary.info().channels[0], &whole.info().channels[3]);
    assert_eq!((&ours.name, &ours.unit), (&theirs.name, &theirs.unit));
    assert!((ours.gain - theirs.gain).abs() < 1e-12);
    assert!(fails(&mut program(&["convert", text(&bin), "-o", "x.zip"])).contains(".zip"));
    let out = folder.join("b.npy");
    let beyond = ["convert", text(&bin), "-o", text(&out), "--start", "9"];
    assert!(fails(&mut program(&beyond)).contains("no samples"));
}

/// In the words of the independent readers' references, where recordings are at hand.
#[test]
fn statistics_are_those_of_independent_readers() {
    let Some(data) = recordings() else { return };
    for (file, reference) in [
        (
            "rhd/IntanToNWB_v2.0/example_intan_file.rhd",
            "rhd__IntanToNWB_v2.0.json",
        ),
        ("nsx/pause_correct/pause_correct.ns2", "nsx__pause_correct.json"),
        ("edf/mne_test/mne_test.edf", "edf__mne_test.json"),
        ("abf/File_axon_7/File_axon_7.abf", "abf__File_axon_7.json"),
    ] {
        let ours = json(&["info", text(&data.join(file)), "--stats"]);
        let theirs = fs::read_to_string(data.join("reference").join(reference)).expect("a reference");
        let theirs: Value = serde_json::from_str(&theirs).expect("JSON");
        for (channel, facts) in theirs["streams"][0]["per_channel"].as_object().expect("channels") {
            let ours = &ours["streams"][0]["per_channel"][channel];
            for key in ["n", "not_finite", "stored_dtype", "stored_sha256"] {
                let unless = (key == "stored_dtype" || key == "stored_sha256") && file.ends_with("edf");
                assert!(
                    unless || ours[key] == facts[key],
                    "{file} {channel} {key}: {} {}",
                    ours[key],
                    facts[key]
                );
            }
            for key in ["min", "max", "mean"] {
                let (ours, theirs) = (
                    ours[key].as_f64().expect("a number"),
                    facts[key].as_f64().expect("a number"),
                );
                assert!(
                    (ours - theirs).abs() < 1e-6 * theirs.abs().max(1.0),
                    "{file} {channel} {key}: {ours} {theirs}"
                );
            }
        }
    }
}

/// The picture that a command with more arguments draws.
fn png_of(arguments: &[&str], more: &[&str], out: &Path) -> Vec<u8> {
    succeeds(&arguments.iter().chain(more).copied().collect::<Vec<_>>());
    png(out).1
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
