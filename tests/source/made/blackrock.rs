//! Blackrock's samples and events.

use std::fs;

use galvani::source::{ChannelKind, events, streams};

use super::{floats, le16, one};
use crate::{Folder, bits};

/// A header of NSx 3.0.
fn nsx(channels: u32, resolution: u32) -> Vec<u8> {
    let mut bytes = b"BRSMPGRP\x03\x00".to_vec();
    bytes.extend((314 + 66 * channels).to_le_bytes());
    bytes.resize(8 + 2 + 4 + 16 + 256, 0);
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(resolution.to_le_bytes());
    bytes.resize(bytes.len() + 16, 0);
    bytes.extend(channels.to_le_bytes());
    for channel in 1..=channels {
        bytes.extend(b"CC");
        bytes.extend((channel as u16).to_le_bytes());
        let mut name = format!("elec{channel}").into_bytes();
        name.resize(18, 0);
        bytes.extend(name);
        bytes.extend(le16([-1000, 1000, -500, 500]));
        bytes.extend(b"uV");
        bytes.resize(bytes.len() + 34, 0);
    }
    bytes
}

/// A packet for each sample of two channels, on a clock that drifts; from one packet on 100 samples later.
pub(crate) fn packets(count: u64, late: u64) -> Vec<u8> {
    let mut bytes = nsx(2, 1_000_000_000);
    assert_eq!(bytes.len(), 314 + 132);
    for packet in 0..count {
        let sample = if packet < late { packet } else { packet + 100 };
        bytes.push(1);
        bytes.extend(((sample as f64 * 33_333.9).round() as u64).to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(le16([(packet % 1000) as i32, -((packet % 1000) as i32)]));
    }
    bytes
}

/// A packet for each sample, on a clock that neither drifts nor jumps.
pub(crate) fn packets_of(channels: usize, count: usize, value: impl Fn(usize, usize) -> i16) -> Vec<u8> {
    let mut bytes = nsx(channels as u32, 30_000);
    for t in 0..count {
        bytes.push(1);
        bytes.extend((t as u64).to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(le16((0..channels).map(|channel| i32::from(value(channel, t)))));
    }
    bytes
}

#[test]
fn blackrock_packets() {
    let folder = Folder::new();
    let source = one(folder.write("a.ns6", packets(70_000, 40_000)));
    let info = source.info();
    assert_eq!(
        (info.samples, info.segments.len(), info.rate_hz),
        (70_100, 2, 30_000.0)
    );
    assert_eq!(
        (info.segments[1].samples.start, info.channels[1].gain),
        (40_100, 0.5)
    );
    assert_eq!(
        floats(source.as_ref(), 1)[39_999..40_101]
            .iter()
            .filter(|value| value.is_none())
            .count(),
        100
    );
    assert_eq!(info.channels[0].kind, ChannelKind::Neural);

    // A block that was never closed, behind one that was.
    let mut bytes = nsx(1, 30_000);
    for (stamp, count, values) in [(0_u64, 3_u32, [1, 2, 3]), (3, 0, [4, 5, 6])] {
        bytes.push(1);
        bytes.extend(stamp.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(le16(values));
    }
    let source = one(folder.write("b.ns6", &bytes));
    assert_eq!(bits(source.as_ref(), 0..6), [[1, 2, 3, 4, 5, 6]]);
    assert_eq!(source.info().warnings.len(), 1, "{:?}", source.info().warnings);
}

/// Spikes, a digital word and a comment.
pub(crate) fn nev() -> Vec<u8> {
    let mut bytes = b"NEURALEV\x02\x03\0\0".to_vec();
    for word in [336_u32, 24, 30_000] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.resize(336, 0);
    for (ticks, id, unit, word) in [
        (60_000_u32, 5_u16, 1_u8, 0_u16),
        (30_000, 0, 1, 0x12),
        (45_000, 5, 0, 0),
        (15_000, 0xffff, 0, 0),
    ] {
        let mut packet = ticks.to_le_bytes().to_vec();
        packet.extend(id.to_le_bytes());
        packet.extend([unit, 0]);
        packet.extend(word.to_le_bytes());
        packet.resize(12, 0);
        packet.extend(b"hello\0");
        packet.resize(24, 0);
        bytes.extend(packet);
    }
    bytes
}

#[test]
fn blackrock_events() {
    let folder = Folder::new();
    let bytes = nev();
    let path = folder.write("a.nev", &bytes);
    let found = events(&path).expect("events");
    let shapes: Vec<(&str, Vec<f64>, Vec<String>)> = found
        .iter()
        .map(|events| (events.name.as_str(), events.times_s.clone(), events.names.clone()))
        .collect();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        shapes[0],
        (
            "spikes",
            vec![1.5, 2.0],
            names(&["electrode 5 unsorted", "electrode 5 unit 1"])
        )
    );
    assert_eq!(shapes[1], ("digital", vec![1.0], names(&["0x0012"])));
    assert_eq!(shapes[2], ("comments", vec![0.5], names(&["hello"])));
    assert!(
        streams(&path)
            .expect_err("no samples")
            .to_string()
            .contains("no samples")
    );
    fs::write(&path, &bytes[..340]).expect("room");
    assert!(events(&path).expect("none").is_empty());
}
