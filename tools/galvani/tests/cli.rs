//! Commands that need no window and draw nothing, as a person types them.

mod common;

use std::fs;

use common::made::{inked, npy, png_of, recording};
use common::{fails, folder, json, program, recordings, stderr, stdout, succeeds, text};
use galvani::source::{Owned, Source, SpikeGlx, Synthetic};
use serde_json::Value;

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
