//! The scripted path: from the whole recording down to 1000 samples across, and back.

use galvani::view::View;

/// Samples across the deepest zoom.
const DEEPEST: f64 = 1000.0;
/// Zooms at which the path pans.
const PANNED: usize = 5;
/// Pans of a tenth of the window to the right at each of them, and as many to the left.
const PANS: usize = 5;

/// A frame's view, and how it was come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    /// `full`, `zoom`, `pan` or `back`.
    pub(super) word: &'static str,
    pub(super) view: View,
}

/// The whole recording of `samples` samples, zooms by 2 about its middle, pans at five zooms, and back out: all in
/// `columns` pixels. Some 80 frames, whatever the recording.
pub(super) fn script(samples: u64, columns: u32) -> Vec<Step> {
    let full = View::fit(samples, columns);
    let middle = f64::from(columns) / 2.0;
    let mut zooms = Vec::new();
    let mut view = full;
    while view.samples_across(columns) > DEEPEST {
        let factor = (view.samples_across(columns) / DEEPEST).min(2.0);
        view.zoom_at(middle, factor);
        // The rounding of the last division is not another zoom.
        if factor < 1.0 + 1e-9 {
            break;
        }
        zooms.push(view);
    }
    let step = |word| move |&view: &View| Step { word, view };
    let mut steps = vec![Step {
        word: "full",
        view: full,
    }];
    steps.extend(zooms.iter().map(step("zoom")));
    let mut panned: Vec<usize> = (1..=PANNED).map(|k| k * zooms.len() / (PANNED + 1)).collect();
    panned.dedup();
    for view in panned
        .into_iter()
        .filter_map(|index| zooms.get(index.saturating_sub(1)))
    {
        steps.extend(pans(*view, samples, columns));
    }
    steps.extend(zooms.iter().rev().map(step("back")));
    steps.push(Step {
        word: "back",
        view: full,
    });
    steps
}

fn pans(mut view: View, samples: u64, columns: u32) -> impl Iterator<Item = Step> {
    let tenth = (f64::from(columns) / 10.0).round();
    let moves = [tenth; PANS].into_iter().chain([-tenth; PANS]);
    moves.map(move |px| {
        view.pan_px(px);
        view.clamp(samples, columns);
        Step { word: "pan", view }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_goes_down_and_back() {
        for samples in [1, 999, 1000, 1001, 31_250, 3_125_000, 1 << 40] {
            let steps = script(samples, 1874);
            assert_eq!(steps[0].view, View::fit(samples, 1874));
            assert_eq!(steps[0].view, steps[steps.len() - 1].view);
            let least = steps
                .iter()
                .map(|step| step.view.samples_across(1874))
                .fold(f64::MAX, f64::min);
            if samples > 1000 {
                assert!((least - DEEPEST).abs() < 1e-6, "{samples}: {least}");
            }
            assert!(steps.len() < 140, "{samples}: {}", steps.len());
        }
    }

    #[test]
    fn it_pans_at_five_zooms() {
        let steps = script(3_125_000, 1874);
        let mut zooms: Vec<u64> = steps
            .iter()
            .filter(|step| step.word == "pan")
            .map(|step| step.view.samples_per_px().to_bits())
            .collect();
        assert_eq!(zooms.len(), PANNED * PANS * 2);
        zooms.dedup();
        assert_eq!(zooms.len(), PANNED);
    }
}
