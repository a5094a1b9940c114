//! A network that a device pulls into shape: compute shaders push nodes off each other and pull edges together, step by step; `--show forces` lets
//! it go on, and nodes be dragged.

use galvani::Result;
use galvani::figure::{Custom, Figure, Item, Visual};
use galvani::scene::{Colormap, Rgba8};
use galvani::show::{Button, Event, Live};

use super::part_of;
use super::shaders::{Shader, shaded, shader};

pub(super) const DRAW: [Shader; 2] = [shader!("forces.vert"), shader!("forces.frag")];

const NODES: usize = 600;

/// Edges of a tree, then some more from one branch to another.
fn edges(count: usize) -> Vec<[u32; 2]> {
    let tree = (1..count).map(|node| [node as u32, ((node - 1) / 3) as u32]);
    let more = (0..count / 100).map(|i| [(i * 37 % count) as u32, (i * 101 % count) as u32]);
    tree.chain(more).filter(|[a, b]| a != b).collect()
}

pub(super) fn figure(part: f64) -> Result<Figure> {
    let count = part_of(NODES, part.sqrt()).max(12);
    let mut network = data(count, &edges(count)).and_then(|network| shaded(network, [&DRAW[0], &DRAW[1]], &computes()))?;
    network.advance(part_of(800, part).max(30) as u64);
    let extent = 2.8 * (count as f64).sqrt();
    Ok(Figure::new()
        .title("Pulled into shape by the device")
        .custom(network)
        .figure()?
        .x_limits(-extent, extent)
        .y_limits(-extent, extent)
        .aspect(1.0))
}

pub(super) fn live() -> Result<()> {
    let mut shown = figure(1.0)?;
    let edges = edges(NODES).len();
    let mut dragged = None;
    if let Some(Visual::Custom(network)) = shown.visuals.first_mut() {
        // Nothing has moved yet.
        *network = network.clone().restart();
    }
    shown.run(|live: &mut Live<Figure>, event| {
        live.animate(true);
        match *event {
            Event::Press { button: Button::First, at } => {
                let hit = live.hit(at, 6.0)?.map(|hit| hit.item);
                dragged = match hit {
                    Some(Item::Custom(item)) if item >= edges => Some(item - edges),
                    _ => None,
                };
            }
            Event::Release { .. } => dragged = None,
            _ => {}
        }
        let place = live.pointer().and_then(|at| live.coordinates(at));
        if dragged.is_some() {
            live.take();
        }
        if let (Event::Frame { .. }, Some(Visual::Custom(network))) = (event, live.shows.visuals.first_mut()) {
            network.advance(1);
            if let (Some(node), Some([x, y])) = (dragged, place) {
                network.put_places("node", node, &[x], &[y])?;
            }
        }
        Ok(())
    })
}

/// Nodes on a spiral, which of them are near each, and edges; drawn are edges, then nodes.
pub(super) fn data(count: usize, edges: &[[u32; 2]]) -> Result<Custom> {
    let turn = |node: usize| node as f64 * 2.399_963;
    let far = |node: usize| 0.5 * (node as f64).sqrt();
    let x: Vec<f64> = (0..count).map(|node| turn(node).cos() * far(node)).collect();
    let y: Vec<f64> = (0..count).map(|node| turn(node).sin() * far(node)).collect();
    let mut near = vec![Vec::new(); count];
    for &[a, b] in edges {
        near[a as usize].push(b);
        near[b as usize].push(a);
    }
    let firsts = near.iter().scan(0, |first, near| {
        let own = *first;
        *first += near.len() as u32;
        Some(own)
    });
    let firsts: Vec<u32> = firsts.chain([2 * edges.len() as u32]).collect();
    let tint = |node: usize| Colormap::Viridis.color((node as f64 + 1.0).ln() / (count as f64 + 1.0).ln());
    let tints: Vec<Rgba8> = (0..count).map(tint).collect();
    Custom::new()
        .places("node", &x, &y)?
        .buffer("force", &vec![[0.0_f32; 2]; count])?
        .buffer("first", &firsts)?
        .buffer("near", &near.concat())?
        .buffer("edge", edges.as_flattened())?
        .buffer("tint", &tints)?
        .buffer("heat", &[3.0_f32])
        .map(|custom| custom.items((edges.len() + count) as u32))
}

pub(super) fn computes() -> [(&'static str, Shader); 3] {
    [
        ("node", shader!("forces_push.comp")),
        ("node", shader!("forces_move.comp")),
        ("heat", shader!("forces_cool.comp")),
    ]
}
