//! Graphs: edges are the strokes of the lines' twin, nodes the markers of the points'. All of it needs no Vulkan.

mod common;

use common::figures;
use common::random::Random;
use galvani::figure::{Figure, Frame, Graph, Points, Scale, Shape, Visual};
use galvani::lines::pieces::Piece;
use galvani::reference::{lines, points};
use galvani::scene::Rgba8;
use galvani::view::plane::Plane;

fn small() -> Figure {
    Figure::new().size(180, 130).grid(false)
}

fn graph_of(figure: &Figure) -> &Graph {
    match &figure.visuals[0] {
        Visual::Graph(graph) => graph,
        _ => panic!("a graph"),
    }
}

const EDGES: Rgba8 = Rgba8 {
    r: 30,
    g: 90,
    b: 160,
    a: 180,
};
const NODES: Rgba8 = Rgba8 {
    r: 200,
    g: 80,
    b: 10,
    a: 255,
};

/// Holds a graph of nodes and edges of one look to the twins.
fn check(figure: &Figure, plane: &Plane, what: &str) {
    let graph = graph_of(figure);
    let places = || {
        graph
            .places
            .iter()
            .map(|place| [figure.x.scale.unit_from(place[0]), place[1]])
    };
    let (x, y): (Vec<f64>, Vec<f64>) = places().map(|[x, y]| (x, y)).unzip();
    let nodes = Points::new(&x, &y)
        .expect("points")
        .shape(graph.shape)
        .size(6.0)
        .color(NODES);
    let piece = |&[a, b]: &[u32; 2]| Piece {
        from: plane.px_from([x[a as usize], y[a as usize]]),
        to: plane.px_from([x[b as usize], y[b as usize]]),
        vertex: 0,
    };
    let is_place = |piece: &Piece| piece.from.iter().chain(&piece.to).all(|v| v.is_finite());
    let pieces: Vec<Piece> = graph.edges.iter().map(piece).filter(is_place).collect();
    figures::check(figure, plane, what, |frame, wanted, width| {
        let wide = (f64::from(graph.width), f64::from(graph.opacity));
        lines::strokes(&[(pieces, EDGES)], wide, frame.plot, wanted, width);
        let nodes = nodes.opacity(graph.opacity);
        points::markers((&x, &y), &nodes, (frame, plane, 1.0), NODES, wanted, width);
    });
}

fn made(seed: u64, nodes: usize, edges: usize) -> (Vec<f64>, Vec<f64>, Vec<[u32; 2]>) {
    let mut random = Random::new(seed);
    let (x, y) = (0..nodes).map(|_| (0.01 + random.unit(), random.unit())).unzip();
    let edges = (0..edges)
        .map(|_| [0; 2].map(|_: u32| random.below(nodes as u64) as u32))
        .collect();
    (x, y, edges)
}

#[test]
fn nodes_and_edges_are_as_their_twins() {
    for (seed, nodes, edges, width, shape) in [
        (1, 25, 60, 1.0, Shape::Disc),
        (2, 12, 12, 3.5, Shape::Square),
        (3, 40, 0, 1.0, Shape::Star),
        (4, 5, 20, 0.4, Shape::Diamond),
    ] {
        let (mut x, y, edges) = made(seed, nodes, edges);
        x[3] = f64::NAN;
        let figure = small()
            .graph(&x, &y, &edges)
            .shape(shape)
            .size(6.0)
            .color(NODES)
            .width(width)
            .edge_color(EDGES)
            .opacity(0.9)
            .figure()
            .expect("a figure");
        let mut plane = figure.view(figure.target_size());
        check(&figure, &plane, "all");
        plane.zoom_at([70.0, 40.0], [5.0, 3.0], [120, 90]);
        check(&figure, &plane, "closer");
        // So close that ends are far beyond all pixels.
        plane.zoom_at([50.0, 50.0], [1e4, 1e4], [120, 90]);
        check(&figure, &plane, "very close");
        let logged = figure.clone().scales(Scale::Log, Scale::Linear);
        check(
            &logged,
            &logged.view(logged.target_size()),
            "over a logarithmic axis",
        );
    }
}

#[test]
fn a_node_takes_its_edges_along() {
    let (x, y, edges) = made(5, 10, 20);
    let mut graph = Graph::new(&x, &y, &edges).expect("a graph");
    let shared = graph.clone();
    graph.move_to(4, [0.5, 0.25]).expect("a node");
    assert_eq!(graph.places[4], [0.5, 0.25]);
    assert_eq!(shared.places[4], [x[4], y[4]], "another figure's stays");
    assert!(graph.move_to(10, [0.0; 2]).is_err());
    let figure = small().with(graph.color(NODES).size(6.0).edge_color(EDGES));
    check(&figure, &figure.view(figure.target_size()), "moved");
}

#[test]
fn what_cannot_be_is_told() {
    assert!(Graph::new(&[0.0], &[0.0, 1.0], &[]).is_err());
    let beyond = Graph::new(&[0.0, 1.0], &[0.0, 1.0], &[[0, 1], [1, 2]])
        .err()
        .expect("an error");
    assert!(beyond.to_string().contains("edge 1"), "{beyond}");
    let two = || Graph::new(&[0.0, 1.0], &[0.0, 1.0], &[[0, 1]]).expect("a graph");
    assert!(two().sizes(&[1.0]).is_err() && two().colors(&[]).is_err());
    let none = small().graph::<f32>(&[], &[], &[]).figure().expect("a figure");
    assert_eq!(none.pixels(&none.view([180, 130])).len(), 180 * 130 * 4);
    assert!(Frame::plot(&none, [180, 130]).w > 0);
}
