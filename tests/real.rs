//! Real recordings, from the file to the columns.

mod common;

use std::path::{Path, PathBuf};

use common::pictures::Easel;
use common::twins::check_columns;
use common::{gpu, skip};
use galvani::renderer::Rasteriser;
use galvani::scene::Style;
use galvani::source::{Npy, Raw, RawFormat, Source, npy, open};
use galvani::store::{Builder, OpenOptions, Recording};
use galvani::view::View;

/// The folder of recordings; `None` where it is not there and need not be.
fn data() -> Option<PathBuf> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let data = std::env::var_os("GALVANI_TEST_DATA").map_or_else(default, PathBuf::from);
    if data.is_dir() {
        return Some(data);
    }
    skip(&format!(
        "no recordings in {} (set GALVANI_TEST_DATA)",
        data.display()
    ));
    None
}

fn files(folder: &Path, extension: &str, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of recordings") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, extension, into);
        } else if path.extension().is_some_and(|found| found == extension) {
            into.push(path);
        }
    }
    into.sort();
}

/// Each recording is opened twice, since one of them goes to the device and the other to the twin.
fn check(name: &str, make: impl Fn() -> Box<dyn Source>) {
    let gpu = gpu();
    let size = [640, 400];
    let mut easel = Easel::new(gpu.device(), Rasteriser::Compute, size);
    let source = make();
    let (samples, rate_hz) = (source.info().samples, source.info().rate_hz);
    for builder in [Builder::Host, Builder::Device] {
        let options = OpenOptions {
            builder,
            ..OpenOptions::default()
        };
        let mut recording = Recording::open(gpu.device(), make(), &options).expect(name);
        let scene = recording.scene(Style::light());
        let (whole, start_s) = (View::fit(samples, size[0]), samples as f64 / rate_hz / 3.0);
        let windows = [1.0, 0.1, 0.01].map(|s| View::span(start_s, s, rate_hz, size[0]));
        for view in windows.iter().chain([&whole]) {
            let (report, pixels) = easel.draw(&mut recording, &scene, view);
            let seen = easel.renderer.inspect().expect("a frame");
            let what = format!("{name}, {view:?}, {builder:?}");
            check_columns(source.as_ref(), recording.span(), &seen, false, &what);
            // Something of the plot is lit by traces.
            let plot = report.plot;
            let background = pixels[(plot.y * size[0] + plot.right() - 1) as usize];
            let lit = (plot.y..plot.bottom())
                .flat_map(|y| (plot.x..plot.right()).map(move |x| (y * size[0] + x) as usize))
                .filter(|&at| pixels[at] != background)
                .count();
            assert!(lit > plot.w as usize / 2, "{what}: {lit} pixels are lit");
        }
    }
}

#[test]
fn spikeglx() {
    let Some(data) = data() else { return };
    let mut found = Vec::new();
    files(&data.join("spikeglx"), "bin", &mut found);
    assert!(found.len() >= 13, "{found:?}");
    for path in found {
        check(&path.display().to_string(), || open(&path).expect("it opens"));
    }
}

#[test]
fn numpy() {
    let Some(data) = data() else { return };
    let mut found = Vec::new();
    files(&data.join("npy"), "npy", &mut found);
    let mut opened = 0;
    for path in found {
        let options = || npy::Options {
            rate_hz: Some(1000.0),
            ..npy::Options::default()
        };
        // One of them has three axes and is no recording.
        if Npy::open(&path, options()).is_ok() {
            opened += 1;
            check(&path.display().to_string(), || {
                Box::new(Npy::open(&path, options()).expect("it opens"))
            });
        }
    }
    assert!(opened >= 2, "{opened} files were opened");
}

#[test]
fn raw() {
    let Some(data) = data() else { return };
    let mut found = Vec::new();
    files(&data.join("reference"), "json", &mut found);
    found.retain(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("raw__"))
    });
    assert!(found.len() >= 3, "{found:?}");
    for reference in found {
        let text = std::fs::read_to_string(&reference).expect("a reference");
        let reference: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let path = data.join(reference["path"].as_str().expect("a path"));
        let stream = &reference["streams"][0];
        let channels = stream["channels"].as_u64().expect("a count") as usize;
        let dtype = stream["dtype"]
            .as_str()
            .expect("a type")
            .parse()
            .expect("a known type");
        let format = RawFormat::new(channels, stream["rate_hz"].as_f64().expect("a rate"), dtype);
        check(&path.display().to_string(), || {
            Box::new(Raw::open(&path, &format).expect("it opens"))
        });
    }
}
