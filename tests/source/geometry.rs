//! Where electrodes are: Open Ephys' settings, and ProbeInterface's files.

use std::fs;

use galvani::source::{Channel, Order, Probe, Source, Streams, streams};

use crate::{Folder, values};

/// A recording of Open Ephys, of streams with an id, a name or none, a folder and channels' names.
fn open_ephys(
    folder: &Folder,
    experiment: u32,
    described: &[(u64, Option<&str>, &str, Vec<String>)],
) -> Streams {
    let recording = folder.as_ref().join(format!("experiment{experiment}/recording1"));
    let mut continuous = Vec::new();
    for (id, name, within, channels) in described {
        let data = recording.join("continuous").join(within);
        fs::create_dir_all(&data).expect("room");
        fs::write(data.join("continuous.dat"), vec![0; 4 * channels.len()]).expect("room");
        let channels: Vec<_> = channels
            .iter()
            .map(|name| serde_json::json!({"channel_name": name, "bit_volts": 0.195}))
            .collect();
        let mut stream = serde_json::json!({
            "folder_name": format!("{within}/"), "sample_rate": 30000, "source_processor_id": id, "channels": channels,
        });
        if let Some(name) = name {
            stream["stream_name"] = (*name).into();
        }
        continuous.push(stream);
    }
    let structure = serde_json::json!({ "continuous": continuous });
    fs::write(recording.join("structure.oebin"), structure.to_string()).expect("room");
    streams(folder).unwrap_or_else(|error| panic!("{error}"))
}

fn names(word: &str, numbers: &[u32]) -> Vec<String> {
    numbers.iter().map(|number| format!("{word}{number}")).collect()
}

fn places(source: &dyn Source) -> Vec<(Option<u32>, Option<[f32; 2]>)> {
    let place = |channel: &Channel| (channel.group, channel.position_um);
    source.info().channels.iter().map(place).collect()
}

#[test]
fn open_ephys_settings() {
    let folder = Folder::new();
    folder.write(
        "settings.xml",
        r#"<SETTINGS><INFO><VERSION>0.6.7</VERSION></INFO><SIGNALCHAIN>
        <PROCESSOR name="Neuropix-PXI" nodeId="100">
          <STREAM name="ProbeA-AP"/><STREAM name="ProbeA-LFP"/><STREAM name="ProbeB"/><STREAM name="OneBox-ADC"/>
          <EDITOR>
            <NP_PROBE><CHANNELS CH1="0" CH0="1" CH2="0"/>
              <ELECTRODE_XPOS CH1="27" CH0="59" CH2="11"/><ELECTRODE_YPOS CH1="0" CH0="20" CH2="7680"/></NP_PROBE>
            <NP_PROBE isEnabled="0"><CHANNELS CH0="0"/><ELECTRODE_XPOS CH0="9"/><ELECTRODE_YPOS CH0="9"/></NP_PROBE>
            <NP_PROBE isEnabled="1"><CHANNELS CH0="0:0" CH1="0:3"/>
              <ELECTRODE_XPOS CH0="8" CH1="758"/><ELECTRODE_YPOS CH0="15" CH1="30"/></NP_PROBE>
          </EDITOR>
        </PROCESSOR></SIGNALCHAIN></SETTINGS>"#,
    );
    let mut a = names("AP", &[1, 3]);
    a.push("SYNC".into());
    let opened = open_ephys(
        &folder,
        1,
        &[
            (100, Some("ProbeA-AP"), "Neuropix-PXI-100.ProbeA-AP", a),
            (
                100,
                Some("ProbeA-LFP"),
                "Neuropix-PXI-100.ProbeA-LFP",
                names("LFP", &[2]),
            ),
            (
                100,
                Some("ProbeB"),
                "Neuropix-PXI-100.ProbeB",
                names("CH", &[2, 1]),
            ),
            (101, Some("ProbeB"), "Other-101.ProbeB", names("CH", &[1, 2])),
        ],
    );
    let found: Vec<_> = opened
        .list
        .iter()
        .map(|stream| places(stream.source.as_ref()))
        .collect();
    let at = |x, y| Some([x, y]);
    assert_eq!(
        found[0],
        [(None, at(59.0, 20.0)), (None, at(11.0, 7680.0)), (None, None)]
    );
    assert_eq!(found[1], [(None, at(27.0, 0.0))]);
    assert_eq!(found[2], [(Some(3), at(758.0, 30.0)), (Some(0), at(8.0, 15.0))]);
    assert_eq!(found[3], [(None, None), (None, None)]);
    let source = &opened.list[2].source;
    assert_eq!(Order::Depth.of(&source.info().channels), [1, 0]);

    // Another experiment has settings of its own; what is no XML is a warning.
    folder.write("settings_2.xml", "<SETTINGS");
    let opened = open_ephys(&folder, 2, &[(100, Some("ProbeB"), "b", names("CH", &[1]))]);
    assert_eq!(opened.warnings.len(), 1, "{:?}", opened.warnings);
    assert!(
        opened.warnings[0].contains("settings_2.xml"),
        "{:?}",
        opened.warnings
    );
}

