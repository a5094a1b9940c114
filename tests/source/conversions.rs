//! Stored types, orders and shapes, against a decoder that is slow and plain.

use std::sync::Arc;

use galvani::source::npy::{self, Options, TimeAxis};
use galvani::source::spikeglx::Meta;
use galvani::source::{
    ByteOrder, Dtype, Kind, Layout, Memory, Npy, Raw, RawFormat, Samples, Source, StoredType,
};
use proptest::prelude::*;

use crate::{Folder, assert_spans_agree, bits};

const KINDS: [Kind; 8] = [
    Kind::I8,
    Kind::U8,
    Kind::I16,
    Kind::U16,
    Kind::I24,
    Kind::I32,
    Kind::F32,
    Kind::F64,
];

/// The bits that one stored value becomes.
fn naive(stored: StoredType, bytes: &[u8]) -> u32 {
    let mut little = bytes.to_vec();
    if stored.order == ByteOrder::Big {
        little.reverse();
    }
    let unsigned = little
        .iter()
        .rev()
        .fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    let unused = 64 - 8 * bytes.len();
    let signed = ((unsigned << unused) as i64) >> unused;
    match stored.kind {
        Kind::I8 | Kind::I16 => u32::from(signed as i16 as u16),
        Kind::U8 => unsigned as u32,
        Kind::U16 => u32::from((unsigned as i32 - 32768) as i16 as u16),
        Kind::I24 | Kind::I32 => (signed as f32).to_bits(),
        Kind::F32 => unsigned as u32,
        Kind::F64 => (f64::from_bits(unsigned) as f32).to_bits(),
    }
}

/// NaN may change its payload on its way from f64.
fn same(a: u32, b: u32, dtype: Dtype) -> bool {
    a == b || (dtype == Dtype::F32 && f32::from_bits(a).is_nan() && f32::from_bits(b).is_nan())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn raw_is_what_a_naive_decoder_reads(
        kind in 0..KINDS.len(), big: bool, planar: bool, channels in 1usize..6,
        bytes in prop::collection::vec(any::<u8>(), 48..600), offset in 0u64..7,
    ) {
        let order = if big { ByteOrder::Big } else { ByteOrder::Little };
        let stored = StoredType { kind: KINDS[kind], order };
        let layout = if planar { Layout::Planar } else { Layout::Interleaved };
        let folder = Folder::new();
        let path = folder.write("recording.raw", &bytes);
        let format = RawFormat { order: layout, offset, gain: 2.0, value_offset: 1.0, ..RawFormat::new(channels, 10.0, stored) };
        let source = match Raw::open(&path, &format) {
            Ok(source) => source,
            Err(error) => {
                prop_assert!((bytes.len() - offset as usize) < channels * stored.bytes(), "{error}");
                return Ok(());
            }
        };
        let width = stored.bytes();
        let held = bytes.len() - offset as usize;
        let samples = held / (width * channels);
        prop_assert_eq!(source.info().samples, samples as u64);
        prop_assert_eq!(source.info().warnings.is_empty(), held.is_multiple_of(width * channels));
        let ours = bits(&source, 0..samples as u64);
        for (c, channel) in ours.iter().enumerate() {
            for (t, value) in channel.iter().enumerate() {
                let place = if planar { c * samples + t } else { t * channels + c };
                let at = offset as usize + place * width;
                let theirs = naive(stored, &bytes[at..at + width]);
                prop_assert!(same(*value, theirs, source.info().dtype), "{value:x} {theirs:x}");
            }
        }
        let shift = if kind == 3 { 32768.0 } else { 0.0 };
        prop_assert_eq!(source.info().channels[0].offset, 1.0 + 2.0 * shift);
        assert_spans_agree(&source);
    }
}

