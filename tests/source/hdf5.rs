//! Arrays in HDF5's chunks. Written with h5py 3, of the file format's first and of its newest version: 200 to 207 rows of three columns (of
//! `one`, one), mostly in chunks of 32 rows; the value in row t and column k of an array of 200 + n rows is (7 t + 1001 k + 13 n) mod 4001
//! − 2000. Of `holes`, chunk 1 and those from chunk 5 on were never written, and chunk 2 was not deflated.

use galvani::source::{Dtype, streams};

use crate::{Folder, assert_spans_agree, values};

pub(crate) const FILES: [(&str, &[u8]); 2] = [
    ("chunks_v1.h5", include_bytes!("chunks_v1.h5")),
    ("chunks_v4.h5", include_bytes!("chunks_v4.h5")),
];

fn value(t: u64, channel: usize, n: u64) -> f64 {
    ((7 * t + 1001 * channel as u64 + 13 * n) % 4001) as f64 - 2000.0
}

#[test]
fn every_index_and_filter_gives_the_same() {
    let folder = Folder::new();
    let mut seen = Vec::new();
    for (name, bytes) in FILES {
        let opened = streams(folder.write(name, bytes)).unwrap_or_else(|error| panic!("{error}"));
        for stream in opened.list {
            let (name, source) = (stream.name, stream.source);
            let info = source.info();
            let dtype = if name == "swapped" { Dtype::F32 } else { Dtype::I16 };
            assert_eq!((info.dtype, info.rate_hz), (dtype, 1000.0), "{name}");
            for channel in 0..info.channels.len() {
                let read = values(source.as_ref(), channel, 0..info.samples);
                for (t, read) in (0..).zip(read) {
                    let unwritten = name == "holes" && (t / 32 == 1 || t / 32 >= 5);
                    let wanted = match unwritten {
                        true => -7.0,
                        false => value(t, channel, info.samples - 200),
                    };
                    // Unsigned numbers wrapped, and stand 32768 lower.
                    let wanted = if name == "one" {
                        wanted.rem_euclid(65536.0) - 32768.0
                    } else {
                        wanted
                    };
                    assert!(read == wanted, "{name}, {channel}, {t}: {read}, not {wanted}");
                }
            }
            assert_spans_agree(source.as_ref());
            seen.push(name);
        }
    }
    seen.sort();
    let all = [
        "checked",
        "columns",
        "deflated",
        "extensible",
        "fixed",
        "holes",
        "implicit",
        "one",
        "plain",
        "shuffled",
        "single",
        "swapped",
        "tree",
    ];
    assert_eq!(seen, all);
}

/// Each byte of a chunk matters, or the checksum of deflate tells.
#[test]
fn damaged_chunks_are_told_with_their_place() {
    let folder = Folder::new();
    let (name, bytes) = FILES[0];
    let mut bytes = bytes.to_vec();
    // zlib's header of deflated chunks: all of them are damaged.
    let starts: Vec<usize> = (0..bytes.len() - 2)
        .filter(|&i| bytes[i..i + 2] == [0x78, 0x5e])
        .collect();
    assert!(starts.len() > 20, "{} chunks", starts.len());
    for start in starts {
        bytes[start] = 0xff;
    }
    let opened = streams(folder.write(name, &bytes)).unwrap_or_else(|error| panic!("{error}"));
    let source = opened
        .list
        .into_iter()
        .find(|stream| stream.name == "deflated")
        .expect("it is there")
        .source;
    let said = galvani::source::Owned::read(source.as_ref(), 0..200)
        .expect_err("damage")
        .to_string();
    assert!(
        said.contains("chunk") && said.contains("cannot be inflated") && said.contains(name),
        "{said}"
    );
}
