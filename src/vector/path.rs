//! Shapes to vertices in whole units, which both formats write.

use super::Hatch;
use crate::abi::{COVER_SHIFT, HATCH_PITCH, HATCH_WIDTH};
use crate::scene::PxRect;

/// Units of a pixel in which lines are written: those in which coverage is counted.
pub(super) const LINE_UNITS: u32 = 1 << COVER_SHIFT;

/// The outlines of an area, one for each run of columns without a gap: clockwise along the top from the left, back along
/// the bottom. Each vertex shares its column or its row with the one before, and the last one its column with the first.
///
/// `[column, part of a row]`; edges on which rows do not change are one.
pub(super) fn outlines(rows: &[[u16; 2]]) -> impl Iterator<Item = Vec<[i32; 2]>> + '_ {
    let lit = |[top, bottom]: &[u16; 2]| top < bottom;
    let runs = rows.chunk_by(move |a, b| lit(a) == lit(b));
    let starts = runs.scan(0, |next, run| {
        let start = *next;
        *next += run.len() as i32;
        Some((start, run))
    });
    starts
        .filter(move |(_, run)| run.first().is_some_and(lit))
        .map(|(start, run)| outline(start, run))
}

/// The outline of columns that are all lit.
fn outline(start: i32, run: &[[u16; 2]]) -> Vec<[i32; 2]> {
    let mut vertices = Vec::new();
    edge(
        &mut vertices,
        (start..).zip(run.iter().map(|rows| rows[0].into())),
        1,
    );
    let last = start + run.len() as i32 - 1;
    let back = (0..)
        .map(|i| last - i)
        .zip(run.iter().rev().map(|rows| rows[1].into()));
    edge(&mut vertices, back, -1);
    vertices
}

/// Follows a row for each column, in the direction in which columns come.
fn edge(vertices: &mut Vec<[i32; 2]>, columns: impl Iterator<Item = (i32, i32)>, step: i32) {
    let mut before = None;
    let mut end = 0;
    for (column, row) in columns {
        // The side of the column that is come to first.
        let near = column + i32::from(step < 0);
        if before != Some(row) {
            vertices.extend(before.map(|before| [near, before]));
            vertices.push([near, row]);
        }
        before = Some(row);
        end = near + step;
    }
    vertices.extend(before.map(|before| [end, before]));
}

/// A run of a line in [`LINE_UNITS`], without vertices that rounding puts where the one before is.
pub(super) fn rounded(run: &[[f32; 2]]) -> Vec<[i32; 2]> {
    let mut vertices: Vec<[i32; 2]> = run
        .iter()
        .map(|vertex| vertex.map(|px| (px * LINE_UNITS as f32).round() as i32))
        .collect();
    vertices.dedup();
    vertices
}

