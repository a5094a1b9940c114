//! The packings of WFDB's signals.

use super::{floats, one};
use crate::Folder;

#[test]
fn wfdb_packings() {
    let folder = Folder::new();
    let record = |format: &str, bytes: &[u8]| {
        folder.write("r.dat", bytes);
        folder.write(
            "r.hea",
            format!("r 1 100\nr.dat {format} 10(5)/mV 12 0 7 0 0 name of it\n"),
        );
        let source = one(folder.as_ref().join("r.hea"));
        assert_eq!(source.info().channels[0].name, "name of it");
        assert_eq!(source.info().channels[0].offset, -0.5);
        floats(source.as_ref(), 0)
    };
    let some = |values: &[i32]| {
        values
            .iter()
            .map(|value| Some(f64::from(*value)))
            .collect::<Vec<_>>()
    };
    assert_eq!(record("8", &[1, 255, 3]), some(&[8, 7, 10]));
    assert_eq!(record("16", &[1, 0, 0, 128]), [Some(1.0), None]);
    assert_eq!(record("61", &[0, 1, 255, 254]), some(&[1, -2]));
    assert_eq!(record("80", &[129, 127, 0]), [Some(1.0), Some(-1.0), None]);
    assert_eq!(record("160", &[1, 128, 255, 127]), some(&[1, -1]));
    assert_eq!(record("24", &[1, 0, 0, 255, 255, 255]), some(&[1, -1]));
    assert_eq!(record("32+4", &[9, 9, 9, 9, 254, 255, 255, 255]), some(&[-2]));
    assert_eq!(
        record("212", &[1, 0x0f, 255, 0, 8]),
        [Some(-255.0), Some(255.0), None]
    );
    assert_eq!(
        record("311", &((5 | 1023 << 10 | 512 << 20) as u32).to_le_bytes()),
        [Some(5.0), Some(-1.0), None]
    );
}

/// Segments of which one lacks a signal and has the other in steps of its own, between gaps.
#[test]
fn wfdb_segments() {
    let folder = Folder::new();
    folder.write(
        "r_layout.hea",
        "r_layout 2 100 0\n~ 0 10(0)/mV 12 0 0 0 0 a\n~ 0 20(4)/mV 12 0 0 0 0 b\n",
    );
    folder.write(
        "r_1.hea",
        "r_1 2 100 3\nr_1.dat 16 10(0)/mV 12 0 0 0 0 a\nr_1.dat 16 20(4)/mV 12 0 0 0 0 b\n",
    );
    folder.write("r_1.dat", super::le16([1, 10, 2, 20, 3, 30]));
    // Another order and scale, and no rate.
    folder.write("r_2.hea", "r_2 1\nr_2.dat 16 40(2)/mV 12 0 0 0 0 b\n");
    folder.write("r_2.dat", super::le16([2, 42]));
    folder.write("r.hea", "r/6 2 100 11\nr_layout 0\n~ 4\nr_1 3\n~ 1\nr_2 2\n~ 1\n");
    let source = one(folder.as_ref().join("r.hea"));
    let info = source.info();
    // What lies before the first sample and behind the last is no part of it.
    assert_eq!((info.samples, info.segments.len()), (6, 2));
    let starts: Vec<f64> = info.segments.iter().map(|segment| segment.start_s).collect();
    assert_eq!(starts, [0.04, 0.08]);
    assert_eq!(
        floats(source.as_ref(), 0),
        [Some(1.0), Some(2.0), Some(3.0), None, None, None]
    );
    assert_eq!(
        floats(source.as_ref(), 1),
        [Some(10.0), Some(20.0), Some(30.0), None, Some(4.0), Some(24.0)]
    );
}

/// More segments than files may be open on many systems.
#[test]
fn wfdb_of_many_segments() {
    let folder = Folder::new();
    let count = 1100;
    let mut header = format!("m/{count} 1 100 {}\n", 2 * count);
    for number in 0..count {
        header += &format!("m_{number} 2\n");
        folder.write(
            &format!("m_{number}.hea"),
            format!("m_{number} 1 100 2\nm_{number}.dat 16 1 12 0 0 0 0 a\n"),
        );
        folder.write(&format!("m_{number}.dat"), super::le16([number, -number]));
    }
    let source = one(folder.write("m.hea", header));
    let read = floats(source.as_ref(), 0);
    assert_eq!(
        (read.len(), read[2001], read[2198]),
        (2200, Some(-1000.0), Some(1099.0))
    );
}
