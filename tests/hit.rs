//! What is at a place of a figure: what brute force finds there, and where something is drawn. All of it needs no Vulkan.

mod common;

use common::random::Random;
use galvani::figure::{Figure, Frame, Hit, Item, Origin, Scale, Shape};
use galvani::lines::pieces::Piece;
use galvani::reference::lines::distance;
use galvani::scene::{PxRect, Rgba8};
use galvani::view::plane::Plane;

fn small() -> Figure {
    Figure::new().size(240, 180).grid(false)
}

fn plot(figure: &Figure) -> PxRect {
    Frame::plot(figure, figure.target_size())
}

/// Places all over the plot, in pixels from its corner.
fn places(figure: &Figure, seed: u64) -> impl Iterator<Item = [f64; 2]> {
    let (plot, mut random) = (plot(figure), Random::new(seed));
    (0..400).map(move |_| [plot.w, plot.h].map(|side| random.unit() * f64::from(side)))
}

fn hit(figure: &Figure, plane: &Plane, at: [f64; 2], reach: f64) -> Option<Hit> {
    let plot = plot(figure);
    let on_target = [at[0] + f64::from(plot.x), at[1] + f64::from(plot.y)];
    figure.hit(plane, figure.target_size(), on_target, reach)
}

/// Holds what is found to the nearest of distances, of equals the last; within `slack`, by which distances may be off.
fn check(found: Option<Hit>, item: impl Fn(usize) -> Item, distances: &[f64], (reach, slack): (f64, f64)) {
    let clamped = distances.iter().map(|distance| distance.max(0.0));
    let least = clamped.clone().fold(f64::MAX, f64::min);
    let Some(hit) = found else {
        assert!(
            least > reach - slack,
            "nothing, and there is something {least} px away"
        );
        return;
    };
    let is_near = hit.distance_px <= reach && (hit.distance_px - least).abs() < slack;
    assert!(is_near, "{hit:?}, not {least}");
    let near = clamped
        .enumerate()
        .filter(|(_, d)| (d - least).abs() < 2.0 * slack);
    let near: Vec<usize> = near.map(|(i, _)| i).collect();
    assert!(
        near.iter().any(|&i| item(i) == hit.item),
        "{hit:?}, not one of {near:?}"
    );
    // Of those that the place is on for sure it is the last, unless it may be on one more.
    let mut on = near.iter().copied().filter(|&i| distances[i] < -slack);
    if let Some(last) = on.next_back()
        && near.last() == Some(&last)
    {
        assert_eq!(hit.item, item(last));
    }
}

#[test]
fn points_are_found_by_their_outlines() {
    for (count, shape) in [(60, Shape::Disc), (60, Shape::Star), (20_000, Shape::Square)] {
        let mut random = Random::new(count);
        let (x, y): (Vec<f64>, Vec<f64>) = (0..count).map(|_| (0.1 + random.unit(), random.unit())).unzip();
        let sizes: Vec<f32> = (0..count)
            .map(|i| [7.0, 12.0, 0.0, 3.0][i as usize % 4])
            .collect();
        let even = small()
            .points(&x, &y)
            .shape(shape)
            .sizes(&sizes)
            .figure()
            .expect("a figure");
        for figure in [even.clone(), even.scales(Scale::Log, Scale::Linear).scale(2.0)] {
            let plane = figure.view(figure.target_size());
            for at in places(&figure, 3).take(if count > 1000 { 20 } else { 400 }) {
                let far = |i: usize| {
                    let px = plane.px_from([figure.x.scale.unit_from(x[i]), y[i]]);
                    let radius = sizes[i] * figure.scale_factor / 2.0;
                    let from = [0, 1].map(|axis| (at[axis] - px[axis]) as f32);
                    if radius > 0.0 {
                        f64::from(shape.distance(from, radius))
                    } else {
                        f64::INFINITY
                    }
                };
                let distances: Vec<f64> = (0..count as usize).map(far).collect();
                check(
                    hit(&figure, &plane, at, 5.0),
                    Item::Point,
                    &distances,
                    (5.0, 1e-3),
                );
            }
        }
    }
}

#[test]
fn lines_are_found_by_their_pieces() {
    let mut random = Random::new(5);
    let (x, y): (Vec<f64>, Vec<f64>) = (0..40).map(|_| (random.unit(), random.unit())).unzip();
    let mut gapped = y.clone();
    gapped[17] = f64::NAN;
    for y in [y, gapped] {
        let figure = small().lines(&x, &y).width(3.0).figure().expect("a figure");
        let plane = figure.view(figure.target_size());
        for at in places(&figure, 7) {
            let far = |i: usize| {
                let [from, to] = [i, i + 1].map(|k| plane.px_from([x[k], y[k]]));
                let piece = Piece { from, to, vertex: i };
                let distance = distance(&piece, at) - 1.5;
                if distance.is_nan() {
                    f64::INFINITY
                } else {
                    distance
                }
            };
            let distances: Vec<f64> = (0..39).map(far).collect();
            // Steep pieces stand upright, at most half a pixel off.
            check(
                hit(&figure, &plane, at, 4.0),
                Item::Vertex,
                &distances,
                (4.0, 0.5),
            );
        }
    }
    // The one spike among millions is found where it is seen.
    let mut many = vec![0.0_f32; 2_000_000];
    many[1_234_567] = 1.0;
    let curves = galvani::lines::Curves::even(0.0, 1.0, many).expect("curves");
    let figure = small().curves(curves).figure().expect("a figure");
    let plane = figure.view(figure.target_size());
    let top = plane.px_from([1_234_567.0, 1.0]);
    let found = hit(&figure, &plane, [top[0], top[1] + 1.0], 2.0).expect("the spike");
    let Item::Vertex(vertex) = found.item else {
        panic!("a vertex")
    };
    assert!(vertex.abs_diff(1_234_567) < 20_000, "{vertex}");
}

