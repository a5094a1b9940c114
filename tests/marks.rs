//! Events on the picture: none is lost, and nothing is lit where there is none.

use std::collections::BTreeSet;

use galvani::scene::marks::{Layer, Marks, Parts, Show, layers};
use galvani::scene::text::Text;
use galvani::scene::{Layout, Overlay, Rect, Scene, Style, overlay::Shown};
use galvani::source::{Channel, Dtype, EventKind, Events, Info, Segment};
use galvani::view::grid::{first_column, grid_position};
use galvani::view::{Position, View};
use proptest::prelude::*;

const SAMPLES: u64 = 1_000_000;

fn info(channels: usize) -> Info {
    Info {
        format: "test",
        channels: (0..channels).map(|i| Channel::new(format!("AP{i}"))).collect(),
        samples: SAMPLES,
        rate_hz: 10_000.0,
        stored: "<i2".to_owned(),
        dtype: Dtype::I16,
        layout: galvani::source::Layout::Interleaved,
        segments: Segment::all(SAMPLES),
        warnings: Vec::new(),
    }
}

/// Nothing but marks.
fn scene(info: &Info, layers: Vec<Layer>, style: Style) -> Scene {
    Scene {
        axes: None,
        marks: layers,
        ..Scene::new(info, style)
    }
}

fn overlay(scene: &Scene, info: &Info, view: &View, size: [u32; 2]) -> (Layout, Overlay) {
    let layout = Layout::new(size, scene, info, &[], 0..usize::MAX, 1.0);
    let shown = Shown {
        scene,
        info,
        layout: &layout,
        view,
        status: &[],
    };
    let overlay = Overlay::new(&mut Text::new(), &shown);
    (layout, overlay)
}

fn unlabelled(marks: Marks, show: Show) -> Layer {
    Layer {
        labels: false,
        ..Layer::new("events", marks, show, &Style::dark())
    }
}

fn lit(rects: &[Rect], x: u32) -> BTreeSet<u32> {
    rects
        .iter()
        .flat_map(|rect| rect.x0 as u32 - x..rect.x1 as u32 - x)
        .collect()
}

/// The edges of a view's columns, exactly.
fn edges(view: &View, columns: u32) -> Vec<f64> {
    let edge = |k: u32| {
        let (sample, fraction) = grid_position(first_column(view) + i64::from(k), view.samples_per_px());
        sample as f64 + fraction
    };
    (0..=columns).map(edge).collect()
}

/// The columns that hold any of these.
fn holding(edges: &[f64], times: &[f64]) -> BTreeSet<u32> {
    let columns = edges.windows(2).enumerate();
    columns
        .filter(|(_, edge)| times.iter().any(|time| (edge[0]..edge[1]).contains(time)))
        .map(|(column, _)| column as u32)
        .collect()
}

/// Those that any of these last in, or start in.
fn lasting(edges: &[f64], times: &[f64], durations: &[f64]) -> BTreeSet<u32> {
    let mut columns = holding(edges, times);
    for (column, edge) in edges.windows(2).enumerate() {
        let mut events = times.iter().zip(durations);
        if events.any(|(time, duration)| *time < edge[1] && time + duration > edge[0]) {
            columns.insert(column as u32);
        }
    }
    columns
}

prop_compose! {
    fn views()(width in 1..300_u32, zoom in 0.0..1.0_f64, at in -0.1..1.0_f64) -> (u32, View) {
        // From a tenth of a sample in a column to the whole recording.
        let most = 1.2 * SAMPLES as f64 / f64::from(width);
        let spp = 0.1 * (most / 0.1).powf(zoom);
        (width, View::new(Position::default().plus(at * SAMPLES as f64), spp))
    }
}

/// Sparse, dense, and all within a few samples.
fn times() -> impl Strategy<Value = Vec<f64>> {
    let time = prop_oneof![0.0..SAMPLES as f64, 500_000.0..500_400.0_f64, 0.0..2000.0_f64];
    let whole = (time, any::<bool>()).prop_map(|(t, whole)| if whole { t.round() } else { t });
    prop::collection::vec(whole, 0..600)
}

