//! Intan's files and folders.

use galvani::source::{ChannelKind, Lanes, Source};

use super::{le16, one, open};
use crate::{Folder, assert_spans_agree, values};

/// A header of Intan's of one port; types of signals, with names.
fn intan(rhs: bool, channels: &[(i16, &str)]) -> Vec<u8> {
    let string = |text: &str| -> Vec<u8> {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        let mut bytes = (2 * text.len() as u32).to_le_bytes().to_vec();
        bytes.extend(units);
        bytes
    };
    let mut bytes = if rhs { 0xD691_27AC_u32 } else { 0xC691_2702 }
        .to_le_bytes()
        .to_vec();
    bytes.extend(le16(if rhs { [1, 0] } else { [3, 0] }));
    bytes.extend(1000_f32.to_le_bytes());
    bytes.resize(
        bytes.len()
            + if rhs {
                2 + 32 + 2 + 8 + 4 + 12
            } else {
                2 + 24 + 2 + 8
            },
        0,
    );
    (0..3).for_each(|_| bytes.extend(string("note")));
    bytes.extend(le16(if rhs { [1, 0] } else { [0, 0] }));
    bytes.extend(u32::MAX.to_le_bytes());
    bytes.extend(le16([1]));
    bytes.extend(string("Port A"));
    bytes.extend(string("A"));
    bytes.extend(le16([1, channels.len() as i32, 1]));
    for (kind, name) in channels {
        bytes.extend(string(name));
        bytes.extend(string(""));
        bytes.extend(le16([0, 0, i32::from(*kind), 1]));
        bytes.resize(bytes.len() + if rhs { 6 } else { 4 } + 16, 0);
    }
    bytes
}

/// Two blocks of stimulation and recording, between which the clock skips a block.
pub(crate) fn rhs() -> Vec<u8> {
    let mut bytes = intan(
        true,
        &[
            (0, "A-000"),
            (0, "A-001"),
            (3, "ANALOG-IN-1"),
            (5, "DIGITAL-IN-1"),
            (5, "DIGITAL-IN-2"),
        ],
    );
    for block in 0..2_i32 {
        bytes.extend((0..128).flat_map(|t| (block * 256 + t).to_le_bytes()));
        let run = |start: i32| le16((0..128).map(|t| start + block * 128 + t));
        for start in [32_768, 100, 512, 512, 0, 1, 32_000, 3] {
            bytes.extend(run(start));
        }
    }
    bytes
}

#[test]
fn intan_rhs() {
    let folder = Folder::new();
    let opened = open(folder.write("a.rhs", rhs()));
    let names: Vec<&str> = opened.list.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, ["amplifier", "dc", "stimulation", "adc", "digital-in"]);
    let amplifier = opened.list[0].source.as_ref();
    let info = amplifier.info();
    assert_eq!((info.samples, info.segments.len()), (384, 2));
    let first = &info.channels[0];
    let physical = |sample: u64| values(amplifier, 0, sample..sample + 1)[0] * first.gain + first.offset;
    assert!(physical(0).abs() < 1e-9 && (physical(256) - 0.195 * 128.0).abs() < 1e-9);
    assert!(physical(128).is_nan() && first.unit == "µV");
    let dc = opened.list[1].source.info();
    assert!((dc.channels[0].gain * (512.0 - 32_768.0) + dc.channels[0].offset).abs() < 1e-9);
    assert_eq!(opened.list[4].source.info().channels.len(), 1, "a word");
    assert_eq!(
        opened.list[4].source.info().channels[0].kind,
        ChannelKind::Digital
    );
}

fn rhd_header() -> Vec<u8> {
    let channels = [(0, "A-000"), (0, "A-001"), (1, "A-AUX1"), (4, "DIGITAL-IN-01")];
    intan(false, &channels)
}

/// A folder with a file for each kind of signal.
pub(crate) fn together() -> Folder {
    let folder = Folder::new();
    folder.write("info.rhd", rhd_header());
    folder.write("time.dat", [0; 32]);
    folder.write("amplifier.dat", le16(-8..8));
    folder.write("auxiliary.dat", le16([5, 6]));
    folder.write("digitalin.dat", le16(0..8));
    folder
}

/// A folder with a file for each channel.
pub(crate) fn apart() -> Folder {
    let folder = Folder::new();
    folder.write("info.rhd", rhd_header());
    folder.write("time.dat", [0; 32]);
    folder.write("amp-A-000.dat", le16(0..8));
    folder.write("amp-A-001.dat", le16(10..17));
    folder
}

#[test]
fn intan_folders() {
    let together = together();
    let opened = open(&together);
    let facts = |at: usize| {
        (
            opened.list[at].source.info().samples,
            opened.list[at].source.info().rate_hz,
        )
    };
    assert_eq!(
        [facts(0), facts(1), facts(2)],
        [(8, 1000.0), (2, 250.0), (8, 1000.0)]
    );
    let amplifier = opened.list[0].source.as_ref();
    assert_eq!(values(amplifier, 1, 0..3), [-7.0, -5.0, -3.0]);
    assert_eq!(amplifier.info().channels[1].offset, 0.0);

    // What is cut short is not slower.
    together.write("amplifier.dat", le16(-8..0));
    assert_eq!(open(&together).list[0].source.info().rate_hz, 1000.0);

    let apart = apart();
    apart.write("aux-A-AUX1.dat", le16([7, 8]));
    let opened = open(&apart);
    let auxiliary = opened.list[1].source.info();
    assert_eq!((auxiliary.samples, auxiliary.rate_hz), (2, 250.0));
    let source = opened.list[0].source.as_ref();
    assert_eq!((source.info().samples, source.info().warnings.len()), (7, 1));
    assert_eq!(values(source, 1, 5..7), [15.0, 16.0]);
    assert_spans_agree(source);
}

#[test]
fn bits_of_digital_words() {
    let folder = Folder::new();
    let header = intan(false, &[(4, "DIGITAL-IN-01"), (4, "DIGITAL-IN-02")]);
    folder.write("info.rhd", &header);
    folder.write("time.dat", [0; 16]);
    folder.write("digitalin.dat", le16([0, 1, 0x8002, 0x0003]));
    let word = open(&folder).main().expect("the word");
    let lanes = Lanes::new(word).expect("digital words");
    assert_eq!((lanes.info().channels.len(), lanes.info().samples), (16, 4));
    let set: Vec<Vec<f64>> = [0, 1, 2, 15]
        .iter()
        .map(|bit| values(&lanes, *bit, 0..4))
        .collect();
    assert_eq!(
        set,
        [
            [0.0, 1.0, 0.0, 1.0],
            [0.0, 0.0, 1.0, 1.0],
            [0.0; 4],
            [0.0, 0.0, 1.0, 0.0]
        ]
    );
    assert_spans_agree(&lanes);
    let analogue = one(folder.write("a.csv", "1\n2"));
    assert!(
        Lanes::new(analogue)
            .expect_err("no words")
            .to_string()
            .contains("no digital")
    );
}
