//! Bad input: each gets an error that says what is wrong and where, and nothing half-loaded.

use std::mem::MaybeUninit;
use std::ops::Range;

use galvani::Error;
use galvani::source::npy::Options;
use galvani::source::{Layout, Memory, Npy, Raw, RawFormat, Source, StoredType, Synthetic, open, streams};

use crate::{Folder, bits, channel_names};

const META: &str = "typeThis=nidq\nnSavedChans=2\nniSampRate=1000\nniAiRangeMax=5\nniMNGain=200\nniMAGain=1\n\
                    acqMnMaXaDw=1,0,0,1\nsnsMnMaXaDw=1,0,0,1\nsnsSaveChanSubset=all\nfileSizeBytes=16\n\
                    ~snsChanMap=(1,0,1,0,1)(MN0C0;0:0)(XD0;1:1)\n";

fn refused<T>(result: galvani::Result<T>, words: &[&str]) {
    let error = result.err().expect("it must be refused").to_string();
    for word in words {
        assert!(error.contains(word), "{error:?} does not say {word:?}");
    }
}

#[test]
fn raw_files() {
    let folder = Folder::new();
    let two = RawFormat::new(2, 10.0, StoredType::I16_LE);
    refused(
        Raw::open(folder.as_ref().join("none.raw"), &two),
        &["none.raw", "cannot open"],
    );
    refused(Raw::open(&folder, &two), &["cannot open", "directory"]);
    refused(
        Raw::open(folder.write("empty.raw", ""), &two),
        &["empty.raw", "no whole sample"],
    );
    let file = folder.write("file.raw", [0; 10]);
    refused(
        Raw::open(
            &file,
            &RawFormat {
                channels: 0,
                ..two.clone()
            },
        ),
        &["channels"],
    );
    refused(
        Raw::open(
            &file,
            &RawFormat {
                rate_hz: f64::NAN,
                ..two.clone()
            },
        ),
        &["rate"],
    );
    refused(
        Raw::open(
            &file,
            &RawFormat {
                rate_hz: 0.0,
                ..two.clone()
            },
        ),
        &["rate"],
    );
    refused(
        Raw::open(
            &file,
            &RawFormat {
                gain: f64::INFINITY,
                ..two.clone()
            },
        ),
        &["gain"],
    );
    refused(
        Raw::open(
            &file,
            &RawFormat {
                offset: 1 << 40,
                ..two.clone()
            },
        ),
        &["no whole sample"],
    );
    refused(
        Raw::open(
            &file,
            &RawFormat {
                channels: usize::MAX / 8,
                ..two.clone()
            },
        ),
        &["no whole sample"],
    );

    let cut = Raw::open(&file, &two).expect("its whole samples open");
    assert_eq!((cut.info().samples, cut.info().warnings.len()), (2, 1));
    let planar = Raw::open(
        &file,
        &RawFormat {
            order: Layout::Planar,
            ..two
        },
    )
    .expect("its whole samples open");
    assert_eq!(planar.info().warnings.len(), 2);
}

#[test]
fn spans_and_room() {
    let source = Memory::planar(vec![0i16; 20], 2, 10.0).expect("a recording");
    let mut room = [MaybeUninit::uninit(); 8];
    for (span, room) in [
        (0..11, 8),
        (9..11, 8),
        (0..3, 8),
        (0..1, 8),
        (0..0, 2),
        (u64::MAX - 1..u64::MAX, 8),
    ] {
        assert!(matches!(
            source.read(span, &mut [MaybeUninit::uninit(); 8][..room]),
            Err(Error::Invalid { .. })
        ));
    }
    let reversed = Range { start: 3, end: 1 };
    assert!(source.read(reversed, &mut room).is_err());
    assert!(source.read(8..10, &mut room).is_ok());
    assert!(source.read(10..10, &mut []).is_ok());
}

#[test]
fn memory_and_synthetic() {
    refused(
        Memory::planar(vec![0i16; 5], 2, 10.0),
        &["5 values", "2 channels"],
    );
    refused(Memory::interleaved(vec![0f32; 4], 0, 10.0), &["channels"]);
    refused(Memory::interleaved(vec![0f32; 4], 2, -1.0), &["rate"]);
    let two = Memory::interleaved(vec![0f32; 4], 2, 1.0).expect("a recording");
    refused(two.channels_named(["one"]), &["1 names for 2 channels"]);
    refused(Synthetic::new(0, 0, 10, 10.0), &["channels"]);
    refused(Synthetic::new(0, 1, 10, f64::INFINITY), &["rate"]);
}

