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
