//! `galvani bench`.

mod common;

use std::fs;

use common::made::npy;
use common::{fails, folder, json, program, succeeds, text};
use serde_json::Value;

/// A small run of a workload of so many samples, points, vertices or pixels.
fn bench(workload: &str, samples: &str) -> Value {
    json(&[
        "bench",
        "--workload",
        workload,
        "--samples",
        samples,
        "--size",
        "320x200",
    ])
}

/// Whether each of these figures is there, and more than nothing.
fn measured(figures: &Value, keys: &[&str]) {
    for key in keys {
        assert!(figures[key].as_f64() > Some(0.0), "{key}: {figures}");
    }
}

fn check_frames(bench: &Value) {
    let frames = bench["frames"].as_array().expect("a list");
    for frame in frames {
        measured(frame, &["samples_per_px", "total_ms"]);
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
        measured(
            &bench,
            &[
                "load_s",
                "init_s",
                "floor_ms",
                "frame_ms_median",
                "frame_ms_max",
                "pyramid_gb_s",
                "device_mb",
            ],
        );
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

/// Every figure of a stream, and nothing past its budgets. No time is held to anything.
fn check_stream(bench: &Value) {
    measured(
        bench,
        &[
            "read_gb_s",
            "build_gb_s",
            "floor_ms",
            "frame_ms_max",
            "complete_ms_max",
            "sidecar_bytes",
            "device_mb",
        ],
    );
    let windows = bench["windows"].as_array().expect("a list");
    for window in windows.iter().chain([&bench["whole"]]) {
        measured(window, &["first_s", "read_bytes", "pan_ms", "peak_rss_mb"]);
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
fn bench_zooms_into_points() {
    let bench = bench("points", "2e5");
    assert_eq!(
        (&bench["workload"], &bench["points"]),
        (&"points".into(), &200_000.into())
    );
    measured(
        &bench,
        &[
            "load_s",
            "sorted_s",
            "floor_ms",
            "frame_ms_median",
            "frame_ms_max",
            "points_mb",
        ],
    );
    let frames = bench["frames"].as_array().expect("a list");
    for frame in frames {
        assert_eq!(frame["fidelity"]["kind"], "exact", "{frame}");
        measured(frame, &["total_ms"]);
    }
    let (first, deepest) = (&frames[0], &frames[frames.len() - 2]);
    assert_eq!(
        (&first["in_view"], &first["markers"]),
        (&200_000.into(), &0.0.into())
    );
    assert_eq!(deepest["markers"], 1.0);
    assert!(deepest["in_view"].as_u64() <= Some(100), "{deepest}");
    fails(&mut program(&[
        "bench",
        "--workload",
        "points",
        "--channels",
        "3",
    ]));
}

#[test]
fn bench_zooms_into_lines() {
    let bench = bench("lines", "2e5");
    assert_eq!(
        (&bench["workload"], &bench["vertices"]),
        (&"lines".into(), &200_000.into())
    );
    measured(
        &bench,
        &[
            "load_s",
            "walk_load_s",
            "lines_mb",
            "floor_ms",
            "frame_ms_max",
            "walk_ms_max",
        ],
    );
    let frames = bench["frames"].as_array().expect("a list");
    assert_eq!(frames[0]["in_view"], 200_000);
    assert!(
        frames.iter().any(|frame| frame["in_view"] == 20_000),
        "the whole walk"
    );
    fails(&mut program(&["bench", "--workload", "lines", "--dtype", "i16"]));
}

#[test]
fn bench_pans_over_an_image() {
    let bench = bench("image", "4e6");
    assert_eq!(bench["workload"], "image");
    measured(
        &bench,
        &[
            "load_s",
            "range_s",
            "levels_s",
            "levels_mb",
            "floor_ms",
            "pan_ms_median",
            "pan_ms_max",
        ],
    );
    let frames = bench["frames"].as_array().expect("a list");
    let kind = |frame: &Value| frame["fidelity"]["kind"].clone();
    assert_eq!(kind(&frames[0]), "snapped");
    assert_eq!(kind(frames.last().expect("frames")), "exact");
    assert_eq!(frames[0]["in_view"].as_u64().map(|n| n > 3_990_000), Some(true));
}
