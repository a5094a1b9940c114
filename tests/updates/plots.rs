//! Events and bars that follow others, and labels that move.

use galvani::figure::{Bars, Events, Figure, Labels, Trains};

use super::common::random::Random;
use super::is_invalid;

#[test]
fn events_are_appended() {
    let mut random = Random::new(45);
    let mut rows: Vec<Vec<f64>> = vec![vec![3.0, 1.0], Vec::new(), vec![f64::NAN]];
    let mut trains = Trains::new(&rows);
    let mut now = 0.0;
    for round in 0..60 {
        let count = random.below(5) as usize;
        let mut more: Vec<f64> = (0..count).map(|_| now + random.unit()).collect();
        match round % 20 {
            7 => more.push(f64::INFINITY),
            // Earlier than some that are there.
            8 => more.push(0.5),
            _ => {}
        }
        now += 0.3;
        let row = random.below(3) as usize;
        trains.append(row, &more).expect("a row");
        rows[row].extend(more);
        assert_eq!(trains, Trains::new(&rows), "round {round}");
    }
    assert!(is_invalid(trains.append(3, &[1.0_f32])));
    assert!(is_invalid(Trains::default().append(0, &[1.0])));
    let mut events = Events::new(&rows[..2]);
    let other = events.clone();
    events.append(1, &[2.0_f32]).expect("a row");
    rows[1].push(2.0);
    assert_eq!(*events.trains, Trains::new(&rows[..2]));
    assert_eq!(other.trains.len() + 1, events.trains.len());
}

#[test]
fn bars_are_appended_and_replaced() {
    let pixels = |bars: &Bars| {
        let figure = Figure::new().size(200, 150).with(bars.clone());
        figure.pixels(&figure.view([200, 150]))
    };
    let x: Vec<f64> = (0..3000).map(f64::from).collect();
    let mut random = Random::new(46);
    let mut heights: Vec<f64> = x.iter().map(|_| random.unit() - 0.3).collect();
    for count in [2, 9, 3000] {
        let mut bars = Bars::new(&x[..2], &heights[..2]).expect("bars");
        bars.append(&x[2..count], &heights[2..count]).expect("more");
        assert!(pixels(&bars) == pixels(&Bars::new(&x[..count], &heights[..count]).expect("bars")));
        bars.replace(1, &[5.0]).expect("another");
        heights[1] = 5.0;
        assert!(pixels(&bars) == pixels(&Bars::new(&x[..count], &heights[..count]).expect("bars")));
        assert!(is_invalid(bars.append(&[0.0], &[1.0])) && is_invalid(bars.append(&[1e5], &[f64::NAN])));
        assert!(is_invalid(bars.append(&[1e5, 1e4], &[1.0; 2])) && is_invalid(bars.replace(count, &[1.0])));
        assert!(is_invalid(bars.replace(0, &[f64::INFINITY])));
        assert_eq!(bars.tops.len(), count, "nothing has changed");
    }
    let values: Vec<f64> = (0..500).map(|_| random.unit()).collect();
    let mut bins = Bars::histogram(&values, 7).expect("bins");
    assert!(is_invalid(bins.append(&[2.0], &[2.0])));
    bins.replace(0, &[1000.0_f32]).expect("a count");
}

#[test]
fn labels_move() {
    let pixels = |labels: Labels| {
        let figure = Figure::new().size(200, 150).with(labels);
        figure.pixels(&figure.view([200, 150]))
    };
    let of = |x: [f64; 2]| Labels::new(&x, &[0.0, 1.0], &["one", "two"]).expect("labels");
    let mut labels = of([0.0, 1.0]);
    let other = labels.clone();
    labels.move_to(1, [7.0, 1.0]).expect("a label");
    assert!(pixels(labels.clone()) == pixels(of([0.0, 7.0])) && pixels(other) == pixels(of([0.0, 1.0])));
    assert!(is_invalid(labels.move_to(2, [0.0; 2])));
}