fn sorted(mut times: Vec<f64>) -> Vec<f64> {
    times.sort_by(f64::total_cmp);
    times
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn ticks_and_lines_light_the_columns_that_hold_events(times in times(), (width, view) in views()) {
        let (info, edges) = (info(3), edges(&view, width));
        let marks = Marks::new(Parts { times: times.clone(), ..Parts::default() });
        for show in [Show::Row, Show::Lines, Show::Bands] {
            let layer = unlabelled(marks.clone(), show);
            let scene = scene(&info, vec![layer], Style::dark());
            let (layout, overlay) = overlay(&scene, &info, &view, [width, 90]);
            prop_assert_eq!(layout.plot.w, width);
            prop_assert_eq!(lit(&overlay.rects, 0), holding(&edges, &times), "{:?}", show);
            let strip = if show == Show::Row { layout.events } else { layout.plot };
            prop_assert!(strip.h > 0);
            for rect in &overlay.rects {
                let rows = strip.y as i32..=strip.bottom() as i32;
                prop_assert!(rows.contains(&rect.y0) && rows.contains(&rect.y1));
            }
        }
    }

    #[test]
    fn bands_light_all_that_events_last_in(
        times in times(),
        lengths in prop::collection::vec(prop_oneof![Just(0.0), 0.0..50.0_f64, 0.0..9e5_f64], 600),
        (width, view) in views(),
    ) {
        // As many from before the view as are drawn one over another.
        let times = sorted(times);
        let times = &times[..times.len().min(if width < 40 { 600 } else { 60 })];
        let durations = &lengths[..times.len()];
        let (info, edges) = (info(3), edges(&view, width));
        let marks = Marks::new(Parts {
            times: times.to_vec(),
            durations: durations.to_vec(),
            ..Parts::default()
        });
        let scene = scene(&info, vec![unlabelled(marks, Show::Bands)], Style::dark());
        let (_, overlay) = overlay(&scene, &info, &view, [width, 90]);
        prop_assert_eq!(lit(&overlay.rects, 0), lasting(&edges, times, durations));
    }

    #[test]
    fn levels_are_up_while_events_last(times in times(), (width, view) in views()) {
        // Edges in turn up and down.
        let mut times = sorted(times);
        times.dedup();
        let (info, edges) = (info(3), edges(&view, width));
        let pairs: Vec<[f64; 2]> = times.as_chunks().0.to_vec();
        let marks = Marks::new(Parts {
            times: pairs.iter().map(|pair| pair[0]).collect(),
            durations: pairs.iter().map(|pair| pair[1] - pair[0]).collect(),
            ..Parts::default()
        });
        let scene = scene(&info, vec![unlabelled(marks, Show::Levels)], Style::dark());
        let (layout, overlay) = overlay(&scene, &info, &view, [width, 90]);
        let up = |column: u32| pairs.iter().any(|pair| pair[0] <= edges[column as usize] && pair[1] > edges[column as usize]);
        let edge = |column: u32| {
            let [left, right] = [edges[column as usize], edges[column as usize + 1]];
            pairs.iter().any(|pair| (left..right).contains(&pair[0]) || left < pair[1] && pair[1] <= right)
        };
        let [top, bottom] = [layout.events.y as i32 + 2, layout.events.bottom() as i32];
        for column in 0..width {
            let lit: Vec<&Rect> = overlay
                .rects
                .iter()
                .filter(|rect| (rect.x0..rect.x1).contains(&(column as i32)))
                .collect();
            let rows = lit.iter().fold([i32::MAX, i32::MIN], |[a, b], rect| [a.min(rect.y0), b.max(rect.y1)]);
            let wanted = match (edge(column), up(column)) {
                (true, _) => [top, bottom],
                (false, true) => [top, top + 1],
                (false, false) => [bottom - 1, bottom],
            };
            prop_assert_eq!(rows, wanted, "column {}", column);
        }
    }

    #[test]
    fn searches_find_what_looking_finds(
        times in prop::collection::vec(0..50_u32, 0..80),
        seed in prop::collection::vec(0..4_u32, 80),
        at in -1.0..51.0_f64,
        whole in any::<bool>(),
        wanted in prop::option::of(0..5_u32),
        length in 0.0..20.0_f64,
    ) {
        let at = if whole { at.round() } else { at };
        let marks = Marks::new(Parts {
            times: times.iter().map(|t| f64::from(*t)).collect(),
            labels: seed[..times.len()].to_vec(),
            names: (0..3).map(|unit| format!("unit {unit}")).collect(),
            ..Parts::default()
        });
        // Label 3 has no name and is nobody's.
        let of = |i: &usize| wanted.is_none() || marks.label(*i) == wanted && wanted < Some(3);
        let all: Vec<usize> = (0..marks.len()).filter(of).collect();
        let time = |i: usize| marks.times()[i];
        prop_assert_eq!(marks.next(at, wanted), all.iter().copied().find(|&i| time(i) > at));
        prop_assert_eq!(marks.previous(at, wanted), all.iter().rev().copied().find(|&i| time(i) < at));
        let inside = all.iter().filter(|&&i| (at..at + length).contains(&time(i))).count();
        prop_assert_eq!(marks.count(at..at + length, wanted), inside);
        prop_assert!(marks.times().is_sorted());
        let kept = marks.only(|label| label == Some(1));
        prop_assert_eq!(kept.len(), (0..marks.len()).filter(|&i| marks.label(i) == Some(1)).count());
    }
}

