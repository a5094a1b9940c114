//! Pictures above one another on one axis of time: where each goes, how its samples lie on the axis, and what it is called. The window
//! and `render` share it.

use std::path::Path;

use galvani::scene::{Axes, PxRect, Scene};
use galvani::source::Info;
use galvani::view::{Position, Reach, View};

/// The least height of a strip, in rows; where there is no room for that, all have the same.
const LEAST: u32 = 24;

/// Rows between strips.
const GAP: u32 = 1;

/// The parts of an area for strips of these shares of its height, from the top down.
pub(crate) fn areas(area: PxRect, shares: &[f64]) -> Vec<PxRect> {
    let many = shares.len().max(1) as u32;
    let gaps = GAP * (many - 1);
    let rows = area.h.saturating_sub(gaps);
    let all: f64 = shares.iter().sum();
    let least = LEAST.min(rows / many);
    // What is over the least is shared out.
    let over = f64::from(rows - least * many);
    let mut before = 0.0;
    let edge = |index: u32, before: f64| index * least + (before / all * over).round() as u32;
    let mut places = Vec::new();
    for (index, share) in (0..).zip(shares) {
        let top = edge(index, before);
        before += share;
        let bottom = edge(index + 1, before);
        places.push(PxRect {
            y: area.y + top + index * GAP,
            h: bottom - top,
            ..area
        });
    }
    places
}

/// Prepares a strip's scene for its place: only the lowest has the axis, which tells the main recording's seconds, and all plots start at
/// one column.
pub(crate) fn fit(scene: &mut Scene, lowest: bool, start_s: f64, margin: u32) {
    scene.axes = Some(Axes {
        time: lowest,
        start_s,
        margin,
        ..Axes::default()
    });
}

/// How far right of its left edge the plot of a strip starts by itself.
pub(crate) fn margin(scene: &mut Scene, info: &Info, place: PxRect, scale_factor: f32) -> u32 {
    scene.axes = Some(Axes::default());
    scene.plot(info, [place.w, place.h], scale_factor).x
}

/// How a strip's samples lie on the axis.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub(crate) rate_hz: f64,
    /// Seconds of the axis at its first sample.
    pub(crate) shift_s: f64,
}

impl Clock {
    /// The time of the axis at a place.
    pub(crate) fn seconds(&self, at: Position) -> f64 {
        self.shift_s + at.as_f64() / self.rate_hz
    }

    /// The samples from its start to a time of the axis.
    pub(crate) fn sample(&self, seconds: f64) -> f64 {
        (seconds - self.shift_s) * self.rate_hz
    }

    /// The view of the same time in samples of another strip; exactly that for strips of one rate that start together.
    pub(crate) fn seen(&self, view: &View, other: &Self) -> View {
        let ratio = other.rate_hz / self.rate_hz;
        let start = match ratio == 1.0 {
            true => view.start().plus((self.shift_s - other.shift_s) * self.rate_hz),
            false => Position::default().plus(other.sample(self.seconds(view.start()))),
        };
        View::new(start, view.samples_per_px() * ratio)
    }

    /// How far it reaches by itself: when it starts and ends on the axis, and how close it is seen at most, in seconds across.
    pub(crate) fn reach_s(&self, samples: u64) -> [f64; 3] {
        let alone = Reach::of(samples);
        [
            self.shift_s,
            self.seconds(alone.end()),
            alone.least_across / self.rate_hz,
        ]
    }

    /// The same in its samples.
    pub(crate) fn reach(&self, [start_s, end_s, least_s]: [f64; 3]) -> Reach {
        Reach {
            start: Position::default().plus(self.sample(start_s)),
            samples: (end_s - start_s) * self.rate_hz,
            least_across: least_s * self.rate_hz,
        }
    }
}

/// Whether two views of a recording differ by no more than rounding does, from one strip's samples to another's and back.
pub(crate) fn is_same(one: &View, other: &View) -> bool {
    let zoom = one.samples_per_px() / other.samples_per_px();
    one.px_from_sample(other.start()).abs() < 1e-3 && (zoom - 1.0).abs() < 1e-9
}

/// As far as any of them reaches.
pub(crate) fn widest(reaches: impl Iterator<Item = [f64; 3]>) -> Option<[f64; 3]> {
    reaches.reduce(|[a, b, c], [x, y, z]| [a.min(x), b.max(y), c.min(z)])
}

/// Whether two paths are of one recording: the same, or files of the same run.
pub(crate) fn is_one_clock(one: &Path, other: &Path) -> bool {
    let run = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        let (run, rest) = name.rsplit_once("_t")?;
        let is_trigger = rest.starts_with(|c: char| c.is_ascii_digit()) || rest.starts_with("cat");
        (is_trigger && name.ends_with("bin")).then(|| run.to_owned())
    };
    !one.as_os_str().is_empty() && (one == other || run(one).is_some_and(|name| run(other) == Some(name)))
}

