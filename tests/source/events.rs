//! Events, as independent readers find them.

use galvani::source::{EventKind, Events, events, streams};
use serde_json::Value;

use crate::Folder;
use crate::reference::{data, float, hash, references};

fn number(value: &Value) -> usize {
    value.as_u64().expect("a number") as usize
}

/// How many events each label has, the most first, by the label's first word.
fn counts(events: &Events) -> Vec<(i64, usize)> {
    let mut counts: Vec<(i64, usize)> = events
        .names
        .iter()
        .map(|name| {
            (
                name.split(' ')
                    .next()
                    .and_then(|word| word.parse().ok())
                    .expect("a unit"),
                0,
            )
        })
        .collect();
    for label in &events.labels {
        counts[*label as usize].1 += 1;
    }
    counts.sort_by_key(|(unit, count)| (usize::MAX - count, *unit));
    counts
}

#[test]
fn phy() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "phy") {
        let found = events(&path).expect("spikes");
        assert_eq!((found.len(), found[0].kind), (1, EventKind::Spikes));
        let counts = counts(&found[0]);
        assert_eq!(reference["clusters"]["n"], counts.len());
        for (largest, ours) in reference["clusters"]["largest"]
            .as_array()
            .expect("clusters")
            .iter()
            .zip(&counts)
        {
            assert_eq!((largest[0].as_i64(), number(&largest[1])), (Some(ours.0), ours.1));
        }
        assert!(found[0].times_s.is_sorted());
        // The samples themselves are elsewhere.
        let error = streams(&path).expect_err("there are none").to_string();
        assert!(error.contains("params.py"), "{error}");
    }
    let found = events(data.join("phy/phy_example_0")).expect("spikes");
    assert_eq!(found[0].len(), 788);
    assert!(
        found[0].names.contains(&"0 mua".to_owned()),
        "{:?}",
        found[0].names
    );
}

#[test]
fn neuroscope() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "neuroscope") {
        let found = events(&path).expect("events");
        let groups = reference["spikes"].as_object().expect("groups");
        assert_eq!(found.len(), groups.len());
        for ((name, facts), found) in groups.iter().zip(&found) {
            let group = name.rsplit('.').next().expect("a number");
            assert!(found.name.ends_with(&format!("group {group}")));
            let spikes = number(&facts["spikes"]);
            assert_eq!(
                (found.len(), found.names.len()),
                (spikes, facts["labels"].as_array().map_or(0, Vec::len))
            );
            assert!((found.times_s[0] * 20_000.0 - float(&facts["first"])).abs() < 1e-6);
            if facts["times"] == facts["spikes"] {
                let samples = found
                    .times_s
                    .iter()
                    .map(|time_s| (time_s * 20_000.0).round() as i64);
                assert_eq!(
                    facts["times_sha256_i64"],
                    hash(samples.flat_map(i64::to_le_bytes))
                );
            }
        }
    }
}

#[test]
fn annotations() {
    let Some(data) = data() else { return };
    for (path, reference) in references(&data, "edf") {
        let found = events(&path).expect("annotations");
        let facts = &reference["annotations"];
        assert_eq!(facts["n"], found.first().map_or(0, Events::len));
        let opened = streams(&path).expect("it opens");
        let start_s = opened.list[0].source.info().segments[0].start_s;
        for (event, first) in facts["first"].as_array().into_iter().flatten().enumerate() {
            let found = &found[0];
            // The reference counts from the first sample, which lies behind the header's whole second.
            assert!((found.times_s[event] - start_s - float(&first[0])).abs() < 1e-6);
            assert_eq!(
                found.names[found.labels[event] as usize],
                first[2].as_str().expect("a text")
            );
            let duration = found.durations_s.get(event).copied().unwrap_or(f64::NAN);
            let stated = float(&first[1]);
            assert!(if stated < 0.0 {
                duration.is_nan()
            } else {
                (duration - stated).abs() < 1e-6
            });
        }
    }
    for (path, reference) in references(&data, "abf") {
        let found = events(&path).expect("tags");
        let tags = reference["tags"].as_array().expect("tags");
        assert_eq!(found.first().map_or(0, Events::len), tags.len());
        for (event, tag) in tags.iter().enumerate() {
            assert!((found[0].times_s[event] - float(&tag[0])).abs() < 1e-4);
            assert_eq!(
                found[0].names[found[0].labels[event] as usize],
                tag[1].as_str().expect("a text")
            );
        }
    }
}