#[test]
fn conversions_longer_than_a_chunk() {
    let folder = Folder::new();
    let bytes: Vec<u8> = (0..3 * 300_001u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8)
        .collect();
    let path = folder.write("recording.raw", &bytes);
    let stored: StoredType = ">i24".parse().expect("a type");
    let source = Raw::open(path, &RawFormat::new(1, 1.0, stored)).expect("it opens");
    let theirs: Vec<u32> = bytes.chunks_exact(3).map(|value| naive(stored, value)).collect();
    assert_eq!(bits(&source, 0..300_001)[0], theirs);
}

#[test]
fn types_are_told_by_name() {
    for (name, short) in [
        ("int16", "<i2"),
        (">f4", ">f4"),
        ("|u1", "|u1"),
        ("uint8", "|u1"),
        ("<i4", "<i4"),
        ("float64", "<f8"),
        ("i32", "<i4"),
        ("u16", "<u2"),
        ("f32", "<f4"),
        ("i24", "<i3"),
        (">u2", ">u2"),
    ] {
        let stored: StoredType = name.parse().expect(name);
        assert_eq!(stored.to_string(), short);
    }
    for name in ["", "<", "i16le", "complex64", "<i8", "µ", "|"] {
        let error = name.parse::<StoredType>().expect_err(name).to_string();
        assert!(error.contains("float32"), "{error}");
    }
}

