//! Where values lie and how far they go: what recurs fits, what happens once does not count.

use galvani::source::{Memory, Robust, Synthetic, robust};

use crate::values;

const RATE: f64 = 30_000.0;

fn of(values: &[f32]) -> Robust {
    let source = Memory::planar(values, 1, RATE).expect("a recording");
    robust(&source, 0..values.len() as u64).expect("its values")[0]
}

#[test]
fn action_potentials_fit_their_lane() {
    for seed in 0..24 {
        let source = Synthetic::new(seed, 5, 200_000_000, RATE)
            .expect("a recording")
            .with_intracellular(true);
        let found = robust(&source, 0..200_000_000).expect("its values")[4];
        assert!((-6700.0..-6300.0).contains(&found.centre), "{found:?}");
        let spikes = source.spikes(0..3_000_000);
        let peaks: Vec<f32> = spikes
            .iter()
            .filter(|spike| spike.channel == 4)
            .map(|spike| values(&source, 4, spike.sample..spike.sample + 1)[0] as f32)
            .collect();
        assert!(peaks.len() > 100);
        for peak in peaks {
            let reach = (peak - found.centre).abs() / found.amplitude;
            assert!((0.8..=1.2).contains(&reach), "{reach} of {found:?}, seed {seed}");
        }
    }
}

#[test]
fn one_artefact_does_not_count() {
    // Spans around the artefact, 37 % into the recording: all of it looked at, and some of it.
    for samples in [30_000_u64, 150_000, 3_000_000] {
        let source = Synthetic::new(3, 8, samples, RATE).expect("a recording");
        let at = samples * 37 / 100;
        let greatest = (0..8)
            .map(|channel| values(&source, channel, at..at + 600))
            .map(|values| values.into_iter().fold(0.0, |a: f64, b| a.max(b.abs())))
            .fold(f64::INFINITY, f64::min);
        for span in [0..samples, at - 2000..at + 20_000.min(samples - at)] {
            for found in robust(&source, span).expect("its values") {
                assert!(found.amplitude > 100.0, "{found:?}");
                assert!(
                    f64::from(found.amplitude) < 0.3 * greatest,
                    "{found:?}, {greatest}"
                );
            }
        }
    }
}

#[test]
fn the_centre_is_the_median_and_nothing_is_out_of_range() {
    let ramp: Vec<f32> = (0..5001).map(|i| i as f32).collect();
    let found = of(&ramp);
    assert!((found.centre - 2500.0).abs() < 10.0, "{found:?}");
    assert!(found.amplitude >= 2400.0 && found.amplitude < 2700.0, "{found:?}");

    assert_eq!(
        of(&[7.0; 10_000]),
        Robust {
            centre: 7.0,
            amplitude: 0.0
        }
    );
    assert_eq!(
        of(&[]),
        Robust {
            centre: 0.0,
            amplitude: 0.0
        }
    );
    assert_eq!(of(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY]), of(&[]));
    assert_eq!(
        of(&[-3.0]),
        Robust {
            centre: -3.0,
            amplitude: 0.0
        }
    );
    // The only event of all is better than none.
    let mut once = vec![0.0; 100_000];
    once[70_001] = 20.0;
    once[3] = f32::NAN;
    assert_eq!(of(&once[65_000..]).amplitude, 21.0);
    // Beyond what floats hold.
    let found = of(&[f32::MAX, f32::MIN].repeat(1000));
    assert_eq!(found.amplitude, f32::MAX);
}

/// The same values, whatever their order and type.
#[test]
fn layouts_and_types_agree() {
    let (channels, len) = (3, 40_001);
    let source = Synthetic::new(11, channels, len, RATE).expect("a recording");
    let mut interleaved = vec![0_i16; channels * len as usize];
    for channel in 0..channels {
        for (t, value) in values(&source, channel, 0..len).into_iter().enumerate() {
            interleaved[t * channels + channel] = value as i16;
        }
    }
    let memory = Memory::interleaved(&interleaved, channels, RATE).expect("a recording");
    for span in [0..len, 5..6, 7..71, 100..39_000] {
        let expected = robust(&source, span.clone()).expect("its values");
        assert_eq!(robust(&memory, span.clone()).expect("its values"), expected);
        assert_eq!(
            robust(&source.clone().as_f32(), span).expect("its values"),
            expected
        );
    }
    assert!(robust(&source, 0..len + 1).is_err());
}
