//! Formats whose samples lie as they are, written in their simplest form.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::{CHANNELS, SAMPLES};

/// Writes values, channels side by side, into a folder, and says what to open.
type Make = fn(&Path, &[i16]) -> PathBuf;

pub(crate) const FORMATS: [(&str, Make); 14] = [
    ("NPY", npy),
    ("SpikeGLX", spikeglx),
    ("Open Ephys", open_ephys),
    ("Open Ephys legacy", open_ephys_legacy),
    ("Neuroscope", neuroscope),
    ("phy", phy),
    ("SpikeInterface", spikeinterface),
    ("WAV", wav),
    ("Blackrock", blackrock),
    ("Intan", intan),
    ("ABF", abf),
    ("EDF", edf),
    ("WFDB 16", wfdb),
    ("MAT 5", mat),
];

fn put(folder: &Path, name: &str, parts: &[&[u8]]) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("room");
    let mut file = File::create(&path).expect("room");
    for part in parts {
        file.write_all(part).expect("room");
    }
    path
}

fn bytes(values: &[i16]) -> &[u8] {
    bytemuck::cast_slice(values)
}

/// A run of values of each channel after another, as records have them.
fn records(values: &[i16], len: usize, mut each: impl FnMut(&[i16])) {
    let mut run = vec![0; len];
    for record in values.chunks_exact(CHANNELS * len) {
        for channel in 0..CHANNELS {
            for (value, row) in run.iter_mut().zip(record.chunks_exact(CHANNELS)) {
                *value = row[channel];
            }
            each(&run);
        }
    }
}

fn npy(folder: &Path, values: &[i16]) -> PathBuf {
    let header = format!("{{'descr': '<i2', 'fortran_order': False, 'shape': ({SAMPLES}, {CHANNELS}), }}\n");
    let len = (header.len() as u16).to_le_bytes();
    put(
        folder,
        "a.npy",
        &[b"\x93NUMPY\x01\x00", &len, header.as_bytes(), bytes(values)],
    )
}

fn spikeglx(folder: &Path, values: &[i16]) -> PathBuf {
    let meta = format!(
        "typeThis=nidq\nnSavedChans={CHANNELS}\nniSampRate=30000\nniAiRangeMax=5\nniMNGain=200\nniMAGain=1\n\
         acqMnMaXaDw={CHANNELS},0,0,0\nsnsMnMaXaDw={CHANNELS},0,0,0\nsnsSaveChanSubset=all\nfileSizeBytes={}\n",
        2 * values.len()
    );
    put(folder, "a_g0_t0.nidq.meta", &[meta.as_bytes()]);
    put(folder, "a_g0_t0.nidq.bin", &[bytes(values)])
}

