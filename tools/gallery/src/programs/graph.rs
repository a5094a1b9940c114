//! A network that falls into its parts: nodes push each other off, edges pull them together (T. Fruchterman, E. Reingold, 1991).

use galvani::Result;
use galvani::figure::Figure;
use galvani::scene::{Colormap, Rgba8};

use super::part_of;

/// Groups of nodes, with more edges inside than between them.
const GROUPS: usize = 6;

pub(super) fn figure(part: f64) -> Result<Figure> {
    let count = part_of(420, part.sqrt()).max(2 * GROUPS);
    let edges = edges(count);
    let places = settled(count, &edges, part_of(300, part).max(20));
    let mut degree = vec![0_u32; count];
    for node in edges.iter().flatten() {
        degree[*node as usize] += 1;
    }
    let sizes: Vec<f32> = degree.iter().map(|&degree| 4.0 + 2.0 * (degree as f32).sqrt()).collect();
    let colors: Vec<Rgba8> = (0..count)
        .map(|node| Colormap::Viridis.color(group(node) as f64 / GROUPS as f64))
        .collect();
    let (x, y): (Vec<f64>, Vec<f64>) = places.into_iter().map(|[x, y]| (x, y)).unzip();
    Ok(Figure::new()
        .title("Six groups, found by forces")
        .graph(&x, &y, &edges)
        .sizes(&sizes)
        .colors(&colors)
        .figure()?
        .aspect(1.0))
}

fn group(node: usize) -> usize {
    node % GROUPS
}

fn edges(count: usize) -> Vec<[u32; 2]> {
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |count: usize| {
        // Xorshift (G. Marsaglia, 2003).
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        (bits >> 11) as usize % count
    };
    let mut edges = Vec::new();
    for node in GROUPS..count {
        // To an earlier one of its group, and seldom to any.
        let own = group(node) + GROUPS * below(node / GROUPS);
        edges.push([node as u32, own as u32]);
        let other = group(node) + GROUPS * below(node / GROUPS);
        if other != own {
            edges.push([node as u32, other as u32]);
        }
        if below(12) == 0 {
            edges.push([node as u32, below(node) as u32]);
        }
    }
    edges
}

/// Where forces move nodes from a circle, in so many steps, each of which is shorter than the one before.
fn settled(count: usize, edges: &[[u32; 2]], steps: usize) -> Vec<[f64; 2]> {
    let on_circle = |node: usize| {
        let turn = node as f64 * 2.399_963;
        [turn.cos(), turn.sin()].map(|v| v * (node as f64 / count as f64).sqrt())
    };
    let mut places: Vec<[f64; 2]> = (0..count).map(on_circle).collect();
    let apart = (1.0 / count as f64).sqrt();
    for step in 0..steps {
        let mut forces = vec![[0.0_f64; 2]; count];
        let mut push = |a: usize, b: usize, force: &dyn Fn(f64) -> f64, places: &[[f64; 2]]| {
            let by = [0, 1].map(|axis| places[a][axis] - places[b][axis]);
            let far = by[0].hypot(by[1]).max(1e-9);
            for axis in 0..2 {
                let part = by[axis] / far * force(far);
                forces[a][axis] += part;
                forces[b][axis] -= part;
            }
        };
        for a in 0..count {
            for b in 0..a {
                push(a, b, &|far| apart * apart / far, &places);
            }
        }
        for [a, b] in edges {
            push(*a as usize, *b as usize, &|far| -far * far / apart, &places);
        }
        let most = 0.1 * (1.0 - step as f64 / steps as f64);
        for (place, force) in places.iter_mut().zip(&forces) {
            let strong = force[0].hypot(force[1]).max(1e-12);
            for axis in 0..2 {
                place[axis] += force[axis] / strong * strong.min(most);
            }
        }
    }
    places
}