#[test]
fn a_file_cut_after_it_was_opened() {
    let folder = Folder::new();
    let path = folder.write("file.raw", [0; 4000]);
    let source = Raw::open(&path, &RawFormat::new(2, 10.0, StoredType::I16_LE)).expect("it opens");
    std::fs::write(&path, [0; 100]).expect("it can be cut");
    let mut room = [MaybeUninit::uninit(); 400];
    match source.read(0..100, &mut room) {
        Err(Error::Read { offset: 100, .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn spikeglx_with_its_meta() {
    let folder = Folder::new();
    let bin = folder.write("a.bin", [1, 0, 2, 0, 3, 0, 4, 0, 5]);
    refused(open(&bin), &["cannot open", "a.meta"]);
    let meta = folder.write("a.meta", META);
    let source = open(&meta).expect("it opens");
    assert_eq!(bits(source.as_ref(), 0..2), [vec![1, 3], vec![2, 4]]);
    assert_eq!(
        source.info().warnings.len(),
        2,
        "a stale size and a cut sample: {:?}",
        source.info().warnings
    );
    let names = channel_names(source.info());
    assert_eq!(names, ["MN0C0", "XD0"]);
    assert_eq!(source.info().channels[0].gain, 5.0 / 32768.0 / 200.0);
    assert!(open(&folder).is_ok(), "the one .bin of a folder");

    for (line, instead, words) in [
        ("typeThis=nidq\n", "", &["typeThis", "a.meta"][..]),
        ("typeThis=nidq", "typeThis=tape", &["tape"]),
        ("nSavedChans=2", "nSavedChans=3", &["nSavedChans is 3"]),
        ("nSavedChans=2", "nSavedChans=0", &["at least one", "a.meta"]),
        ("nSavedChans=2", "nSavedChans=-2", &["nSavedChans=-2"]),
        ("Subset=all", "Subset=0:7", &["snsSaveChanSubset=0:7"]),
        (
            "Subset=all",
            "Subset=0:99999999999999999999",
            &["snsSaveChanSubset"],
        ),
        ("niSampRate=1000", "niSampRate=nan", &["rate"]),
        ("acqMnMaXaDw=1,0,0,1", "acqMnMaXaDw=1", &["acqMnMaXaDw"]),
        ("niMNGain=200", "niMNGain=0", &["gain of MN0"]),
    ] {
        folder.write("a.meta", META.replacen(line, instead, 1));
        refused(open(&bin), words);
    }
    folder.write("a.meta", META);
    folder.write("a.bin", "");
    refused(open(&bin), &["no whole sample"]);
    folder.write("b.bin", "");
    folder.write("a.bin", [0; 8]);
    let streams = streams(&folder).expect("the stream that can be opened");
    assert_eq!((streams.list.len(), streams.warnings.len()), (1, 1));
    assert!(streams.warnings[0].contains("b.meta"), "{:?}", streams.warnings);
    folder.write("b.bin", [0; 8]);
    folder.write("b.meta", META);
    refused(open(&folder), &["2 streams", "\n  a:", "\n  b:", "--stream"]);
    refused(open(Folder::new()), &["no recording"]);
}

/// A file of an array's header, and of data.
fn npy(folder: &Folder, header: &str, data: &[u8]) -> galvani::Result<Npy> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    Npy::open(
        folder.write("a.npy", bytes),
        Options {
            rate_hz: Some(1.0),
            ..Options::default()
        },
    )
}

#[test]
fn npy_files() {
    let folder = Folder::new();
    let header = "{'descr': '<i2', 'fortran_order': False, 'shape': (4, 2), }";
    assert!(npy(&folder, header, &[0; 16]).is_ok());
    let cut = npy(&folder, header, &[0; 13]).expect("its whole samples open");
    assert_eq!((cut.info().samples, cut.info().warnings.len()), (3, 1));
    refused(
        npy(&folder, &header.replace("4, 2", "2, 4"), &[0; 13]),
        &["[2, 4]", "cut short"],
    );
    refused(npy(&folder, header, &[0; 3]), &["cut short"]);
    for (instead, words) in [
        (header.replace("<i2", "<c8"), "<c8"),
        (header.replace("'<i2'", "[('a', '<i2')]"), "records"),
        (header.replace("4, 2", "4, 2, 1"), "[4, 2, 1]"),
        (header.replace("4, 2", ""), "[]"),
        (header.replace("4, 2", "0, 2"), "empty"),
        (header.replace("4, 2", "x"), "shape"),
        (header.replace("(4, 2)", "7"), "shape"),
        (header.replace("False", "0"), "fortran_order"),
        (header.replace("descr", "dtype"), "descr"),
        (
            header.replace("4, 2", "18446744073709551615, 18446744073709551615"),
            "beyond",
        ),
        (header.replace("4, 2", "18446744073709551615, 9"), "cut short"),
    ] {
        refused(npy(&folder, &instead, &[0; 16]), &[words]);
    }
    refused(
        Npy::open(folder.write("s.npy", b"\x93NUMPY"), Options::default()),
        &["too short"],
    );
    refused(
        Npy::open(
            folder.write("l.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xffx"),
            Options::default(),
        ),
        &["header"],
    );
    refused(
        Npy::open(
            folder.write("v.npy", b"\x93NUMPY\x09\x00aaaaaa"),
            Options::default(),
        ),
        &["version 9"],
    );
    refused(
        Npy::open(folder.write("n.npy", [b'x'; 99]), Options::default()),
        &["NUMPY"],
    );
}

#[test]
fn unknown_formats() {
    let folder = Folder::new();
    refused(
        open(folder.write("recording.dat", [0; 100])),
        &["SpikeGLX", "NPY", "--raw-channels", "RawFormat"],
    );
    refused(open(folder.write("recording", "")), &["RawFormat"]);
    refused(
        open(folder.as_ref().join("missing.npy")),
        &["cannot open", "missing.npy"],
    );
}