/// When a recording starts on the axis of the main one, in seconds, and whether the two meet there; where they do not, they start
/// together.
///
/// Streams of one recording, and files of one run of SpikeGLX, have one clock; `started` tells when each started by the clock on the
/// wall, where their files say so.
pub(crate) fn shift_s(
    [main, other]: [(&Path, &Info); 2],
    started: impl FnOnce() -> [Option<f64>; 2],
) -> (f64, bool) {
    let first_s = |info: &Info| info.segments.first().map_or(0.0, |segment| segment.start_s);
    let apart_s = first_s(other.1) - first_s(main.1);
    let shift_s = match is_one_clock(main.0, other.0) {
        true => apart_s,
        false => match started() {
            [Some(main_s), Some(other_s)] => other_s - main_s + apart_s,
            _ => 0.0,
        },
    };
    let length_s = |info: &Info| info.samples as f64 / info.rate_hz;
    let meet = shift_s < length_s(main.1) && shift_s + length_s(other.1) > 0.0;
    (if meet { shift_s } else { 0.0 }, meet)
}

/// What a strip is called.
pub(crate) fn title(name: &str, rate_hz: f64) -> String {
    let rate = match rate_hz {
        hz if hz >= 1000.0 => format!("{} kHz", (hz / 10.0).round() / 100.0),
        hz => format!("{} Hz", (hz * 100.0).round() / 100.0),
    };
    format!("{name} · {rate}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use galvani::source::{Source, Synthetic};

    #[test]
    fn strips_fill_the_area() {
        for (h, shares) in [(600, &[1.0, 0.5, 0.5][..]), (401, &[1.0, 3.0]), (7, &[1.0; 5])] {
            let area = PxRect {
                x: 3,
                y: 10,
                w: 100,
                h,
            };
            let places = areas(area, shares);
            assert_eq!(places.len(), shares.len());
            assert_eq!(places[0].y, 10);
            assert_eq!(places.last().map(PxRect::bottom), Some(10 + h.max(4)));
            for pair in places.windows(2) {
                assert_eq!(pair[1].y, pair[0].bottom() + GAP);
            }
        }
        let area = PxRect {
            x: 0,
            y: 0,
            w: 9,
            h: 101,
        };
        assert!(areas(area, &[1e9, 1e-9]).iter().all(|place| place.h >= LEAST));
        assert_eq!(areas(area, &[1.0]), [area], "alone it has all of it");
    }

    /// One of a rate that starts at a time of the axis.
    fn clock(rate_hz: f64, shift_s: f64) -> Clock {
        Clock { rate_hz, shift_s }
    }

    #[test]
    fn views_are_of_one_time() {
        let (ap, lf) = (clock(30_000.0, 0.0), clock(2500.0, -0.25));
        let view = View::new(Position::new(1 << 33, 0.5), 7.5);
        let seen = ap.seen(&view, &lf);
        assert_eq!(seen.samples_per_px(), 0.625);
        let seconds = ((1_u64 << 33) as f64 + 0.5) / 30_000.0;
        assert!((lf.seconds(seen.start()) - seconds).abs() < 1e-9);
        assert!(is_same(&lf.seen(&seen, &ap), &view), "there and back");
        assert!(!is_same(&view, &View::new(view.start(), 7.6)));
        assert!(!is_same(&view, &View::new(view.start().plus(0.1), 7.5)));
        // Of one rate they are exact however late it is.
        let late = View::new(Position::new(1 << 50, 0.125), 0.01);
        let seen = ap.seen(&late, &clock(30_000.0, 1.0));
        assert_eq!(seen.start(), Position::new((1 << 50) - 30_000, 0.125));
    }

    #[test]
    fn all_is_within_reach() {
        let (ap, lf) = (clock(1000.0, 0.0), clock(100.0, -2.0));
        let widest = widest([ap.reach_s(5000), lf.reach_s(1000)].into_iter()).expect("there are two");
        assert_eq!(widest, [-2.0, 8.0, 0.016]);
        let reach = ap.reach(widest);
        assert_eq!(
            (reach.start, reach.end()),
            (Position::new(-2000, 0.0), Position::new(8000, 0.0))
        );
        assert_eq!((lf.reach(widest).samples, reach.least_across), (1000.0, 16.0));
    }

    #[test]
    fn recordings_lie_as_their_clocks_say() {
        let info = |samples: u64, rate_hz: f64| -> Info {
            let source = Synthetic::new(1, 1, samples, rate_hz).expect("a source");
            source.info().clone()
        };
        let (ap, lf) = (info(30_000, 1000.0), info(3000, 100.0));
        let of = |paths: [&str; 2], started: [Option<f64>; 2]| {
            let [main, other] = paths.map(Path::new);
            shift_s([(main, &ap), (other, &lf)], || started)
        };
        let run = ["/a/my_test_g0_t0.imec0.ap.bin", "/b/my_test_g0_t0.nidq.bin"];
        assert_eq!(of(run, [Some(0.0), Some(10.0)]), (0.0, true), "of one run");
        assert_eq!(
            of(["/a", "/b"], [Some(100.0), Some(110.0)]),
            (10.0, true),
            "by the clock on the wall"
        );
        assert_eq!(
            of(["/a", "/b"], [Some(100.0), Some(131.0)]),
            (0.0, false),
            "they never meet"
        );
        assert_eq!(of(["/a", "/b"], [Some(100.0), None]), (0.0, true));
        let mut later = lf.clone();
        later.segments[0].start_s += 0.5;
        let (shift_s, _) = shift_s([(Path::new("/a"), &ap), (Path::new("/a"), &later)], || [None; 2]);
        assert_eq!(shift_s, 0.5, "streams of one recording");
    }

    #[test]
    fn titles() {
        assert_eq!(title("imec0.lf", 2500.0), "imec0.lf · 2.5 kHz");
        assert_eq!(title("aux", 333.333_333), "aux · 333.33 Hz");
    }
}
