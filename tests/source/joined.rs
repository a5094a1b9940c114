//! Several recordings as one.

use galvani::source::{Dtype, Joined, Layout, Memory, Part, Source, Synthetic, open, open_all};

use crate::{Folder, assert_spans_agree, bits};

fn part(start: u64, skip: u64, source: impl Source + 'static) -> Part {
    Part {
        source: Box::new(source),
        start,
        skip,
    }
}

/// `len` samples of two channels that count up from `first`, as 16-bit integers.
fn counting(first: i16, len: i16, layout: Layout) -> Memory<Vec<i16>, i16> {
    let value = |channel: i16, t: i16| first + 2 * t + channel;
    let values = match layout {
        Layout::Interleaved => (0..len).flat_map(|t| [value(0, t), value(1, t)]).collect(),
        Layout::Planar => (0..2).flat_map(|c| (0..len).map(move |t| value(c, t))).collect(),
    };
    match layout {
        Layout::Interleaved => Memory::interleaved(values, 2, 10.0),
        Layout::Planar => Memory::planar(values, 2, 10.0),
    }
    .expect("a recording")
}

#[test]
fn without_gaps_integers_stay() {
    for first in [Layout::Interleaved, Layout::Planar] {
        for other in [Layout::Interleaved, Layout::Planar] {
            let parts: Vec<Box<dyn Source>> = vec![
                Box::new(counting(0, 7, first)),
                Box::new(counting(14, 1, other)),
                Box::new(counting(16, 33, first)),
            ];
            let joined = Joined::back_to_back(parts).expect("equal shapes");
            let info = joined.info();
            assert_eq!((info.samples, info.dtype, info.layout), (41, Dtype::I16, first));
            let starts: Vec<u64> = info
                .segments
                .iter()
                .map(|segment| segment.samples.start)
                .collect();
            assert_eq!(starts, [0, 7, 8]);
            let expected = [0, 1].map(|c| (0..41).map(|t| 2 * t + c).collect::<Vec<u32>>());
            assert_eq!(bits(&joined, 0..41), expected);
            assert_spans_agree(&joined);
            assert!(joined.borrow(8..41).is_some() && joined.borrow(7..9).is_none());
        }
    }
}

#[test]
fn gaps_are_not_a_number() {
    for layout in [Layout::Interleaved, Layout::Planar] {
        let parts = vec![
            part(20, 3, counting(-6, 10, layout)),
            part(0, 0, counting(100, 5, layout)),
        ];
        let joined = Joined::at(parts).expect("they do not overlap");
        let info = joined.info();
        assert_eq!((info.samples, info.dtype), (27, Dtype::F32));
        assert_eq!(info.segments[1].samples, 20..27);
        let all = bits(&joined, 0..27);
        for (channel, values) in all.iter().enumerate() {
            for (t, value) in values.iter().map(|bits| f32::from_bits(*bits)).enumerate() {
                match t {
                    0..5 => assert_eq!(value, (100 + 2 * t + channel) as f32),
                    5..20 => assert!(value.is_nan()),
                    _ => assert_eq!(value, (2 * (t - 20) + channel) as f32),
                }
            }
        }
        assert_spans_agree(&joined);
    }
}

/// More than one chunk of a conversion.
#[test]
fn long_parts() {
    let synthetic = |seed| Synthetic::new(seed, 3, 100_003, 1000.0).expect("a recording");
    let joined = Joined::at(vec![part(0, 0, synthetic(1)), part(200_000, 5, synthetic(2))]).expect("parts");
    let expected = bits(&synthetic(2).as_f32(), 5..100_003);
    assert_eq!(bits(&joined, 200_000..299_998), expected);
    assert_spans_agree(&joined);
}

#[test]
fn what_cannot_be_one() {
    let refused = |parts: Vec<Part>, words: &str| {
        let error = Joined::at(parts).expect_err("it must be refused").to_string();
        assert!(error.contains(words), "{error}");
    };
    let two = || counting(0, 10, Layout::Planar);
    refused(vec![], "none");
    refused(vec![part(1, 0, two())], "sample 0");
    refused(
        vec![part(0, 0, two()), part(9, 0, two())],
        "before number 1 ends at 10",
    );
    refused(vec![part(0, 11, two())], "leaves out");
    refused(vec![part(0, 0, two()), part(u64::MAX, 0, two())], "beyond");
    let other = Memory::planar(vec![0_i16; 9], 3, 10.0).expect("a recording");
    refused(vec![part(0, 0, two()), part(10, 0, other)], "3 channels");
    let other = Memory::planar(vec![0_i16; 8], 2, 11.0).expect("a recording");
    refused(vec![part(0, 0, two()), part(10, 0, other)], "11 Hz");
    let other = Memory::planar(vec![0_f32; 8], 2, 10.0).expect("a recording");
    refused(vec![part(0, 0, two()), part(10, 0, other)], "stored as");
    refused(
        vec![part(0, 0, two()), part(10, 0, two().scaled(2.0, "mV"))],
        "channel 0",
    );
}

const META: &str =
    "typeThis=nidq\nnSavedChans=1\nniSampRate=10\nniAiRangeMax=5\nacqMnMaXaDw=0,0,1,0\nsnsMnMaXaDw=0,0,1,0\n";

#[test]
fn triggers_lie_where_their_meta_says() {
    let folder = Folder::new();
    let file = |name: &str, first: Option<u64>, value: u8| {
        let first = first.map_or_else(String::new, |first| format!("firstSample={first}\n"));
        folder.write(&format!("{name}.meta"), format!("{META}{first}"));
        folder.write(&format!("{name}.bin"), [value, 0, value, 0])
    };
    let later = file("run_g0_t10.nidq", Some(1005), 3);
    let first = file("run_g0_t2.nidq", Some(1000), 1);
    file("run_g1_t0.nidq", Some(1006), 4);
    file("run_g0_tcat.nidq", Some(1000), 9);
    let streams = galvani::source::streams(&folder).expect("two streams");
    let names: Vec<&str> = streams.list.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, ["nidq", "tcat.nidq"]);
    let joined = streams.list[0].source.as_ref();
    let values: Vec<f32> = bits(joined, 0..joined.info().samples)[0]
        .iter()
        .map(|bits| f32::from_bits(*bits))
        .collect();
    assert_eq!(
        (values[..2].to_vec(), values[5..].to_vec()),
        (vec![1.0; 2], vec![3.0, 3.0, 4.0])
    );
    assert!(values[2..5].iter().all(|value| value.is_nan()));
    assert_eq!(joined.info().warnings.len(), 1, "an overlap of one");
    assert_eq!(joined.info().segments[1].start_s, 100.5);

    let listed = open_all(&[&first, &later]).expect("a list of files");
    assert_eq!((listed.info().samples, listed.info().dtype), (7, Dtype::F32));
    assert_eq!(open(&later).expect("one file").info().samples, 2);

    // Where one does not say, or the clock starts anew: as they are given.
    let silent = file("run_g0_t11.nidq", None, 5);
    for (files, values) in [
        ([&first, &silent], [1, 1, 5, 5]),
        ([&later, &first], [3, 3, 1, 1]),
    ] {
        let listed = open_all(&files).expect("a list of files");
        assert_eq!(bits(listed.as_ref(), 0..4), [values]);
        assert_eq!(listed.info().warnings.len(), 1);
    }
    let twice = open_all(&[&first, &first])
        .err()
        .expect("it lies within itself")
        .to_string();
    assert!(twice.contains("lies within"), "{twice}");
    assert!(open_all::<&str>(&[]).is_err());
}
