//! Files that change while they are open.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use galvani::Error;
use galvani::source::{Grown, Joined, Layout, Owned, Raw, RawFormat, Source, StoredType, open};

use crate::{Folder, bits};

fn append(path: &Path, values: impl IntoIterator<Item = i16>) {
    let bytes: Vec<u8> = values.into_iter().flat_map(i16::to_le_bytes).collect();
    let mut file = OpenOptions::new().append(true).open(path).expect("the file");
    file.write_all(&bytes).expect("room");
}

fn pair(path: &Path) -> Raw {
    Raw::open(path, &RawFormat::new(2, 10.0, StoredType::I16_LE)).expect("it opens")
}

#[test]
fn what_is_appended_can_be_read() {
    let folder = Folder::new();
    let path = folder.write("file.raw", []);
    append(&path, 0..20_000);
    let source = pair(&path);
    assert_eq!(source.refresh().expect("it is there"), Grown::Samples(10_000));
    assert!(Owned::read(&source, 0..10_001).is_err());

    append(&path, 20_000..20_005);
    // Not before it was looked at, and no part of a sample.
    assert_eq!(source.readable(), 10_000);
    assert_eq!(source.refresh().expect("it is there"), Grown::Samples(10_002));
    assert_eq!((source.readable(), source.info().samples), (10_002, 10_000));
    assert_eq!(
        bits(&source, 9_999..10_002),
        [[19_998, 20_000, 20_002], [19_999, 20_001, 20_003]]
    );
    append(&path, [20_005]);
    assert_eq!(source.refresh().expect("it is there"), Grown::Samples(10_003));
    assert_eq!(bits(&source, 10_002..10_003), [[20_004], [20_005]]);
}

#[test]
fn reading_while_it_grows() {
    let folder = Folder::new();
    let path = folder.write("file.raw", [0, 0, 1, 0]);
    let source = pair(&path);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for first in (2..20_000_i16).step_by(50) {
                append(&path, first..first + 50);
            }
        });
        let mut known = 1;
        while known < 10_001 {
            match source.refresh().expect("it is there") {
                Grown::Samples(samples) => {
                    assert!(samples >= known);
                    known = samples;
                }
                other => panic!("{other}"),
            }
            let last = bits(&source, known - 1..known);
            assert_eq!(last, [[2 * known as u32 - 2], [2 * known as u32 - 1]]);
        }
    });
}

#[test]
fn cut_replaced_and_deleted() {
    let folder = Folder::new();
    let path = folder.write("file.raw", []);
    append(&path, 0..20_000);

    let source = pair(&path);
    fs::write(&path, [0; 4001]).expect("it can be cut");
    let shrunk = source.refresh().expect("it is there");
    let expected = Grown::Shrunk {
        path: path.clone(),
        samples: 1000,
    };
    assert_eq!(shrunk, expected);
    assert!(shrunk.to_string().contains("file.raw was cut short"), "{shrunk}");
    assert!(matches!(
        Owned::read(&source, 5000..6000),
        Err(Error::Read { .. })
    ));

    // Written anew in place, longer than before: by its bytes.
    append(&path, (0..30_000).map(|value| value ^ 0x55));
    let anew = Grown::Replaced { path: path.clone() };
    assert_eq!(source.refresh().expect("it is there"), anew);

    // Another file of this name with the same bytes: by its number.
    let source = pair(&path);
    fs::copy(&path, folder.as_ref().join("other")).expect("room");
    fs::rename(folder.as_ref().join("other"), &path).expect("it can be replaced");
    assert_eq!(source.refresh().expect("it is there"), anew);
    assert!(anew.to_string().contains("open it again"), "{anew}");

    let source = pair(&path);
    fs::remove_file(&path).expect("it can be deleted");
    let gone = source.refresh().expect("an answer");
    assert_eq!(gone, Grown::Gone { path });
    assert!(gone.to_string().contains("gone"), "{gone}");
    // What was opened stays readable.
    assert!(Owned::read(&source, 0..10).is_ok());
}

#[test]
fn planar_files_do_not_grow() {
    let folder = Folder::new();
    let path = folder.write("file.raw", [0; 80]);
    let format = RawFormat {
        order: Layout::Planar,
        ..RawFormat::new(2, 10.0, StoredType::I16_LE)
    };
    let source = Raw::open(&path, &format).expect("it opens");
    append(&path, 0..40);
    assert_eq!(source.refresh().expect("it is there"), Grown::Samples(20));
}

#[test]
fn spikeglx_grows() {
    let folder = Folder::new();
    folder.write(
        "run_g0_t0.nidq.meta",
        "typeThis=nidq\nnSavedChans=1\nniSampRate=10\nniAiRangeMax=5\nacqMnMaXaDw=0,0,1,0\nsnsMnMaXaDw=0,0,1,0\n",
    );
    let path = folder.write("run_g0_t0.nidq.bin", [1, 0]);
    let source = open(&folder).expect("it opens");
    append(&path, [2, 3]);
    assert_eq!(source.refresh().expect("it is there"), Grown::Samples(3));
    assert_eq!(bits(source.as_ref(), 0..3), [[1, 2, 3]]);
}

#[test]
fn the_last_of_several_grows() {
    let folder = Folder::new();
    let first = folder.write("1.raw", [0; 40]);
    let last = folder.write("2.raw", [1; 40]);
    let joined =
        Joined::back_to_back(vec![Box::new(pair(&first)), Box::new(pair(&last))]).expect("equal shapes");
    append(&last, [7, 8]);
    assert_eq!(joined.refresh().expect("both are there"), Grown::Samples(21));
    assert_eq!(bits(&joined, 19..21), [[0x101, 7], [0x101, 8]]);
    fs::write(&last, [1; 8]).expect("it can be cut");
    let expected = Grown::Shrunk {
        path: last,
        samples: 12,
    };
    assert_eq!(joined.refresh().expect("both are there"), expected);
    append(&first, [7, 8]);
    assert!(joined.refresh().is_err(), "what is behind it would move");
}
