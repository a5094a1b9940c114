//! What figures and scenes take in memory.

use std::sync::Arc;

use galvani::figure::{
    Balls, Bars, Events, Figure, Graph, Image, Labels, Lines, Mesh, Points, Scale, Sheet, Space, Spans,
    Visual,
};
use galvani::lines::Curves;
use galvani::scene::Rgba8;

#[test]
fn what_figures_take_in_memory() {
    let (x, y) = (vec![0.0_f32; 10_000], vec![0.0_f32; 10_000]);
    let curves = Arc::new(Curves::new(&x, &y).expect("curves"));
    let lines = Lines::of(curves.clone());
    let one = lines.bytes();
    assert!((80_000..120_000).contains(&one), "{one}");
    let shared = Figure::new().with(lines.clone()).with(lines);
    assert_eq!(shared.bytes(), one, "once");
    let apart = shared.clone().with(Lines::new(&x, &y).expect("lines"));
    assert_eq!(apart.bytes(), 2 * one);
    let sheet = Sheet::new(1, 2)
        .at(0, 0, shared.clone())
        .and_then(|sheet| sheet.at(0, 1, apart));
    assert_eq!(sheet.expect("cells").bytes(), 2 * one);
    let _ = curves.on([Scale::Log; 2]);
    assert!(shared.bytes() > one + 160_000, "logarithms are made, and kept");

    let places: Vec<[f32; 3]> = vec![[0.0; 3]; 1000];
    let space = Space::new()
        .with(
            Balls::new(&places)
                .colors(&[Rgba8::default(); 1000])
                .expect("colours"),
        )
        .with(Mesh::new(&places, &[[0, 1, 2]; 500]).expect("a mesh"));
    let (balls, mesh) = (28 * 1000 + 4 * 1000, 24 * 1000 + 16 * 500);
    assert!(
        (balls + mesh..balls + mesh + 3000).contains(&space.bytes()),
        "{}",
        space.bytes()
    );

    let least = |visual: Visual, least: u64| {
        let bytes = visual.bytes();
        assert!((least..2 * least + 1000).contains(&bytes), "{bytes} for {least}");
    };
    least(Points::new(&x, &y).expect("points").into(), 120_000);
    least(Image::new([100, 100], &x).expect("an image").into(), 40_000);
    least(Bars::new(&x, &y).expect("bars").into(), 80_000);
    least(Events::new(&[&x, &y]).into(), 160_000);
    least(
        Graph::new(&x, &y, &[[0, 1]; 1000]).expect("a graph").into(),
        168_000,
    );
    least(Spans::along_x(&[[0.0; 2]; 1000]).into(), 16_000);
    least(
        Labels::new(&x[..9], &y[..9], &["four"; 9])
            .expect("labels")
            .into(),
        9 * (16 + 24 + 4),
    );
    assert_eq!(Figure::new().bytes() + Space::new().bytes(), 0);
}