#[test]
fn bars_events_images_and_graphs() {
    let heights = [3.0, -1.0, 2.0, 0.0, 5.0];
    let x = [0.0, 1.0, 2.0, 3.0, 4.0];
    let bars = small()
        .bars(x.as_slice(), heights.as_slice())
        .width(1.0)
        .figure()
        .expect("a figure");
    let plane = bars.view(bars.target_size());
    for (bar, [x, y]) in [(0, [0.1, 1.0]), (1, [1.2, -0.5]), (4, [4.3, 4.9])] {
        let found = hit(&bars, &plane, plane.px_from([x, y]), 0.0).expect("a bar");
        assert_eq!((found.item, found.distance_px), (Item::Bar(bar), 0.0));
    }
    assert_eq!(hit(&bars, &plane, plane.px_from([1.0, 1.5]), 0.0), None);

    let rows = [vec![0.1, 0.5, f64::NAN, 0.9], vec![], vec![0.2, 0.21]];
    let events = small().events(&rows).figure().expect("a figure");
    let plane = events.view(events.target_size());
    for (row, number, time) in [(0, 1, 0.5), (2, 0, 0.2), (0, 2, 0.9)] {
        let at = plane.px_from([time, f64::from(row)]);
        let found = hit(&events, &plane, [at[0] + 0.3, at[1]], 3.0).expect("an event");
        let row = row as usize;
        assert_eq!(found.item, Item::Event { row, number });
    }
    assert_eq!(hit(&events, &plane, plane.px_from([0.5, 1.0]), 3.0), None);

    let values: Vec<u8> = (0..12).collect();
    let image = small()
        .image([3, 4], &values)
        .origin(Origin::Upper)
        .figure()
        .expect("a figure");
    let plane = image.view(image.target_size());
    let found = hit(&image, &plane, plane.px_from([3.0, 2.2]), 0.0).expect("a pixel");
    assert_eq!(found.item, Item::Pixel { row: 0, column: 3 });

    let graph = small()
        .graph(&[0.0, 1.0, 0.5], &[0.0, 0.0, 1.0], &[[0, 1], [1, 2]])
        .size(9.0)
        .figure()
        .expect("a figure");
    let plane = graph.view(graph.target_size());
    let item = |at| hit(&graph, &plane, plane.px_from(at), 3.0).map(|hit| hit.item);
    assert_eq!(item([1.0, 0.0]), Some(Item::Node(1)));
    assert_eq!(item([0.5, 0.0]), Some(Item::Edge(0)));
    assert_eq!(item([0.75, 0.5]), Some(Item::Edge(1)));
    assert_eq!(item([0.1, 0.9]), None);
}

#[test]
fn the_uppermost_visual_is_found_and_text_by_its_box() {
    let figure = small()
        .bars([0.5].as_slice(), [1.0].as_slice())
        .width(1.0)
        .text(&[0.5], &[0.5], &["label"])
        .figure()
        .expect("a figure");
    let plane = figure.view(figure.target_size());
    let at = plane.px_from([0.5, 0.5]);
    let found = hit(&figure, &plane, at, 0.0).expect("text");
    assert_eq!((found.visual, found.item), (1, Item::Label(0)));
    let below = hit(&figure, &plane, [at[0], at[1] + 30.0], 0.0).expect("a bar");
    assert_eq!((below.visual, below.item), (0, Item::Bar(0)));
    // Beside the plot there is nothing, and a place that is none is none.
    assert_eq!(figure.hit(&plane, figure.target_size(), [1.0, 1.0], 50.0), None);
    assert_eq!(
        figure.hit(&plane, figure.target_size(), [f64::NAN, 1.0], 50.0),
        None
    );
    let empty = small();
    assert_eq!(hit(&empty, &empty.view([240, 180]), [5.0, 5.0], 5.0), None);
}

/// Where a figure of black on white is dark, something is hit, and the other way round.
#[test]
fn what_is_hit_is_what_is_drawn() {
    let mut random = Random::new(9);
    let mut some = |count: usize| (0..count).map(|_| random.unit()).collect::<Vec<f64>>();
    let ink = Rgba8::opaque(0);
    let lines = small().lines(some(12), some(12)).width(5.0).color(ink);
    let points = small().points(&some(30), &some(30)).size(11.0).color(ink);
    let nodes = (some(8), some(8));
    let graph = small()
        .graph(&nodes.0, &nodes.1, &[[0, 1], [2, 3], [4, 5], [6, 7]])
        .size(12.0)
        .width(4.0);
    let events = small().events(&[some(9), some(9)]).color(ink);
    let figures = [
        lines.figure(),
        points.figure(),
        graph.color(ink).edge_color(ink).figure(),
        events.figure(),
    ];
    for figure in figures.map(|figure| figure.expect("a figure")) {
        let plane = figure.view(figure.target_size());
        let (pixels, plot, width) = (figure.pixels(&plane), plot(&figure), figure.target_size()[0]);
        // Off the axes.
        for y in 0..plot.h - 3 {
            for x in 3..plot.w {
                let shade = pixels[((plot.y + y) * width + plot.x + x) as usize * 4];
                let at = [f64::from(x) + 0.5, f64::from(y) + 0.5];
                let is_hit = hit(&figure, &plane, at, 0.6).is_some();
                if shade < 100 {
                    assert!(is_hit, "drawn and not hit at {x}, {y}");
                }
                if shade == 255 {
                    let inside = hit(&figure, &plane, at, 0.0);
                    assert!(inside.is_none(), "{inside:?} and not drawn at {x}, {y}");
                }
            }
        }
    }
}
