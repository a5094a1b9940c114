//! MATLAB's files, written here as the specification says.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use galvani::source::{Dtype, Layout, Source, Streams, rated, streams};

use crate::{Folder, assert_spans_agree, values};

/// Numbers in the byte order of a file.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    pub(crate) big: bool,
}

impl Order {
    fn word(self, word: u32) -> [u8; 4] {
        if self.big {
            word.to_be_bytes()
        } else {
            word.to_le_bytes()
        }
    }

    fn element(self, kind: u32, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        if !bytes.is_empty() && bytes.len() <= 4 {
            out.extend(self.word((bytes.len() as u32) << 16 | kind));
            out.extend(bytes);
            out.resize(8, 0);
            return out;
        }
        out.extend(self.word(kind));
        out.extend(self.word(bytes.len() as u32));
        out.extend(bytes);
        out.resize(out.len().next_multiple_of(8), 0);
        out
    }

    fn words(self, words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| self.word(*word)).collect()
    }

    /// A matrix: its flags and class, axes, name, and what follows.
    fn matrix(self, flags: u32, axes: &[u32], name: &str, rest: &[u8]) -> Vec<u8> {
        let parts = [
            self.element(6, &self.words(&[flags, 0])),
            self.element(5, &self.words(axes)),
            self.element(1, name.as_bytes()),
            rest.to_vec(),
        ];
        self.element(14, &parts.concat())
    }

    fn doubles(self, values: &[f64]) -> Vec<u8> {
        let value = |value: &f64| {
            if self.big {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            }
        };
        self.element(9, &values.iter().flat_map(value).collect::<Vec<u8>>())
    }

    pub(crate) fn shorts(self, values: impl IntoIterator<Item = i16>) -> Vec<u8> {
        let value = |value: i16| {
            if self.big {
                value.to_be_bytes()
            } else {
                value.to_le_bytes()
            }
        };
        self.element(3, &values.into_iter().flat_map(value).collect::<Vec<u8>>())
    }

    pub(crate) fn file(self, arrays: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = b"MATLAB 5.0 MAT-file, made up".to_vec();
        bytes.resize(124, b' ');
        bytes.extend(if self.big {
            [1, 0, b'M', b'I']
        } else {
            [0, 1, b'I', b'M']
        });
        bytes.extend(arrays.concat());
        bytes
    }

    pub(crate) fn packed(self, array: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(array).expect("memory");
        let bytes = encoder.finish().expect("memory");
        [&self.word(15)[..], &self.word(bytes.len() as u32), &bytes].concat()
    }
}

const LITTLE: Order = Order { big: false };
const DOUBLE: u32 = 6;
const SHORT: u32 = 10;

fn open(folder: &Folder, bytes: &[u8]) -> Streams {
    let opened = streams(folder.write("made.mat", bytes));
    opened.unwrap_or_else(|error| panic!("{error}"))
}

fn source(mut opened: Streams, name: &str) -> Box<dyn Source> {
    let names: Vec<String> = opened.list.iter().map(|stream| stream.name.clone()).collect();
    let at = names.iter().position(|other| other == name);
    let source = opened
        .list
        .remove(at.unwrap_or_else(|| panic!("{names:?}")))
        .source;
    assert_spans_agree(source.as_ref());
    source
}

