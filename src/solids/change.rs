//! Vertices and places that move: blocks keep their items, and have boxes that fit them anew.

use rayon::prelude::*;

use super::{Coordinate, Shell, Spots, blocks, normals};
use crate::{Error, Result};

impl Shell {
    /// Moves the vertices from `first` on. Normals at them, and at the vertices that they share triangles with, are those of the triangles from
    /// then on, whether others were given or not.
    ///
    /// Takes some ns a triangle, and more for those that move; blocks of triangles are not sorted anew, so that a frame takes the longer the
    /// farther those that were near each other have gone apart. Each position is kept to 2⁻²² of the extent that there was at first, or of how far it is from
    /// there. All is made anew where a vertex becomes finite or ceases to be, and where all move and any goes beyond four times the extent.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there are not as many vertices.
    pub fn move_to<T: Coordinate>(&mut self, first: usize, places: &[[T; 3]]) -> Result<()> {
        let span = Error::span("a mesh", first, places.len(), self.vertices())?;
        let stays = self.placed.put(first, places);
        let (stored, triangles) = (&self.placed.stored, &self.triangles);
        let corners = |number: usize| triangles[number].map(|vertex| stored[vertex as usize]);
        let has_moved = |number: usize| {
            triangles[number]
                .iter()
                .any(|&vertex| span.contains(&(vertex as usize)))
        };
        match stays {
            true => blocks::refit(&mut self.blocks, &self.order, corners, has_moved),
            false => (self.order, self.blocks) = blocks::sorted(triangles.len(), corners),
        }
        self.state.moved(span.clone(), stays);
        let mut is_beside = vec![false; stored.len()];
        is_beside[span.clone()].fill(true);
        let moved = (0..triangles.len()).filter(|&number| has_moved(number));
        for vertex in moved.flat_map(|number| triangles[number]) {
            is_beside[vertex as usize] = true;
        }
        let beside = |three: &&[u32; 3]| three.iter().any(|&vertex| is_beside[vertex as usize]);
        let near: Vec<[u32; 3]> = triangles.iter().filter(beside).copied().collect();
        let made = normals(stored, &near);
        let own = self.normals.par_iter_mut().zip(made).zip(is_beside);
        own.for_each(|((own, made), is_beside)| {
            if is_beside {
                *own = made;
            }
        });
        Ok(())
    }
}

impl Spots {
    /// Moves the places from `first` on. Takes some ns for each place that there is; else as [`Shell::move_to`].
    ///
    /// # Errors
    /// [`Error::Invalid`] where there are not as many places.
    pub fn move_to<T: Coordinate>(&mut self, first: usize, places: &[[T; 3]]) -> Result<()> {
        let span = Error::span("places", first, places.len(), self.len())?;
        let stays = self.placed.put(first, places);
        let stored = &self.placed.stored;
        let corners = |number: usize| [stored[number]; 3];
        if stays {
            blocks::refit(&mut self.blocks, &self.order, corners, |number| {
                span.contains(&number)
            });
        } else {
            (self.order, self.blocks) = blocks::sorted(stored.len(), corners);
        }
        self.state.moved(span, stays);
        self.near.resize(self.order.len(), [0.0; 3]);
        let near = self.near.par_iter_mut().zip(&self.order);
        near.for_each(|(near, &number)| *near = stored[number as usize]);
        Ok(())
    }
}
