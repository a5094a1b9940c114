//! A line for each format, or some: what of it is damaged.

use std::fs;

use super::{copy, fuzz, fuzz_real};
use crate::Folder;
use crate::made::{blackrock, folders, intan, tables};
use crate::reference::data;

#[test]
fn abf() {
    let items = [
        "abf/17o05027_ic_ramp/17o05027_ic_ramp.abf",
        "abf/130618-1-12/130618-1-12.abf",
    ];
    fuzz_real(&items, 90_000);
}

#[cfg(feature = "tables")]
fn fuzz_batches(part: &str) {
    for (name, bytes) in crate::batches::files(part) {
        let folder = Folder::new();
        folder.write(name, bytes);
        fuzz(&folder, name);
    }
}

#[cfg(feature = "tables")]
#[test]
fn arrow() {
    fuzz_batches(".arrow");
}

#[test]
fn blackrock() {
    fuzz_real(
        &["nsx/l101210-001", "nsx/mne_BRSMPGRP", "nsx/pause_correct"],
        300_000,
    );
    let folder = Folder::new();
    folder.write("made.ns6", blackrock::packets(400, 200));
    fuzz(&folder, "made.ns6");
}

#[test]
fn nev() {
    let folder = Folder::new();
    folder.write("made.nev", blackrock::nev());
    fuzz(&folder, "made.nev");
}

#[test]
fn csv() {
    let folder = Folder::new();
    let lines: String = (0..60)
        .map(|t| format!("{},{t},{}e-1\n", f64::from(t) * 0.01, t % 7))
        .collect();
    folder.write("made.csv", format!("time,a,b\n{lines}"));
    fuzz(&folder, "made.csv");
    let folder = Folder::new();
    let lines: String = (0..60)
        .map(|t| format!("{t}.5,0.1,label {},{}\n", t % 5, t % 3))
        .collect();
    folder.write("events.csv", format!("time,duration,label,channel\n{lines}"));
    fuzz(&folder, "events.csv");
}

#[test]
fn edf() {
    fuzz_real(
        &[
            "edf/subsecond_starttime/subsecond_starttime.edf",
            "edf/short_psg/short_psg.edf",
        ],
        100_000,
    );
    // One record of it takes that.
    fuzz_real(&["edf/mne_test_bdf/mne_test.bdf"], 470_000);
    let folder = Folder::new();
    folder.write("made.edf", tables::edf_plus());
    fuzz(&folder, "made.edf");
}

#[test]
fn flac() {
    let folder = Folder::new();
    folder.write("made.flac", crate::flac::some());
    fuzz(&folder, "made.flac");
    folder.write(
        "made.hea",
        "made 2 100\nmade.flac 516x2 1 16 0 0 0 0 a\nmade.flac 516x2 1 16 0 0 0 0 b\n",
    );
    fuzz(&folder, "made.hea");
}

#[test]
fn intan() {
    fuzz_real(&["rhd/IntanToNWB_v2.0/example_intan_file.rhd"], 60_000);
    let folder = Folder::new();
    folder.write("made.rhs", intan::rhs());
    fuzz(&folder, "made.rhs");
    fuzz(&intan::together(), "");
    fuzz(&intan::apart(), "");
}

#[test]
fn mat() {
    for big in [false, true] {
        let order = crate::mat::Order { big };
        let folder = Folder::new();
        let arrays = crate::mat::some(order);
        folder.write("plain.mat", order.file(&arrays));
        fuzz(&folder, "plain.mat");
        let folder = Folder::new();
        let packed: Vec<Vec<u8>> = arrays.iter().map(|array| order.packed(array)).collect();
        folder.write("packed.mat", order.file(&packed));
        fuzz(&folder, "packed.mat");
    }
    let Some(data) = data() else { return };
    let folder = Folder::new();
    copy(
        &data.join("wfdb/a103l/a103l.mat"),
        &folder.as_ref().join("four.mat"),
        20_000,
    );
    // Cut short as it is, it may be read to where it ends.
    fuzz(&folder, "four.mat");
}

#[cfg(feature = "nwb")]
#[test]
fn hdf5() {
    for (name, bytes) in crate::hdf5::FILES {
        let folder = Folder::new();
        folder.write(name, bytes);
        fuzz(&folder, name);
    }
}

#[cfg(feature = "nwb")]
#[test]
fn mat_7_3() {
    let folder = Folder::new();
    folder.write("arrays.mat", include_bytes!("../arrays-7.3.mat"));
    fuzz(&folder, "arrays.mat");
}

#[test]
fn mtscomp() {
    fuzz_real(&["mtscomp/np1_space_diff", "mtscomp/np2_time_diff"], 200_000);
}

#[test]
fn neuroscope() {
    fuzz_real(&["neuroscope/test1", "neuroscope/YutaMouse42-151117"], 200_000);
}

#[test]
fn npy() {
    fuzz_real(&["npy/neurodsp_sample_data_1/sample_data_1.npy"], 200_000);
}