fn open_ephys(folder: &Path, values: &[i16]) -> PathBuf {
    let channels: Vec<String> = (0..CHANNELS)
        .map(|channel| format!(r#"{{"channel_name": "CH{channel}", "bit_volts": 0.195}}"#))
        .collect();
    let structure = format!(
        r#"{{"continuous": [{{"folder_name": "A/", "sample_rate": 30000, "num_channels": {CHANNELS}, "channels": [{}]}}]}}"#,
        channels.join(", ")
    );
    put(folder, "structure.oebin", &[structure.as_bytes()]);
    put(folder, "continuous/A/continuous.dat", &[bytes(values)]);
    folder.to_path_buf()
}

fn open_ephys_legacy(folder: &Path, values: &[i16]) -> PathBuf {
    let mut files: Vec<BufWriter<File>> = (0..CHANNELS)
        .map(|channel| {
            let header = format!(
                "header.format = 'Open Ephys Data Format';\nheader.version = 0.4;\nheader.header_bytes = 1024;\n\
                 header.channel = 'CH{0}';\nheader.sampleRate = 30000;\nheader.blockLength = 1024;\nheader.bitVolts = 0.195;\n",
                channel + 1
            );
            let path = folder.join(format!("100_CH{}.continuous", channel + 1));
            let mut file = BufWriter::new(File::create(path).expect("room"));
            write!(file, "{header:<1024}").expect("room");
            file
        })
        .collect();
    let mut number = 0;
    records(values, 1024, |run| {
        let (record, channel) = (number / CHANNELS, number % CHANNELS);
        number += 1;
        let mut bytes = (1024 * record as i64).to_le_bytes().to_vec();
        bytes.extend(1024_u16.to_le_bytes());
        bytes.extend([0; 2]);
        bytes.extend(run.iter().flat_map(|value| value.to_be_bytes()));
        bytes.extend([0, 1, 2, 3, 4, 5, 6, 7, 8, 255]);
        files[channel].write_all(&bytes).expect("room");
    });
    folder.to_path_buf()
}

fn neuroscope(folder: &Path, values: &[i16]) -> PathBuf {
    let xml = format!(
        "<parameters><acquisitionSystem><nBits>16</nBits><nChannels>{CHANNELS}</nChannels><samplingRate>20000</samplingRate>\
         <voltageRange>20</voltageRange><amplification>1000</amplification></acquisitionSystem></parameters>"
    );
    put(folder, "a.xml", &[xml.as_bytes()]);
    put(folder, "a.dat", &[bytes(values)])
}

fn phy(folder: &Path, values: &[i16]) -> PathBuf {
    let params =
        format!("dat_path = 'a.dat'\nn_channels_dat = {CHANNELS}\ndtype = 'int16'\nsample_rate = 30000.\n");
    put(folder, "params.py", &[params.as_bytes()]);
    put(folder, "a.dat", &[bytes(values)]);
    folder.to_path_buf()
}

fn spikeinterface(folder: &Path, values: &[i16]) -> PathBuf {
    let described = format!(
        r#"{{"kwargs": {{"file_paths": ["a.raw"], "sampling_frequency": 30000.0, "dtype": "int16", "num_channels": {CHANNELS}}}}}"#
    );
    put(folder, "binary.json", &[described.as_bytes()]);
    put(folder, "a.raw", &[bytes(values)]);
    folder.to_path_buf()
}

fn wav(folder: &Path, values: &[i16]) -> PathBuf {
    let mut head = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0".to_vec();
    head.extend([1, 0, CHANNELS as u8, 0]);
    head.extend(30_000_u32.to_le_bytes());
    head.extend([0; 4]);
    head.extend([2 * CHANNELS as u8, 0, 16, 0]);
    head.extend(b"data");
    head.extend((2 * values.len() as u32).to_le_bytes());
    put(folder, "a.wav", &[&head, bytes(values)])
}

fn blackrock(folder: &Path, values: &[i16]) -> PathBuf {
    let mut head = b"BRSMPGRP\x03\x00".to_vec();
    head.extend((314 + 66 * CHANNELS as u32).to_le_bytes());
    head.resize(head.len() + 16 + 256, 0);
    head.extend(1_u32.to_le_bytes());
    head.extend(30_000_u32.to_le_bytes());
    head.resize(head.len() + 16, 0);
    head.extend((CHANNELS as u32).to_le_bytes());
    for channel in 0..CHANNELS as u16 {
        let start = head.len();
        head.extend(b"CC");
        head.extend((channel + 1).to_le_bytes());
        head.resize(start + 22, 0);
        head.extend(
            [-1000_i16, 1000, -500, 500]
                .iter()
                .flat_map(|limit| limit.to_le_bytes()),
        );
        head.extend(b"uV");
        head.resize(start + 66, 0);
    }
    head.push(1);
    head.extend(0_u64.to_le_bytes());
    head.extend((SAMPLES as u32).to_le_bytes());
    put(folder, "a.ns6", &[&head, bytes(values)])
}

fn intan(folder: &Path, values: &[i16]) -> PathBuf {
    const BLOCK: usize = 128;
    let mut file = 0xC691_2702_u32.to_le_bytes().to_vec();
    let shorts =
        |file: &mut Vec<u8>, words: &[i16]| file.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    let text = |file: &mut Vec<u8>, text: &str| {
        file.extend((2 * text.len() as u32).to_le_bytes());
        file.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    };
    shorts(&mut file, &[3, 0]);
    file.extend(30_000_f32.to_le_bytes());
    file.resize(file.len() + 2 + 24 + 2 + 8, 0);
    (0..3).for_each(|_| text(&mut file, ""));
    shorts(&mut file, &[0, 0]);
    text(&mut file, "");
    shorts(&mut file, &[1]);
    text(&mut file, "Port A");
    text(&mut file, "A");
    shorts(&mut file, &[1, CHANNELS as i16, CHANNELS as i16]);
    for channel in 0..CHANNELS {
        text(&mut file, &format!("A-{channel:03}"));
        text(&mut file, "");
        shorts(&mut file, &[0, 0, 0, 1]);
        file.resize(file.len() + 4 + 16, 0);
    }
    let mut number = 0;
    records(values, BLOCK, |run| {
        if number % CHANNELS == 0 {
            let start = (number / CHANNELS * BLOCK) as i32;
            file.extend((start..start + BLOCK as i32).flat_map(i32::to_le_bytes));
        }
        number += 1;
        file.extend_from_slice(bytes(run));
    });
    put(folder, "a.rhd", &[&file])
}

/// Of half as many channels, which are as many as it can have.
fn abf(folder: &Path, values: &[i16]) -> PathBuf {
    let mut head = vec![0; 2048];
    let mut at = |place: usize, field: &[u8]| head[place..place + field.len()].copy_from_slice(field);
    at(0, b"ABF ");
    at(4, &1.8_f32.to_le_bytes());
    at(8, &3_i16.to_le_bytes());
    at(10, &(values.len() as i32).to_le_bytes());
    at(40, &4_i32.to_le_bytes());
    at(120, &16_i16.to_le_bytes());
    at(122, &2_f32.to_le_bytes());
    at(244, &10_f32.to_le_bytes());
    at(252, &32_768_i32.to_le_bytes());
    for input in 0..16 {
        at(410 + 2 * input, &(input as i16).to_le_bytes());
        for factor in [730, 922, 1050] {
            at(factor + 4 * input, &1_f32.to_le_bytes());
        }
    }
    put(folder, "a.abf", &[&head, bytes(values)])
}

fn edf(folder: &Path, values: &[i16]) -> PathBuf {
    const RUN: usize = 1024;
    let start = ["02.03.04", "05.06.07"];
    let mut head = format!(
        "{:<8}{:<80}{:<80}{:<8}{:<8}{:<8}{:<44}{:<8}{:<8}{:<4}",
        "0",
        "X",
        "",
        start[0],
        start[1],
        256 * (CHANNELS + 1),
        "",
        SAMPLES / RUN,
        1,
        CHANNELS
    );
    let mut each = |text: &str, width: usize| {
        (0..CHANNELS).for_each(|_| head += &format!("{text:<width$}"));
    };
    for (text, width) in [
        ("EEG", 16),
        ("", 80),
        ("uV", 8),
        ("-1000", 8),
        ("1000", 8),
        ("-32768", 8),
        ("32767", 8),
    ] {
        each(text, width);
    }
    each("", 80);
    each(&RUN.to_string(), 8);
    each("", 32);
    let mut file = head.into_bytes();
    records(values, RUN, |run| file.extend_from_slice(bytes(run)));
    put(folder, "a.edf", &[&file])
}

fn wfdb(folder: &Path, values: &[i16]) -> PathBuf {
    let mut header = format!("a {CHANNELS} 30000 {SAMPLES}\n");
    for channel in 0..CHANNELS {
        header += &format!("a.dat 16 200/mV 16 0 0 0 0 ch{channel}\n");
    }
    put(folder, "a.dat", &[bytes(values)]);
    put(folder, "a.hea", &[header.as_bytes()])
}

/// An array of channels by samples, which in MATLAB's order lies as the others do.
fn mat(folder: &Path, values: &[i16]) -> PathBuf {
    let mut head = vec![b' '; 124];
    head.extend([0, 1, b'I', b'M']);
    let mut words = |words: &[u32]| head.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    let len = 2 * values.len() as u32;
    // A matrix: its class, its axes, its name, and its values.
    words(&[
        14,
        16 + 16 + 8 + 8 + len,
        6,
        8,
        10,
        0,
        5,
        8,
        CHANNELS as u32,
        SAMPLES as u32,
    ]);
    words(&[1 | 1 << 16, u32::from(b'x'), 3, len]);
    put(folder, "a.mat", &[&head, bytes(values)])
}