/// Arrays of every kind that is read or left out.
pub(crate) fn some(order: Order) -> Vec<Vec<u8>> {
    // Doubles that are whole numbers are stored as shorter ones.
    let wide = order.matrix(DOUBLE, &[2, 60], "wide", &order.shorts(0..120));
    let tall = order.matrix(
        DOUBLE,
        &[50, 3],
        "tall",
        &order.doubles(&(0..150).map(f64::from).collect::<Vec<_>>()),
    );
    let rate = order.matrix(DOUBLE, &[1, 1], "Fs", &order.doubles(&[1250.5]));
    let text = order.matrix(4, &[1, 60], "text", &order.element(16, &[b'a'; 60]));
    let cell = order.matrix(1, &[1, 60], "cell", &[]);
    let short = order.matrix(DOUBLE, &[1, 2], "short", &order.doubles(&[1.0; 2]));
    let complex = order.matrix(
        0x800 | DOUBLE,
        &[1, 60],
        "complex",
        &[order.doubles(&[1.0; 60]), order.doubles(&[1.0; 60])].concat(),
    );
    let cube = order.matrix(DOUBLE, &[2, 60, 2], "cube", &order.shorts(0..240));
    let fields = [
        order.element(5, &order.word(6)),
        order.element(1, b"data\0\0srate\0empty\0"),
        order.matrix(SHORT, &[1, 60], "", &order.shorts((0..60).map(|t| -t))),
        order.matrix(
            DOUBLE,
            &[1, 1],
            "",
            &order.element(4, &[if order.big { [1, 244] } else { [244, 1] }].concat()),
        ),
        order.element(14, &[]),
    ];
    let structure = order.matrix(2, &[1, 1], "EEG", &fields.concat());
    vec![wide, tall, rate, text, cell, short, complex, cube, structure]
}

fn check(opened: impl Fn() -> Streams) {
    let names: Vec<String> = opened().list.into_iter().map(|stream| stream.name).collect();
    assert_eq!(names, ["wide", "tall", "EEG.data"]);
    let warnings = opened().warnings.join("; ");
    for word in ["short is left out", "complex is left out", "cube is left out"] {
        assert!(warnings.contains(word), "{warnings}");
    }
    let wide = source(opened(), "wide");
    let info = wide.info();
    assert_eq!((info.samples, info.channels.len(), info.rate_hz), (60, 2, 1250.5));
    assert_eq!(
        (info.layout, info.dtype, info.warnings.len()),
        (Layout::Interleaved, Dtype::I16, 0)
    );
    assert_eq!(values(wide.as_ref(), 1, 0..3), [1.0, 3.0, 5.0]);
    let tall = source(opened(), "tall");
    assert_eq!(
        (
            tall.info().samples,
            tall.info().channels.len(),
            tall.info().layout
        ),
        (50, 3, Layout::Planar)
    );
    assert_eq!(values(tall.as_ref(), 2, 48..50), [148.0, 149.0]);
    let data = source(opened(), "EEG.data");
    assert_eq!((data.info().samples, data.info().rate_hz), (60, 500.0));
    assert_eq!(values(data.as_ref(), 0, 58..60), [-58.0, -59.0]);
}

#[test]
fn version_5() {
    let folder = Folder::new();
    for big in [false, true] {
        let order = Order { big };
        let arrays = some(order);
        let bytes = order.file(&arrays);
        check(|| open(&folder, &bytes));
        let packed: Vec<Vec<u8>> = arrays.iter().map(|array| order.packed(array)).collect();
        let bytes = order.file(&packed);
        check(|| open(&folder, &bytes));
    }
}

#[test]
fn version_4() {
    let folder = Folder::new();
    let array = |kind: u32, axes: [u32; 2], name: &str, data: &[u8]| {
        let mut bytes = LITTLE.words(&[kind, axes[0], axes[1], 0, name.len() as u32 + 1]);
        bytes.extend(name.as_bytes());
        bytes.push(0);
        bytes.extend(data);
        bytes
    };
    let samples: Vec<u8> = (0..40_u16).flat_map(u16::to_le_bytes).collect();
    let all = [
        array(51, [1, 2], "text", &[0; 2]),
        array(0, [1, 1], "sampling_rate", &100_f64.to_le_bytes()),
        array(40, [2, 20], "val", &samples),
    ];
    let val = source(open(&folder, &all.concat()), "val");
    assert_eq!(
        (val.info().samples, val.info().rate_hz, val.info().stored.as_str()),
        (20, 100.0, "<u2")
    );
    let info = val.info();
    let physical = values(val.as_ref(), 1, 0..2)
        .into_iter()
        .map(|value| value + info.channels[1].offset);
    assert_eq!(physical.collect::<Vec<_>>(), [1.0, 3.0]);
}

