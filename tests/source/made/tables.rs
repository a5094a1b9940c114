//! Files of one table: text, sound, EDF.

use galvani::source::streams;

use super::{floats, le16, one, open};
use crate::{Folder, channel_names, values};

#[test]
fn csv() {
    let folder = Folder::new();
    let source = one(folder.write(
        "a.csv",
        "time (ms),a,\"b\"\n10,1,2\n10.5,3,\n11,5,6\n12.5,7,8\n13,9,1e3",
    ));
    let info = source.info();
    let names = channel_names(info);
    assert_eq!((names, info.samples), (vec!["a", "b"], 7));
    assert!((info.rate_hz - 2000.0).abs() < 1e-6 && (info.segments[1].start_s - 0.0125).abs() < 1e-9);
    assert_eq!(
        floats(source.as_ref(), 0),
        [Some(1.0), Some(3.0), Some(5.0), None, None, Some(7.0), Some(9.0)]
    );
    assert_eq!(floats(source.as_ref(), 1)[1], None);

    let source = one(folder.write("b.tsv", "1\t-2\n3\t4\n5\t"));
    assert_eq!((source.info().rate_hz, source.info().warnings.len()), (1.0, 1));
    assert_eq!(floats(source.as_ref(), 1), [Some(-2.0), Some(4.0), None]);
    let source = one(folder.write("c.csv", "x;y\n1,5;2\n2,5;3\n4"));
    assert_eq!(values(source.as_ref(), 0, 0..2), [1.5, 2.5]);
    assert!(
        source.info().warnings[0].contains("left out"),
        "{:?}",
        source.info().warnings
    );
    // Uneven time is said.
    let source = one(folder.write("d.csv", "t,v\n0,1\n1,2\n1.3,3\n9,4\n10,5"));
    assert!(
        source.info().warnings[0].contains("evenly"),
        "{:?}",
        source.info().warnings
    );
    for (text, word) in [
        ("", "no lines"),
        ("a,b\n", "no values"),
        ("a,b\n1,2\n1,x\n3,4\n", "line 2"),
    ] {
        let error = streams(folder.write("e.csv", text))
            .expect_err("it is refused")
            .to_string();
        assert!(error.contains(word) && error.contains("e.csv"), "{error}");
    }
}

/// A RIFF file of chunks.
fn riff(magic: &[u8; 4], chunks: &[(&[u8; 4], u32, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = magic.to_vec();
    bytes.extend([0xff; 4]);
    bytes.extend(b"WAVE");
    for (id, size, content) in chunks {
        bytes.extend(*id);
        bytes.extend(size.to_le_bytes());
        bytes.extend(content);
    }
    bytes
}

fn wave_format(tag: u16, channels: u16, width: u16) -> Vec<u8> {
    let mut bytes = le16([i32::from(tag), i32::from(channels)]);
    bytes.extend(8000_u32.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(le16([i32::from(width * channels), i32::from(width * 8)]));
    bytes
}

/// Sound of more bytes than a RIFF file's lengths can say.
pub(crate) fn rf64() -> Vec<u8> {
    let mut large = vec![0; 8];
    large.extend(8_u64.to_le_bytes());
    large.extend([0; 8]);
    let format = (b"fmt ", 16, wave_format(3, 1, 4));
    riff(
        b"RF64",
        &[(b"ds64", 24, large), format, (b"data", u32::MAX, three_floats())],
    )
}

fn three_floats() -> Vec<u8> {
    [1.5_f32, -2.0, 0.0]
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

#[test]
fn wav() {
    let folder = Folder::new();
    let mut extended = wave_format(0xfffe, 1, 3);
    extended.extend(le16([22, 24, 0, 0]));
    extended.extend([1, 0]);
    extended.resize(40, 0);
    let odd = (b"note", 3, vec![0; 4]);
    let file = riff(
        b"RIFF",
        &[
            odd,
            (b"fmt ", 40, extended),
            (b"data", 6, vec![0, 0, 1, 0, 0, 0x80]),
        ],
    );
    let source = one(folder.write("a.wav", file));
    assert_eq!(values(source.as_ref(), 0, 0..2), [65_536.0, -8_388_608.0]);

    let source = one(folder.write("b.wav", rf64()));
    assert_eq!(values(source.as_ref(), 0, 0..2), [1.5, -2.0]);
    assert_eq!(source.info().samples, 2, "what is behind the samples is none");
    // Cut short, and never closed.
    let file = riff(
        b"RIFF",
        &[
            (b"fmt ", 16, wave_format(3, 1, 4)),
            (b"data", 400, three_floats()),
        ],
    );
    let source = one(folder.write("c.wav", file));
    assert_eq!((source.info().samples, source.info().warnings.len()), (3, 1));
    let file = riff(
        b"RIFF",
        &[
            (b"fmt ", 16, wave_format(1, 1, 1)),
            (b"data", 0, vec![128, 255, 0]),
        ],
    );
    let source = one(folder.write("d.wav", file));
    assert_eq!(
        (source.info().samples, source.info().channels[0].offset),
        (3, -128.0)
    );
    let bad = folder.write(
        "e.wav",
        riff(
            b"RIFF",
            &[(b"fmt ", 16, wave_format(85, 1, 1)), (b"data", 0, vec![1])],
        ),
    );
    assert!(streams(bad).expect_err("MP3").to_string().contains("tag 85"));
}

/// Three records of EDF+D, the last of which is late, with annotations.
pub(crate) fn edf_plus() -> Vec<u8> {
    let mut text = format!(
        "{:<8}{:<80}{:<80}{:<8}{:<8}{:<8}{:<44}",
        "0", "X", "Startdate", "02.03.04", "05.06.07", 768, "EDF+D"
    );
    text += &format!("{:<8}{:<8}{:<4}", -1, 2, 2);
    text += &format!(
        "{:<16}{:<16}{:<160}{:<8}{:<8}",
        "EEG", "EDF Annotations", "", "uV", ""
    );
    for (a, b) in [(-100, -1), (100, 1), (-1000, -32_768), (1000, 32_767)] {
        text += &format!("{a:<8}{b:<8}");
    }
    text += &format!("{:<160}{:<8}{:<8}{:<64}", "", 4, 8, "");
    let mut bytes = text.into_bytes();
    assert_eq!(bytes.len(), 768);
    for (record, onset) in ["+0", "+2", "+7.5"].iter().enumerate() {
        bytes.extend(le16((0..4).map(|i| record as i32 * 4 + i)));
        let mut annotations = format!("{onset}\x14\x14\0").into_bytes();
        annotations.resize(16, 0);
        bytes.extend(annotations);
    }
    bytes
}

#[test]
fn edf_apart() {
    let mut bytes = edf_plus();
    let folder = Folder::new();
    let opened = open(folder.write("a.edf", &bytes));
    assert_eq!(opened.started.as_deref(), Some("2004-03-02T05:06:07"));
    let source = opened.main().expect("one stream");
    let info = source.info();
    // Two samples a second; 3.5 s and so seven samples are missing before the last record.
    assert_eq!(
        (info.rate_hz, info.samples, info.channels[0].gain),
        (2.0, 19, 0.1)
    );
    assert_eq!(info.segments[1].start_s, 7.5);
    let all = floats(source.as_ref(), 0);
    assert!((0..8).all(|t| all[t] == Some(t as f64)) && (8..15).all(|t| all[t].is_none()));
    assert_eq!(all[15..], [8.0, 9.0, 10.0, 11.0].map(Some));
    bytes.truncate(bytes.len() - 1);
    assert_eq!(one(folder.write("b.edf", &bytes)).info().samples, 8);
}