/// An NPY file, as NumPy writes it.
fn npy_bytes(version: u8, descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    match version {
        1 => bytes.extend((header.len() as u16).to_le_bytes()),
        _ => bytes.extend((header.len() as u32).to_le_bytes()),
    }
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn npy_axes_orders_and_versions() {
    let folder = Folder::new();
    // Value 10·row + column, of 2 rows and 3 columns.
    let rows_first: Vec<u8> = [0i16, 1, 2, 10, 11, 12]
        .iter()
        .flat_map(|value| value.to_be_bytes())
        .collect();
    let columns_first: Vec<u8> = [0i16, 10, 1, 11, 2, 12]
        .iter()
        .flat_map(|value| value.to_be_bytes())
        .collect();
    for version in 1..=3 {
        for (fortran, data) in [(false, &rows_first), (true, &columns_first)] {
            let path = folder.write("array.npy", npy_bytes(version, ">i2", fortran, "(2, 3)", data));
            let (header, all) = npy::read_values(&path).expect("it reads");
            assert_eq!(header.shape, [2, 3]);
            assert_eq!(all, [0.0, 1.0, 2.0, 10.0, 11.0, 12.0]);
            let read = |time| {
                let source = Npy::open(&path, Options { rate_hz: None, time }).expect("it opens");
                assert_eq!(source.info().warnings.len(), 1, "no rate was given");
                assert_spans_agree(&source);
                bits(&source, 0..source.info().samples)
            };
            assert_eq!(read(TimeAxis::First), [vec![0, 10], vec![1, 11], vec![2, 12]]);
            assert_eq!(read(TimeAxis::Last), [vec![0, 1, 2], vec![10, 11, 12]]);
            assert_eq!(read(TimeAxis::Longer), read(TimeAxis::Last));
        }
    }
}

#[test]
fn npy_numbers_of_every_kind() {
    let folder = Folder::new();
    let cases: [(&str, Vec<u8>, f64); 6] = [
        ("<i8", (-5i64).to_le_bytes().to_vec(), -5.0),
        (">u4", 4_000_000_000u32.to_be_bytes().to_vec(), 4e9),
        ("|b1", vec![1], 1.0),
        ("|i1", vec![0xff], -1.0),
        (">f8", 1.5f64.to_be_bytes().to_vec(), 1.5),
        ("<f4", (-2.5f32).to_le_bytes().to_vec(), -2.5),
    ];
    for (descr, data, value) in cases {
        let path = folder.write("number.npy", npy_bytes(1, descr, false, "(1,)", &data));
        assert_eq!(npy::read_values(path).expect(descr).1, [value], "{descr}");
    }
}

#[test]
fn memory_of_every_owner() -> galvani::Result<()> {
    let data: Vec<i16> = (0..12).collect();
    let planar = Memory::planar(&data, 3, 10.0)?
        .scaled(0.5, "µV")
        .channels_named(["a", "b", "c"])?;
    assert_eq!(bits(&planar, 1..3), [vec![1, 2], vec![5, 6], vec![9, 10]]);
    assert_eq!(planar.info().channels[2].name, "c");
    assert_eq!(planar.info().channels[2].gain, 0.5);
    let interleaved = Memory::interleaved(data.clone(), 3, 10.0)?;
    assert_eq!(bits(&interleaved, 1..3), [vec![3, 6], vec![4, 7], vec![5, 8]]);
    let shared: Arc<[f32]> = vec![1.0, f32::NAN, -0.0, 4.0].into();
    let floats = Memory::planar(shared, 2, 10.0)?;
    assert_eq!(bits(&floats, 0..1), [vec![1f32.to_bits()], vec![0x8000_0000]]);
    for source in [&planar as &dyn Source, &interleaved, &floats] {
        assert_spans_agree(source);
        let samples = source.info().samples;
        for span in [0..0, 0..samples, 1..2, samples..samples] {
            let read = bits(source, span.clone());
            let borrowed = source.borrow(span).expect("it is in memory");
            for (c, channel) in read.iter().enumerate() {
                for (t, value) in channel.iter().enumerate() {
                    let lent = match borrowed {
                        Samples::I16(block) => u32::from(block.at(c, t) as u16),
                        Samples::F32(block) => block.at(c, t).to_bits(),
                    };
                    assert_eq!(lent, *value);
                }
            }
        }
        assert!(source.borrow(0..samples + 1).is_none());
    }
    let empty: &[i16] = &[];
    assert_eq!(Memory::planar(empty, 2, 10.0)?.info().samples, 0);
    Ok(())
}

/// Metas of devices of which there is no recording to test with.
#[test]
fn spikeglx_gains_of_other_devices() {
    let folder = Folder::new();
    let meta = |text: &str| Meta::open(folder.write("a.meta", text)).expect("it is understood");
    let probe = "typeThis=imec\nimSampRate=30000\nimAiRangeMax=0.6\nnSavedChans=3\nacqApLfSy=2,2,1\n";

    // An active ultra-dense probe: one pair of gains, in the table's header; here the second AP, LF and sync.
    let table = "imDatPrb_type=1110\nsnsSaveChanSubset=1,2,4\n~imroTbl=(1110,2,0,500,250,1)(0 0 0)(1 0 0)\n";
    let ultra = meta(&format!("{probe}{table}"));
    let gains: Vec<f64> = ultra.channels.iter().map(|channel| channel.gain).collect();
    assert_eq!(gains, [2.34375, 4.6875, 1.0]);
    let names: Vec<&str> = ultra
        .channels
        .iter()
        .map(|channel| channel.name.as_str())
        .collect();
    assert_eq!(names, ["AP1", "LF0", "SY0"]);

    // Gains of its own for each channel.
    let table = "snsSaveChanSubset=0,1,3\n~imroTbl=(0,2)(0 0 0 500 250 1)(1 0 0 1000 125 1)\n";
    let gains: Vec<f64> = meta(&format!("{probe}{table}"))
        .channels
        .iter()
        .map(|channel| channel.gain)
        .collect();
    assert_eq!(gains, [2.34375, 1.171875, 9.375]);

    let box_of =
        "typeThis=obx\nobSampRate=30303\nobAiRangeMax=5\nobMaxInt=32768\nnSavedChans=3\nacqXaDwSy=1,1,1\n";
    let onebox = meta(box_of);
    let units: Vec<&str> = onebox
        .channels
        .iter()
        .map(|channel| channel.unit.as_str())
        .collect();
    assert_eq!(
        (onebox.channels[0].gain, units),
        (5.0 / 32768.0, vec!["V", "", ""])
    );
}