/// Seconds, labels and names of events.
fn events(name: &str, kind: EventKind, times_s: &[f64], labels: &[u32], names: &[&str]) -> Events {
    Events {
        name: name.to_owned(),
        kind,
        times_s: times_s.to_vec(),
        durations_s: Vec::new(),
        labels: labels.to_vec(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        channels: Vec::new(),
    }
}

#[test]
fn kinds_have_their_layers() {
    let info = info(3);
    let times = [0.1, 0.2, 0.30001, 7.0];
    let found = [
        Events {
            channels: vec![0, 2, 2, 900],
            ..events(
                "sorted",
                EventKind::Spikes,
                &times,
                &[0, 1, 0, 1],
                &["3 good", "5 mua"],
            )
        },
        events("units", EventKind::Spikes, &times, &[0; 4], &["1"]),
        events(
            "ttl",
            EventKind::Edges,
            &times,
            &[0, 1, 2, 1],
            &["line 1 off", "line 2 off", "line 2 on"],
        ),
        events("words", EventKind::Edges, &times, &[0; 4], &["0x0001"]),
        events("notes", EventKind::Annotations, &times, &[0; 4], &["a"]),
        Events {
            durations_s: vec![0.05, f64::NAN, 1.0, 0.0],
            ..events("epochs", EventKind::Epochs, &times, &[0; 4], &["a"])
        },
        events("none", EventKind::Epochs, &[], &[], &[]),
    ];
    let layers = layers(&found, &info, &Style::dark());
    let names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
    assert_eq!(
        names,
        ["sorted", "units", "line 1", "line 2", "words", "notes", "epochs"]
    );
    let shown: Vec<Show> = layers.iter().map(|layer| layer.show).collect();
    let lanes = Show::Lanes {
        piece: [-5.0, 10.0],
        ticks: true,
    };
    let wanted = [
        lanes,
        Show::Row,
        Show::Levels,
        Show::Levels,
        Show::Row,
        Show::Lines,
        Show::Bands,
    ];
    assert_eq!(shown, wanted);
    // Seconds become the whole samples that they were.
    assert_eq!(layers[0].marks.times(), [1000.0, 2000.0, 3000.1, 70_000.0]);
    // A channel that the recording lacks is none.
    let channels: Vec<Option<u32>> = (0..4).map(|i| layers[0].marks.channel(i)).collect();
    assert_eq!(channels, [Some(0), Some(2), Some(2), None]);
    // Line 1 was up from the start to its only edge; line 2 to its first, and between its edges.
    let spans = |layer: &Layer| -> Vec<[f64; 2]> {
        let marks = &layer.marks;
        (0..marks.len())
            .map(|i| [marks.times()[i], marks.end(i).round()])
            .collect()
    };
    assert_eq!(spans(&layers[2]), [[0.0, 1000.0]]);
    assert_eq!(spans(&layers[3]), [[0.0, 2000.0], [3000.1, 70_000.0]]);
    assert_ne!(layers[2].color_of(0), layers[3].color_of(1));
    assert!(layers[6].marks.lasting() && layers[6].marks.end(1) == 2000.0);
}

#[test]
fn rows_leave_the_plot_and_lanes_have_ticks() {
    let info = info(4);
    let marks = Marks::new(Parts {
        times: vec![100.0, 200.0, 200.5],
        labels: vec![0, 1, 1],
        names: vec!["a".into(), "b".into()],
        channels: vec![1, 3, u32::MAX],
        ..Parts::default()
    });
    let view = View::new(Position::default(), 2.0);
    let without = scene(&info, Vec::new(), Style::light());
    let (plain, _) = overlay(&without, &info, &view, [300, 200]);
    let row = unlabelled(marks.clone(), Show::Row);
    let many = scene(&info, vec![row; 40], Style::light());
    let (crowded, ticks) = overlay(&many, &info, &view, [300, 200]);
    assert_eq!(crowded.plot.h + crowded.events.h, plain.plot.h);
    assert_eq!(crowded.events.h, 50);
    assert_eq!(ticks.rects.len(), 80);
    let lanes = Show::Lanes {
        piece: [0.0, 0.0],
        ticks: true,
    };
    let shown = scene(&info, vec![unlabelled(marks, lanes)], Style::light());
    let (layout, ticks) = overlay(&shown, &info, &view, [300, 200]);
    let place = |rect: &Rect| {
        let lane = layout.lanes.iter().position(|lane| lane.top as i32 == rect.y0);
        (lane.expect("a lane's top"), rect.x0)
    };
    let places: Vec<(usize, i32)> = ticks.rects.iter().map(place).collect();
    assert_eq!(places, [(0, 100), (1, 100), (1, 50), (2, 100), (3, 100)]);
}

#[test]
fn labels_are_written_where_there_is_room() {
    let info = info(4);
    let names = vec!["first".into(), "second".into()];
    let marks = |times: Vec<f64>| {
        Marks::new(Parts {
            labels: (0..times.len() as u32).map(|i| i % 2).collect(),
            durations: vec![30.0; times.len()],
            times,
            names: names.clone(),
            ..Parts::default()
        })
    };
    let view = View::new(Position::default(), 1.0);
    let glyphs = |times: Vec<f64>, show| {
        let layer = Layer::new("x", marks(times), show, &Style::dark());
        overlay(
            &scene(&info, vec![layer], Style::dark()),
            &info,
            &view,
            [400, 200],
        )
        .1
        .glyphs
        .len()
    };
    for show in [Show::Row, Show::Lines, Show::Bands] {
        assert_eq!(glyphs(vec![10.0, 200.0], show), 11, "{show:?}");
        // The first has none, the second is at the edge.
        assert_eq!(glyphs(vec![390.0, 395.0], show), 0, "{show:?}");
        assert_eq!(glyphs((0..300).map(f64::from).collect(), show), 0, "{show:?}");
    }
    // One that began before the view says what it is.
    assert_eq!(glyphs(vec![-20.0], Show::Bands), 5);
}

#[test]
fn what_belongs_to_a_channel_is_drawn_on_its_lane() {
    let info = info(4);
    let view = View::span(0.0, 10.0, info.rate_hz, 400);
    for show in [Show::Lines, Show::Bands] {
        let marks = Marks::new(Parts {
            times: vec![20_000.0, 50_000.0, 70_000.0],
            durations: vec![1000.0; 3],
            channels: vec![2, u32::MAX, 9],
            ..Parts::default()
        });
        let scene = scene(&info, vec![unlabelled(marks, show)], Style::dark());
        let (layout, overlay) = overlay(&scene, &info, &view, [400, 200]);
        let rows = |column: i32| -> BTreeSet<(i32, i32)> {
            let over = overlay
                .rects
                .iter()
                .filter(|rect| (rect.x0..rect.x1).contains(&column));
            over.map(|rect| (rect.y0, rect.y1)).collect()
        };
        let lane = &layout.lanes[2];
        let one = (lane.top as i32, lane.bottom as i32);
        assert_eq!(rows(80), BTreeSet::from([one]), "{show:?}");
        assert_eq!(rows(200), BTreeSet::from([(0, 200)]), "{show:?}");
        assert_eq!(rows(280), BTreeSet::new(), "its channel is not shown: {show:?}");
    }
}