/// The lines of a hatch: the columns, at the rectangle's first row, from which each goes down and to the left at 45° to its
/// last row; each is [`HATCH_WIDTH`] across. And the smallest rectangle that holds the hatch.
///
/// A line's edges lie half a pixel off whole columns, so that it is as far from the pixels that it lights as from others.
pub(super) fn diagonals(hatch: &Hatch) -> (PxRect, impl Iterator<Item = f32>) {
    let all = hatch.rects.iter().copied().reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        PxRect {
            x,
            y,
            w: a.right().max(b.right()) - x,
            h: a.bottom().max(b.bottom()) - y,
        }
    });
    let all = all.unwrap_or_default();
    let (first, last) = (all.x + all.y, all.right() + all.bottom());
    let lines = first.saturating_sub(HATCH_WIDTH + 1) / HATCH_PITCH..=last / HATCH_PITCH;
    let top = all.y as f32;
    (
        all,
        lines.map(move |line| (line * HATCH_PITCH) as f32 + 0.5 - top),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(rows: &[[u16; 2]]) -> Vec<Vec<[i32; 2]>> {
        outlines(rows).collect()
    }

    #[test]
    fn nothing_has_no_outline() {
        assert!(all(&[]).is_empty());
        assert!(all(&[[0, 0], [5, 5], [0, 0]]).is_empty());
    }

    #[test]
    fn a_column_is_a_rectangle() {
        assert_eq!(all(&[[3, 9]]), [[[0, 3], [1, 3], [1, 9], [0, 9]]]);
    }

    #[test]
    fn columns_of_the_same_rows_are_one() {
        assert_eq!(all(&[[3, 9]; 7]), [[[0, 3], [7, 3], [7, 9], [0, 9]]]);
    }

    #[test]
    fn steps_and_gaps() {
        let found = all(&[[0, 0], [3, 9], [4, 9], [0, 0], [5, 6]]);
        let steps = vec![[1, 3], [2, 3], [2, 4], [3, 4], [3, 9], [1, 9]];
        assert_eq!(found, [steps, vec![[4, 5], [5, 5], [5, 6], [4, 6]]]);
    }

    /// Even where one column ends above the next one's start.
    #[test]
    fn an_outline_holds_the_rows_that_are_lit_and_no_other() {
        let mut state = 1_u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % below
        };
        for length in [1, 2, 3, 61, 200] {
            let column = |_| match random(4) {
                0 => [0, 0],
                _ => {
                    let top = random(40) as u16;
                    [top, top + 1 + random(9) as u16]
                }
            };
            let rows: Vec<[u16; 2]> = (0..length).map(column).collect();
            let outlines = all(&rows);
            for outline in &outlines {
                let closed = outline.iter().zip(outline.iter().cycle().skip(1));
                for (a, b) in closed {
                    assert_eq!(
                        u8::from(a[0] == b[0]) + u8::from(a[1] == b[1]),
                        1,
                        "{a:?} to {b:?}"
                    );
                }
            }
            for (c, [top, bottom]) in rows.iter().enumerate() {
                for row in 0..64_u16 {
                    let inside = outlines
                        .iter()
                        .any(|outline| winding(outline, c as i32, row.into()) != 0);
                    assert_eq!(inside, (*top..*bottom).contains(&row), "column {c}, row {row}");
                }
            }
        }
    }

    /// How often an outline winds around the middle of a cell: level edges above it.
    fn winding(outline: &[[i32; 2]], column: i32, row: i32) -> i32 {
        let next = outline.iter().cycle().skip(1);
        let over = outline.iter().zip(next).map(|(a, b)| {
            let right = (a[0] <= column && column < b[0]) as i32;
            let left = (b[0] <= column && column < a[0]) as i32;
            if a[1] == b[1] && a[1] <= row {
                right - left
            } else {
                0
            }
        });
        over.sum()
    }

    #[test]
    fn lines_are_rounded_and_vertices_merged() {
        let run = [[0.0, 0.0], [0.01, 0.01], [1.0, -2.0]];
        assert_eq!(rounded(&run), [[0, 0], [32, -64]]);
        assert_eq!(rounded(&run[..2]), [[0, 0]]);
    }

    #[test]
    fn diagonals_light_what_the_shader_lights() {
        let rect = PxRect {
            x: 31,
            y: 7,
            w: 40,
            h: 25,
        };
        let color = crate::scene::Rgba8::opaque(0);
        let hatch = Hatch {
            color,
            rects: vec![rect],
        };
        let (all, lines) = diagonals(&hatch);
        assert_eq!(all, rect);
        let lines: Vec<f32> = lines.collect();
        for y in rect.y..rect.bottom() {
            for x in rect.x..rect.right() {
                let (px, down) = (x as f32 + 0.5, y as f32 + 0.5 - rect.y as f32);
                let lit = lines
                    .iter()
                    .any(|line| (0.0..HATCH_WIDTH as f32).contains(&(px - (line - down))));
                assert_eq!(lit, (x + y) % HATCH_PITCH < HATCH_WIDTH, "({x}, {y})");
            }
        }
    }
}
