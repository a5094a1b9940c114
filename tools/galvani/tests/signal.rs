//! `--highpass` and the like on real recordings, against SciPy.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::python::python;
use common::{fails, folder, json, program, recordings, stdout, text};

/// Recordings, and what has to be said of them.
const RECORDINGS: [(&str, &[&str]); 4] = [
    ("rhd/load_rhd_r_v1.5/sampledata.rhd", &["--stream", "amplifier"]),
    ("openephys/v0.4.4.1_with_video_tracking", &[]),
    ("wfdb/100/100.hea", &[]),
    (
        "raw/rawbinary_2ch_10kHz/File_rawbinary_10kHz_2channels_16bit.raw",
        &["--raw-channels", "2", "--rate", "10000"],
    ),
];

/// Options, of which frequencies are in thousandths of the rate.
const OPTIONS: [&[&str]; 6] = [
    &["--highpass", "10"],
    &["--lowpass", "30", "--filter-order", "5"],
    &["--bandpass", "10-200"],
    &["--notch", "5:10", "--notch", "10:10"],
    &["--highpass", "0.5", "--filter-order", "2", "--notch", "150"],
    &["--bandpass", "10-200", "--reference", "median"],
];

/// `galvani convert` to an .npy.
fn converted(file: &Path, said: &[&str], options: &[String], to: &Path) -> f64 {
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let convert = ["convert", text(file), "-o", text(to)];
    let answer = json(&[&convert, said, &options].concat());
    answer["rate_hz"].as_f64().expect("a rate")
}

/// An option's numbers from thousandths of the rate to Hz.
fn in_hz(option: &[&str], rate_hz: f64) -> Vec<String> {
    let scaled = |number: &str| {
        let share: f64 = number.parse().expect("a number");
        (share * rate_hz / 1000.0).to_string()
    };
    let mut said = Vec::new();
    for pair in option.chunks(2) {
        said.push(pair[0].to_owned());
        said.push(match pair[0] {
            "--filter-order" | "--reference" => pair[1].to_owned(),
            "--bandpass" => pair[1].split('-').map(scaled).collect::<Vec<_>>().join("-"),
            _ => match pair[1].split_once(':') {
                Some((hz, q)) => format!("{}:{q}", scaled(hz)),
                None => scaled(pair[1]),
            },
        });
    }
    said
}

#[test]
fn scipy_gives_the_same() {
    let (Some(data), Some(python)) = (recordings(), python()) else {
        return;
    };
    let folder = folder("signal");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scipy_filters.py");
    for (file, said) in RECORDINGS {
        let file = data.join(file);
        let plain = folder.join("plain.npy");
        let rate_hz = converted(&file, said, &[], &plain);
        for option in OPTIONS {
            let options = in_hz(option, rate_hz);
            let ours = folder.join("filtered.npy");
            converted(&file, said, &options, &ours);
            let output = Command::new(&python)
                .arg(&script)
                .args([text(&plain), text(&ours), &rate_hz.to_string()])
                .args(&options)
                .output()
                .expect("Python starts");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{} {options:?}: {said}", file.display());
            println!("{} {options:?}: {}", file.display(), stdout(&output).trim());
        }
    }
}

#[test]
fn a_part_is_that_of_the_whole() {
    let Some(data) = recordings() else { return };
    let folder = folder("signal-part");
    let (file, said) = (data.join(RECORDINGS[3].0), RECORDINGS[3].1);
    let band = ["--bandpass", "300-3000", "--reference", "average"].map(String::from);
    let (whole, part): (PathBuf, PathBuf) = (folder.join("whole.npy"), folder.join("part.npy"));
    converted(&file, said, &band, &whole);
    let span = ["--start", "7.5", "--duration", "0.3"].map(String::from);
    converted(&file, said, &[&band[..], &span].concat(), &part);
    let [whole, part] = [whole, part].map(|path| std::fs::read(path).expect("it is written"));
    // Two floats an instant, behind a header of 128 bytes.
    assert_eq!(part[128..], whole[128 + 75_000 * 8..128 + 78_000 * 8]);
}

#[test]
fn what_no_filter_does_is_said() {
    let folder = folder("signal-wrong");
    let file = folder.join("two.raw");
    std::fs::write(&file, [0; 4000]).expect("the folder is writable");
    let out = folder.join("out.npy");
    let said = |options: &[&str]| {
        let convert = [
            "convert",
            text(&file),
            "--raw-channels",
            "2",
            "--rate",
            "1000",
            "-o",
            text(&out),
        ];
        fails(&mut program(&[&convert, options].concat()))
    };
    assert!(said(&["--highpass", "600"]).contains("below 500 Hz"));
    assert!(said(&["--bandpass", "300-100"]).contains("empty"));
    assert!(said(&["--lowpass", "100", "--filter-order", "13"]).contains("1 to 12"));
    assert!(said(&["--reference", "median", "--bad", "7"]).contains("no channel 7"));
    assert!(!out.exists());
}