#[cfg(feature = "nwb")]
#[test]
fn nwb() {
    let series = "nwb/derived_ElectricalSeries_int16/ecephys_int16.nwb";
    let units = "nwb/anm00239123_units/sub_anm00239123_ses_20170627T093549_ecephys_and_ogen.nwb";
    let Some(data) = data() else { return };
    fuzz_real(&[series], 1 << 20);
    // It has events and no samples, so that opening it fails as it is.
    let folder = Folder::new();
    copy(&data.join(units), &folder.as_ref().join("units.nwb"), 1 << 20);
    copy(&data.join(series), &folder.as_ref().join("series.nwb"), 1 << 20);
    fuzz(&folder, "");
}

#[test]
fn open_ephys() {
    fuzz_real(
        &["openephys/v0.6.x_multiexp_multistream/Record Node 101/experiment1"],
        300_000,
    );
}

#[test]
fn open_ephys_legacy() {
    fuzz(&folders::legacy(), "");
}

#[test]
fn probes() {
    let folder = Folder::new();
    let recording = folder.as_ref().join("experiment1/recording1");
    let data = recording.join("continuous/P-100.A");
    fs::create_dir_all(&data).expect("room");
    fs::write(data.join("continuous.dat"), [1; 400]).expect("room");
    let structure = r#"{"continuous": [{"folder_name": "P-100.A/", "sample_rate": 30000, "source_processor_id": 100,
        "stream_name": "A", "channels": [{"channel_name": "CH1"}, {"channel_name": "CH2"}]}]}"#;
    fs::write(recording.join("structure.oebin"), structure).expect("room");
    let settings = r#"<SETTINGS><PROCESSOR nodeId="100"><STREAM name="A"/><NP_PROBE><CHANNELS CH0="0:0" CH1="0:1"/>
        <ELECTRODE_XPOS CH0="1" CH1="2"/><ELECTRODE_YPOS CH0="3" CH1="4"/></NP_PROBE></PROCESSOR></SETTINGS>"#;
    folder.write("settings.xml", settings);
    fuzz(&folder, "");
}

#[test]
fn spikeinterface() {
    let folder = Folder::new();
    let described = r#"{"kwargs": {"file_paths": ["traces.raw"], "sampling_frequency": 100.0, "dtype": "int16",
        "num_channels": 3, "gain_to_uV": [1, 2, 3], "t_starts": [0.5]}}"#;
    folder.write("binary.json", described);
    folder.write("traces.raw", [7; 600]);
    let probe = r#"{"specification": "probeinterface", "probes": [{"si_units": "mm", "contact_positions": [[0, 1], [2, 3]],
        "shank_ids": ["0", "1"], "device_channel_indices": [2, 0]}]}"#;
    folder.write("probe.json", probe);
    fuzz(&folder, "");
}

#[test]
fn spikeglx() {
    fuzz_real(
        &["spikeglx/CI0_g0_two_probes_two_triggers/5-19-2022-CI0_g0_imec0"],
        100_000,
    );
}

#[test]
fn phy() {
    let Some(data) = data() else { return };
    let folder = Folder::new();
    copy(&data.join("phy/phy_example_0"), folder.as_ref(), 10_000);
    folder.write("temp_wh.dat", [7; 6400]);
    fuzz(&folder, "");
}

#[cfg(feature = "tables")]
#[test]
fn parquet() {
    fuzz_batches(".parquet");
}

#[test]
fn wav() {
    fuzz_real(&["wav/SC4001E0-PSG/SC4001E0-PSG.wav"], 50_000);
    let folder = Folder::new();
    folder.write("made.wav", tables::rf64());
    fuzz(&folder, "made.wav");
}

#[test]
fn wfdb() {
    let Some(data) = data() else { return };
    for (from, header) in [
        ("100", "100.hea"),
        ("310derive", "310derive.hea"),
        ("041s_multi_segment/multi-segment/041s", "041s.hea"),
    ] {
        let folder = Folder::new();
        copy(&data.join("wfdb").join(from), folder.as_ref(), 50_000);
        fuzz(&folder, header);
    }
}

#[cfg(feature = "zarr")]
#[test]
fn zarr() {
    let folder = Folder::new();
    crate::zarr::sharded(folder.as_ref());
    fuzz(&folder, "sharded.zarr");
    let items = [
        "zarr/v2_blosc_zstd/v2_blosc_zstd.zarr",
        "zarr/v2_gzip_nested/v2_gzip_nested.zarr",
        "zarr/v3_zstd/v3_zstd.zarr",
    ];
    fuzz_real(&items, 200_000);
}

#[cfg(feature = "zarr")]
#[test]
fn nwb_in_zarr() {
    let Some(data) = data() else { return };
    let folder = Folder::new();
    let from = data.join("nwb/derived_zarr_ST50_C/AB_277_ST50_C.nwb.zarr");
    for name in [".zgroup", ".zattrs", "session_start_time", "acquisition"] {
        copy(&from.join(name), &folder.as_ref().join(name), 20_000);
    }
    fuzz(&folder, "");
}
