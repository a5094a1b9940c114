//! Parquet and Arrow. The files were written with pyarrow, in batches of 25 rows: `even` has 60 rows of a column of time, two of
//! small integers and one of text; `gaps` has 57 of a float of which one is missing, of time stamps without the steps 20 to 22,
//! and of booleans. `every` has 300 rows in batches of 120, of every type, encoding and codec, some in lists and structures.

use galvani::source::{Dtype, Source, streams};

use crate::{Folder, assert_spans_agree, channel_names, values};

const FILES: [(&str, &[u8]); 6] = [
    ("every.parquet", include_bytes!("every.parquet")),
    ("every.arrow", include_bytes!("every.arrow")),
    ("even.parquet", include_bytes!("even.parquet")),
    ("even.arrow", include_bytes!("even.arrow")),
    ("gaps.parquet", include_bytes!("gaps.parquet")),
    ("gaps.arrow", include_bytes!("gaps.arrow")),
];

/// The files whose names have `part` in them.
pub(crate) fn files(part: &str) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FILES.into_iter().filter(move |(name, _)| name.contains(part))
}

fn open(folder: &Folder, (name, bytes): (&str, &[u8])) -> (Box<dyn Source>, Vec<String>) {
    let mut opened = streams(folder.write(name, bytes)).unwrap_or_else(|error| panic!("{error}"));
    let warnings = opened.list[0].source.info().warnings.clone();
    let source = opened.list.remove(0).source;
    assert_spans_agree(source.as_ref());
    (source, warnings)
}

#[test]
fn small_integers_at_even_times() {
    let folder = Folder::new();
    for file in files("even") {
        let (source, warnings) = open(&folder, file);
        let info = source.info();
        let names = channel_names(info);
        assert_eq!((names.as_slice(), info.samples), (&["a", "b"][..], 60));
        assert_eq!((info.dtype, info.stored.as_str()), (Dtype::I16, "<i2"));
        assert!((info.rate_hz - 2000.0).abs() < 1e-6 && (info.segments[0].start_s - 0.1).abs() < 1e-9);
        assert!(
            warnings.len() == 1 && warnings[0].contains("name is left out"),
            "{warnings:?}"
        );
        assert_eq!(values(source.as_ref(), 1, 24..27), [-24.0, -25.0, -26.0]);
    }
}

#[test]
fn floats_with_gaps() {
    let folder = Folder::new();
    for file in files("gaps") {
        let (source, warnings) = open(&folder, file);
        let info = source.info();
        assert_eq!(
            (info.samples, info.dtype, info.channels.len()),
            (60, Dtype::F32, 2)
        );
        assert!(
            (info.rate_hz - 250.0).abs() < 1e-6 && warnings.is_empty(),
            "{warnings:?}"
        );
        let segments: Vec<_> = info
            .segments
            .iter()
            .map(|segment| segment.samples.clone())
            .collect();
        assert_eq!(segments, [0..20, 23..60]);
        let read = values(source.as_ref(), 0, 0..60);
        for (t, value) in read.into_iter().enumerate() {
            let gap = t == 5 || (20..23).contains(&t);
            assert!(
                if gap {
                    value.is_nan()
                } else {
                    value == t as f64 / 4.0
                },
                "{t}: {value}"
            );
        }
        assert_eq!(values(source.as_ref(), 1, 58..60), [1.0, 0.0]);
    }
}

/// Of the second batch, the first five rows are at times that the first has had.
#[test]
fn batches_that_overlap_in_time() {
    let folder = Folder::new();
    for bytes in [
        ("overlap.arrow", include_bytes!("overlap.arrow").as_slice()),
        ("overlap.parquet", include_bytes!("overlap.parquet").as_slice()),
    ] {
        let (source, warnings) = open(&folder, bytes);
        assert!(
            warnings.len() == 1 && warnings[0].contains("evenly"),
            "{warnings:?}"
        );
        let rows: Vec<f64> = (0..25).chain(20..45).map(|t| f64::from(t * 3)).collect();
        assert_eq!(
            values(source.as_ref(), 0, 0..50),
            rows,
            "no row is lost, nor moved"
        );
    }
}

#[test]
fn every_encoding() {
    let folder = Folder::new();
    for file in files("every") {
        let (source, warnings) = open(&folder, file);
        let info = source.info();
        assert_eq!((info.samples, info.rate_hz.round()), (300, 500.0));
        let value = |name: &str, t: i64| -> Option<f64> {
            Some(match name {
                "delta" => (t * 7919 % 65_521 - 30_000) as f64,
                "delta64" => (t * t * 104_729 - 5_000_000_000) as f64,
                "split" => t as f64 / 8.0 - 17.0,
                "split64" => t as f64 * 1.25,
                "bits" => f64::from(u8::from(t % 3 == 0)),
                "some" if t % 10 == 3 => return None,
                "some" | "in.a" => t as f64,
                "same" => 42.0,
                "u32" => f64::from(u32::MAX) - t as f64,
                "in.b" if t % 2 == 1 => return None,
                "in.b" => (t * 2) as f64,
                other => panic!("column {other}"),
            })
        };
        for (number, channel) in info.channels.iter().enumerate() {
            let read = values(source.as_ref(), number, 0..300);
            for (t, read) in (0..).zip(read) {
                let wanted = value(&channel.name, t).map(|value| value as f32);
                let read = (!read.is_nan()).then_some(read as f32);
                assert_eq!(read, wanted, "{} {} {t}", file.0, channel.name);
            }
        }
        let inside = if file.0.ends_with(".parquet") { 2 } else { 0 };
        assert_eq!(
            (info.channels.len(), warnings.len()),
            (8 + inside, 2 - inside / 2),
            "{warnings:?}"
        );
    }
}

#[test]
fn damaged_files() {
    let folder = Folder::new();
    for (name, bytes) in files("") {
        for cut in [6, 20, bytes.len() / 2, bytes.len() - 1] {
            let error = streams(folder.write(name, &bytes[..cut]))
                .expect_err("it is cut")
                .to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
