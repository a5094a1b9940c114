//! Spectrograms: those of SciPy, of channels of recordings, and as images.

mod common;

use common::scratch;
use galvani::figure::{Figure, Visual};
use galvani::scene::Colormap;
use galvani::signal::Spectrogram;
use galvani::source::Memory;

/// np.round(1000 * sin(0.3 i) + 500 * cos(1.1 i)) + i * i % 97
fn signal(i: i64) -> i16 {
    let x = i as f64;
    let wave = 1000.0 * (0.3 * x).sin() + 500.0 * (1.1 * x).cos();
    wave.round_ties_even() as i16 + (i * i % 97) as i16
}

/// Of window and overlap, a few values at bin and frame of 10 * log10(scipy.signal.spectrogram(x, 1000.0, "hann", window, overlap)).
type Values = [((usize, usize), f64); 6];
const SCIPY: [([usize; 4], Values); 2] = [
    (
        [16, 12, 9, 12],
        [
            ((0, 0), 28.731272404748157),
            ((1, 0), 35.67250147581886),
            ((2, 3), 31.926526214304324),
            ((5, 1), 4.584374011222712),
            ((8, 11), -5.584558577473242),
            ((8, 0), -2.3215053443511033),
        ],
    ),
    (
        [15, 5, 8, 5],
        [
            ((0, 0), 28.22071658218039),
            ((1, 0), 34.64553233938463),
            ((2, 3), 33.546729590828946),
            ((5, 1), 6.523024696898251),
            ((7, 4), -6.1492541164895265),
            ((7, 0), -2.4759040059564255),
        ],
    ),
];

#[test]
fn values_are_scipys() {
    // The second of three channels, seven samples late.
    let samples: Vec<i16> = (0..67 * 3)
        .map(|i| if i % 3 == 1 { signal(i / 3 - 7) } else { 12_345 })
        .collect();
    let source = Memory::interleaved(samples, 3, 1000.0).expect("a recording");
    for ([window, overlap, bins, frames], values) in SCIPY {
        let made = Spectrogram::new(&source, 1, 7..67, window, overlap).expect("a spectrogram");
        assert_eq!((made.bins, made.frames), (bins, frames));
        for ((bin, frame), wanted) in values {
            let found = f64::from(made.db[bin * frames + frame]);
            assert!(
                (found - wanted).abs() < 1e-4,
                "{window}, {bin}, {frame}: {found}, {wanted}"
            );
        }
        let middle = (7.0 + window as f64 / 2.0) / 1000.0;
        assert!((made.first_s - middle).abs() < 1e-12);
        assert!((made.bin_hz * window as f64 - 1000.0).abs() < 1e-9);
        assert!((made.step_s * 1000.0 - (window - overlap) as f64).abs() < 1e-9);
    }
}

#[test]
fn what_is_missing_stays_missing_and_much_is_as_little() {
    let mut samples: Vec<f32> = (0..3_000_000).map(|i| f32::from(signal(i % 60_000))).collect();
    samples[1_000_000] = f32::NAN;
    let source = Memory::planar(samples, 1, 30_000.0).expect("a recording");
    let whole = Spectrogram::new(&source, 0, 0..3_000_000, 256, 128).expect("a spectrogram");
    let missing: Vec<usize> = (0..whole.frames)
        .filter(|&frame| whole.db[frame].is_nan())
        .collect();
    assert_eq!(missing, [7811, 7812]);
    // More than one task's, and each frame as if it were alone.
    for frame in [0, 8190, 8191, 8192, whole.frames - 1] {
        let start = frame as u64 * 128;
        let alone = Spectrogram::new(&source, 0, start..start + 256, 256, 0).expect("a frame");
        let there: Vec<f32> = (0..whole.bins)
            .map(|bin| whole.db[bin * whole.frames + frame])
            .collect();
        assert!(alone.db == there, "{frame}");
    }
}

#[test]
fn a_tone_is_a_line_of_the_picture() {
    // 2 kHz of amplitude 10: its power is 50.
    let tone = |i: u32| (10.0 * (f64::from(i) * 2000.0 / 20_000.0 * std::f64::consts::TAU).sin()) as f32;
    let source =
        Memory::planar((0..40_000).map(tone).collect::<Vec<f32>>(), 1, 20_000.0).expect("a recording");
    let made = Spectrogram::new(&source, 0, 0..40_000, 500, 250).expect("a spectrogram");
    let power: f64 = (0..made.bins)
        .map(|bin| 10_f64.powf(f64::from(made.db[bin * made.frames + 3]) / 10.0) * made.bin_hz)
        .sum();
    assert!((power - 50.0).abs() < 1e-3, "{power}");
    let figure = Figure::new().spectrogram(made).figure().expect("a figure");
    assert_eq!(
        (figure.x.label.as_str(), figure.y.label.as_str()),
        ("time (s)", "frequency (Hz)")
    );
    let target = figure.target_size();
    let plane = figure.view(target);
    let pixels = figure.pixels(&plane);
    let plot = galvani::figure::Frame::plot(&figure, target);
    let [x, y] = plane.px_from([1.0, 2000.0]).map(|px| px as usize);
    let at = ((plot.y as usize + y) * target[0] as usize + plot.x as usize + x) * 4;
    assert_eq!(pixels[at..at + 4], Colormap::Viridis.color(1.0).to_array());
    let Visual::Image(image) = &figure.visuals[0] else {
        panic!("an image")
    };
    let [least, most] = image.range();
    assert!((most - least - 80.0).abs() < 1e-6, "{least} to {most}");
    figure.save(scratch("spectrogram.png")).expect("a picture");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let source = Memory::planar(vec![0_i16; 100], 1, 1000.0).expect("a recording");
    let said = |channel, span, window, overlap| {
        let made = Spectrogram::new(&source, channel, span, window, overlap);
        made.expect_err("an error").to_string()
    };
    assert!(said(1, 0..100, 10, 5).contains("no channel 1 among 1"));
    assert!(said(0, 0..9, 10, 5).contains("2 to the span's 9"));
    assert!(said(0, 0..100, 1, 0).contains("a window of 1"));
    assert!(said(0, 0..100, 10, 10).contains("less than the window's 10"));
    assert!(said(0, 50..150, 10, 5).contains("150"));
    // Nothing at all is no power.
    let made = Spectrogram::new(&source, 0, 0..100, 10, 5).expect("silence");
    assert!(made.db.iter().all(|db| *db == f32::NEG_INFINITY));
}
