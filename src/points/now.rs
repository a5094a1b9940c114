//! What views look at: the points that are sorted, and each of those that are not.

use std::sync::Arc;

use super::count::{Counted, most};
use super::grid::Coordinate;
use super::laid::Laid;
use super::lot::Unsorted;
use super::seen::View;
use super::sort::Point;
use super::{Spread, Store, unsorted};
use crate::view::plane::Plane;

/// The points as they are now.
pub(super) struct Now<'a, T> {
    /// All but those that followed, if they are.
    pub(super) sorted: Option<&'a Arc<Store<T>>>,
    /// Else these.
    pub(super) unsorted: Arc<Unsorted<T>>,
    /// Those that followed.
    pub(super) tail: &'a Laid<T>,
}

impl<T: Coordinate> Now<'_, T> {
    fn store(&self) -> Option<&Store<T>> {
        self.sorted.or(self.unsorted.store.as_ref()).map(|store| &**store)
    }

    /// Those that are not sorted, by their numbers.
    fn others(&self) -> impl Iterator<Item = &Laid<T>> {
        let laid = match self.sorted {
            Some(_) => None,
            None => Some(&self.unsorted.laid),
        };
        let some = laid.into_iter().chain([self.tail]);
        some.filter(|laid| !laid.points().is_empty())
    }

    /// Calls `each` with all points, in no order.
    pub(super) fn each(&self, mut each: impl FnMut(Point<T>)) {
        let sorted = self.store().map_or(&[][..], |store| &store.points);
        let others = self
            .others()
            .flat_map(Laid::points)
            .filter(|point| point.is_there());
        sorted.iter().chain(others).for_each(|point| each(*point));
    }

    pub(super) fn in_view(&self, plane: &Plane, size: [u32; 2]) -> usize {
        let sorted = self.store().map_or(0, |store| store.in_view(plane, size));
        let view = View::new(plane, size);
        let others = self.others().map(|laid| unsorted::in_view(laid, view));
        sorted + others.sum::<usize>()
    }

    pub(super) fn count(&self, plane: &Plane, size: [u32; 2], into: &mut Vec<u32>) -> Counted {
        let counted = match self.store() {
            Some(store) => store.count(plane, size, into),
            None => {
                into.clear();
                into.resize(size.map(|px| px as usize).iter().product(), 0);
                Counted::NONE
            }
        };
        self.count_others(plane, size, counted, into)
    }

    /// Adds those that are not sorted.
    pub(super) fn count_others(
        &self,
        plane: &Plane,
        size: [u32; 2],
        mut counted: Counted,
        into: &mut [u32],
    ) -> Counted {
        let view = View::new(plane, size);
        for laid in self.others() {
            counted.in_view += unsorted::count(laid, view, into);
            counted.most = most(into);
        }
        counted
    }

    pub(super) fn gather(&self, plane: &Plane, size: [u32; 2], reach: f64) -> Vec<Spread> {
        let sorted = self.store().map(|store| store.gather(plane, size, reach));
        let mut found = sorted.unwrap_or_default();
        let view = View { plane, size, reach };
        for laid in self.others() {
            found.extend(unsorted::gather(laid, view));
        }
        found
    }

    pub(super) fn bytes(&self) -> usize {
        let sorted = self.store().map_or(0, Store::bytes);
        let laid = self.unsorted.laid.bytes();
        sorted + laid
    }
}