#[test]
fn beats() {
    let Some(data) = data() else { return };
    let found = events(data.join("wfdb/100/100.hea")).expect("beats");
    let (_, reference) = references(&data, "wfdb")
        .into_iter()
        .find(|(path, _)| path.ends_with("100.hea"))
        .expect("the reference");
    for annotator in ["atr", "qrs"] {
        let facts = &reference[format!("annotations_{annotator}")];
        let found = found
            .iter()
            .find(|events| events.name == annotator)
            .expect("its annotations");
        assert_eq!(facts["n"], found.len());
        let samples: Vec<i64> = found
            .times_s
            .iter()
            .map(|time_s| (time_s * 360.0).round() as i64)
            .collect();
        assert_eq!(
            facts["samples_sha256_i64"],
            hash(samples.iter().flat_map(|sample| sample.to_le_bytes()))
        );
        for (event, first) in facts["first"].as_array().expect("the first").iter().enumerate() {
            assert_eq!(
                found.names[found.labels[event] as usize],
                first[1].as_str().expect("a symbol")
            );
        }
    }
}

#[test]
fn edges_and_messages() {
    let Some(data) = data() else { return };
    let root = data.join("openephys");
    let found = events(root.join("v0.6.x_multiexp_multistream")).expect("events");
    let probe = found
        .iter()
        .find(|events| {
            events
                .name
                .ends_with("experiment1/recording1/Neuropix-PXI-100.ProbeB/TTL")
        })
        .expect("the probe's edges");
    // 13 520 bytes of 64-bit numbers behind a header of 128.
    assert_eq!((probe.len(), probe.kind), ((13_520 - 128) / 8, EventKind::Edges));
    assert_eq!(probe.names.len(), 2);
    let older = events(root.join("v0.4.4.1_with_video_tracking")).expect("events");
    assert!(
        older
            .iter()
            .any(|events| events.kind == EventKind::Edges && events.len() == 14)
    );
}

#[test]
fn a_table_of_events() {
    let folder = Folder::new();
    let path = folder.write("e.csv", "time,duration,label,channel\n2,0.5,\"b, c\",7\n1,,a,3\n");
    let found = events(&path).expect("events").remove(0);
    assert_eq!(
        (found.kind, &*found.times_s),
        (EventKind::Epochs, &[1.0, 2.0][..])
    );
    assert_eq!(
        (&*found.channels, &*found.names, &*found.labels),
        (&[3, 7][..], &["a".to_owned(), "b, c".to_owned()][..], &[0, 1][..])
    );
    assert!(found.durations_s[0].is_nan() && found.durations_s[1] == 0.5);
    for (text, word) in [
        ("label\nx", "time"),
        ("time\nx", "no number"),
        ("", "no lines"),
        ("time,label\n,x", "no time"),
    ] {
        let error = events(folder.write("f.csv", text))
            .expect_err("it is refused")
            .to_string();
        assert!(error.contains(word) && error.contains("f.csv"), "{error}");
    }
}

#[test]
fn clocks_to_samples() {
    let folder = Folder::new();
    let path = folder.write("a.csv", "time,a\n10,1\n10.5,2\n12,3\n12.5,4");
    let source = streams(path).expect("it opens").main().expect("one stream");
    let info = source.info();
    let samples = [9.0, 10.25, 12.0, 13.0].map(|time_s| info.sample_from_clock(time_s));
    assert_eq!(samples, [-2.0, 0.5, 4.0, 6.0]);
}

#[cfg(feature = "nwb")]
#[test]
fn units_of_nwb() {
    let Some(data) = data() else { return };
    let found = references(&data, "nwb")
        .into_iter()
        .find(|(_, reference)| reference["n_series"] == 0);
    let (path, reference) = found.expect("the table of units");
    let units = events(&path).expect("spikes").remove(0);
    let facts = &reference["units_table"];
    assert_eq!(
        (number(&facts["spikes"]), number(&facts["units"])),
        (units.len(), units.names.len())
    );
    // As they lie in the table: unit after unit.
    let mut by_unit: Vec<(u32, f64)> = units
        .labels
        .iter()
        .copied()
        .zip(units.times_s.iter().copied())
        .collect();
    by_unit.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    assert_eq!(
        facts["times_sha256_f64"],
        hash(by_unit.iter().flat_map(|(_, time_s)| time_s.to_le_bytes()))
    );
}