#[test]
fn a_rate_from_elsewhere() {
    let folder = Folder::new();
    let bytes = LITTLE.file(&[LITTLE.matrix(SHORT, &[1, 60], "x", &LITTLE.shorts(0..60))]);
    let x = source(open(&folder, &bytes), "x");
    assert_eq!((x.info().rate_hz, x.info().warnings.len()), (1.0, 1));
    let x = rated(x, 250.0).expect("a rate");
    assert_eq!((x.info().rate_hz, x.info().warnings.len()), (250.0, 0));
    assert_eq!(values(x.as_ref(), 0, 7..8), [7.0]);
    assert!(rated(x, f64::NAN).is_err());
}

#[test]
fn damaged_files() {
    let folder = Folder::new();
    let matrix = LITTLE.matrix(SHORT, &[2, 60], "x", &LITTLE.shorts(0..120));
    // To the last whole sample where samples lie one after another.
    let whole = LITTLE.file(std::slice::from_ref(&matrix));
    let x = source(open(&folder, &whole[..whole.len() - 5]), "x");
    assert_eq!((x.info().samples, x.info().warnings.len()), (58, 2));
    let tall = LITTLE.file(&[LITTLE.matrix(SHORT, &[60, 2], "x", &LITTLE.shorts(0..120))]);
    let packed = LITTLE.file(&[LITTLE.packed(&matrix)]);
    let none = LITTLE.file(&[LITTLE.matrix(4, &[1, 2], "text", &LITTLE.element(16, b"ab"))]);
    let wrong = LITTLE.file(&[LITTLE.matrix(SHORT, &[2, 61], "x", &LITTLE.shorts(0..120))]);
    for (bytes, word) in [
        (&tall[..tall.len() - 5], "ends within"),
        (&packed[..packed.len() - 5], "ends within"),
        (&whole[..140], "ends within"),
        (&none, "no signals"),
        (&wrong, "do not take"),
    ] {
        let error = streams(folder.write("bad.mat", bytes))
            .expect_err(word)
            .to_string();
        assert!(
            error.contains(word) && error.contains("bad.mat"),
            "{word}: {error}"
        );
    }
    let mut bad = packed.clone();
    let at = bad.len() - 8;
    bad[at] ^= 0xff;
    let opened = open(&folder, &bad).main().expect("its head is whole");
    let mut into = vec![std::mem::MaybeUninit::uninit(); 4];
    let error = opened
        .read(0..1, &mut into)
        .map_or_else(|error| error.to_string(), |()| "made.mat".into());
    assert!(error.contains("made.mat"), "{error}");
}

/// A file of version 7.3 as MATLAB writes it, made with h5py: `lfp` and `tall` of two channels, `fs`, text, a structure
/// `EEG`, and what references lead to.
#[cfg(feature = "nwb")]
#[test]
fn version_7_3() {
    let folder = Folder::new();
    let bytes = include_bytes!("arrays-7.3.mat");
    let open = || open(&folder, bytes);
    let names: Vec<String> = open().list.into_iter().map(|stream| stream.name).collect();
    assert_eq!(names, ["lfp", "tall", "EEG/data"]);
    let lfp = source(open(), "lfp");
    let info = lfp.info();
    assert_eq!((info.samples, info.channels.len(), info.rate_hz), (30, 2, 1000.0));
    assert_eq!(
        (info.layout, info.dtype, info.warnings.len()),
        (Layout::Interleaved, Dtype::I16, 0)
    );
    assert_eq!(values(lfp.as_ref(), 1, 0..3), [1.0, 3.0, 5.0]);
    let tall = source(open(), "tall");
    assert_eq!(
        (
            tall.info().samples,
            tall.info().channels.len(),
            tall.info().layout
        ),
        (30, 2, Layout::Planar)
    );
    assert_eq!(values(tall.as_ref(), 1, 28..30), [58.0, 59.0]);
    let data = source(open(), "EEG/data");
    assert_eq!((data.info().rate_hz, data.info().dtype), (250.0, Dtype::F32));
    assert_eq!(values(data.as_ref(), 0, 0..2), [0.0, 2.0]);
}