#[test]
fn open_ephys_settings_before_streams_had_names() {
    let folder = Folder::new();
    let probe = |x: u32| {
        format!(
            r#"<NP_PROBE><CHANNELS CH0="0:0" CH1="0:1"/><ELECTRODE_XPOS CH0="{x}" CH1="{}"/><ELECTRODE_YPOS CH0="15" CH1="280"/></NP_PROBE>"#,
            x + 250
        )
    };
    folder.write(
        "settings.xml",
        format!(
            r#"<SETTINGS><INFO><VERSION>0.5.5.4</VERSION></INFO><SIGNALCHAIN><PROCESSOR NodeId="100"><EDITOR>{}{}</EDITOR>
            </PROCESSOR></SIGNALCHAIN></SETTINGS>"#,
            probe(1),
            probe(2)
        ),
    );
    let stream = |within, word| (100, None, within, names(word, &[1, 2]));
    let four = [
        stream("p.0", "AP"),
        stream("p.1", "LFP"),
        stream("p.2", "AP"),
        stream("p.3", "LFP"),
    ];
    let opened = open_ephys(&folder, 1, &four);
    for (number, x) in [1.0, 1.0, 2.0, 2.0].into_iter().enumerate() {
        let expected = [(Some(0), Some([x, 15.0])), (Some(1), Some([x + 250.0, 30.0]))];
        assert_eq!(places(opened.list[number].source.as_ref()), expected);
    }
    // Of two probes only one is recorded, and nobody can tell which.
    let opened = open_ephys(&folder, 1, &four[..2]);
    assert_eq!(
        places(opened.list[0].source.as_ref()),
        [(None, None), (None, None)]
    );
}

fn probe(units: &str, positions: &str, shanks: &str, wired: &str) -> String {
    format!(
        r#"{{"specification": "probeinterface", "version": "0.2.21", "probes": [{{"ndim": 2, "si_units": "{units}",
        "contact_positions": {positions}, "shank_ids": {shanks}, "device_channel_indices": {wired}}}]}}"#
    )
}

fn binary(folder: &Folder) {
    folder.write(
        "binary.json",
        r#"{"kwargs": {"file_paths": ["traces.raw"], "sampling_frequency": 100.0, "dtype": "int16", "num_channels": 3}}"#,
    );
    folder.write("traces.raw", [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]);
}

#[test]
fn probe_beside_a_recording() {
    let folder = Folder::new();
    binary(&folder);
    let positions = "[[0.0, 0.02], [0.01, 0.04], [0.5, 0.0], [0.6, 0.1]]";
    folder.write(
        "probe.json",
        probe("mm", positions, r#"["0", "0", "1", ""]"#, "[2, -1, 0, 1]"),
    );
    let mut opened = streams(&folder).expect("it opens");
    assert_eq!(opened.warnings, Vec::<String>::new());
    let source = opened.list.remove(0).source;
    let expected = [
        (Some(1), Some([500.0, 0.0])),
        (None, Some([600.0, 100.0])),
        (Some(0), Some([0.0, 20.0])),
    ];
    assert_eq!(places(source.as_ref()), expected);
    assert_eq!(values(source.as_ref(), 2, 0..2), [3.0, 6.0]);
    assert_eq!(Order::Depth.of(&source.info().channels), [2, 0, 1]);

    // What does not fit, or is none, is left out with a warning.
    for (written, word) in [
        (probe("um", "[[1, 2]]", r#"["0"]"#, "[3]"), "has not"),
        (probe("km", "[[1, 2]]", r#"["0"]"#, "[0]"), "km"),
        ("{}".to_owned(), "specification"),
        ("[".to_owned(), "JSON"),
    ] {
        folder.write("probe.json", written);
        let opened = streams(&folder).expect("it opens");
        assert!(opened.warnings[0].contains(word), "{:?}", opened.warnings);
        assert_eq!(places(opened.list[0].source.as_ref())[0], (None, None));
    }
}

#[test]
fn probes_by_name() {
    let folder = Folder::new();
    binary(&folder);
    let open = || streams(&folder).expect("it opens").list.remove(0).source;
    // Two probes of a shank each: shanks are counted through. Not wired, contacts stand in their order.
    let two = folder.write(
        "two.json",
        r#"{"specification": "probeinterface", "probes": [
            {"contact_positions": [[1, 2, 3]], "device_channel_indices": [1]},
            {"contact_positions": [[4, 5], [6, 7]], "shank_ids": ["a", "a"], "device_channel_indices": [2, 0]}]}"#,
    );
    let placed = Probe::read(&two)
        .and_then(|probe| probe.place(open()))
        .expect("it fits");
    let expected = [
        (Some(1), Some([6.0, 7.0])),
        (Some(0), Some([1.0, 2.0])),
        (Some(1), Some([4.0, 5.0])),
    ];
    assert_eq!(places(placed.as_ref()), expected);
    let unwired = folder.write(
        "unwired.json",
        r#"{"specification": "probeinterface", "probes": [{"contact_positions": [[0, 1], [2, 3]]}]}"#,
    );
    let placed = Probe::read(unwired)
        .and_then(|probe| probe.place(open()))
        .expect("it fits");
    assert_eq!(places(placed.as_ref())[1], (None, Some([2.0, 3.0])));
    for (written, words) in [
        (
            probe("um", "[[1, 2]]", r#"["0"]"#, "[3]"),
            "channel 3, the recording has 3",
        ),
        (probe("um", "[[1, 2]]", r#"["0"]"#, "[-2]"), "contact 0 is wired"),
        (probe("um", "[[1, 2]]", r#"["0"]"#, "[-1]"), "no contact"),
        (
            probe("um", "[[1]]", r#"["0"]"#, "[1]"),
            "contact 0 is at no place",
        ),
        (
            probe("um", "[[1e300, 1]]", r#"["0"]"#, "[1]"),
            "contact 0 is at no place",
        ),
        (probe("um", "[[1, 2]]", "[]", "[1]"), "shank_ids"),
    ] {
        let path = folder.write("bad.json", written);
        let error = Probe::read(path).and_then(|probe| probe.place(open()));
        let error = error.err().expect("it does not fit").to_string();
        assert!(error.contains(words) && error.contains("bad.json"), "{error}");
    }
}
