//! Parquet and Arrow. The files were written with pyarrow, in batches of 25 rows: `even` has 60 rows of a column of time, two of
//! small integers and one of text; `gaps` has 57 of a float of which one is missing, of time stamps without the steps 20 to 22,
//! and of booleans.

use galvani::source::{Dtype, Source, streams};

use crate::{Folder, assert_spans_agree, values};

const FILES: [(&str, &[u8]); 4] = [
    ("even.parquet", include_bytes!("even.parquet")),
    ("even.arrow", include_bytes!("even.arrow")),
    ("gaps.parquet", include_bytes!("gaps.parquet")),
    ("gaps.arrow", include_bytes!("gaps.arrow")),
];

/// The files of the formats that are built, whose names have `part` in them.
pub(crate) fn files(part: &str) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    let built = |name: &str| match name.ends_with(".arrow") {
        true => cfg!(feature = "arrow"),
        false => cfg!(feature = "parquet"),
    };
    FILES
        .into_iter()
        .filter(move |(name, _)| built(name) && name.contains(part))
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
        let names: Vec<&str> = info
            .channels
            .iter()
            .map(|channel| channel.name.as_str())
            .collect();
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
