//! Buffers as they were given, what has changed of them since, and what the device keeps of them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::{Element, Kind};
use crate::abi::custom::CustomBuffer;
use crate::changes::Changes;
use crate::view::axis::Scale;
use crate::view::plane::{Bounds, Plane};
use crate::{Error, Result};

/// A buffer that shaders know by its name. Clones share what they hold until one of them changes.
#[derive(Clone)]
pub(crate) struct Buffer {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    values: Arc<Values>,
    changes: Changes,
    /// Around all places when they were last given as a whole.
    around: Option<Bounds>,
}

#[derive(Clone)]
pub(crate) enum Values {
    Bytes(Vec<u8>),
    Places(Vec<[f64; 2]>),
}

/// How places become what is kept of them: `(place − middle) / half`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Basis {
    scales: [Scale; 2],
    middle: [f64; 2],
    half: [f64; 2],
}

impl Basis {
    /// Such that all that lies within bounds is kept between −1 and 1.
    fn new(scales: [Scale; 2], around: Option<Bounds>) -> Self {
        let span = |axis: usize| {
            let bounds = around.map_or([0.0; 2], |around| [around.x, around.y][axis]);
            let units = bounds.map(|v| scales[axis].unit_from(v));
            let [a, b] = units.map(|unit| if unit.is_finite() { unit } else { 0.0 });
            // Rounded, so that a shader finds places as they were given.
            let middle = f64::from((a / 2.0 + b / 2.0) as f32);
            let middle = if middle.is_finite() {
                middle
            } else {
                a / 2.0 + b / 2.0
            };
            let half = (a - middle).abs().max((b - middle).abs());
            (middle, if half > 0.0 { power_of_two(half) } else { 1.0 })
        };
        let (x, y) = (span(0), span(1));
        Self {
            scales,
            middle: [x.0, y.0],
            half: [x.1, y.1],
        }
    }

    /// As two numbers each: together they have 48 bits.
    fn keep(&self, place: [f64; 2]) -> [f32; 4] {
        let units = Scale::units(self.scales, place);
        let [x, y] = [0, 1].map(|axis| split((units[axis] - self.middle[axis]) / self.half[axis]));
        [x[0], y[0], x[1], y[1]]
    }

    /// A place from what is kept of it, in units of the axes.
    pub(crate) fn place(&self, [x, y, rest_x, rest_y]: [f32; 4]) -> [f64; 2] {
        let sum = [f64::from(x) + f64::from(rest_x), f64::from(y) + f64::from(rest_y)];
        [0, 1].map(|axis| self.middle[axis] + sum[axis] * self.half[axis])
    }

    /// What a shader is told of places that are seen so.
    pub(crate) fn seen(&self, plane: &Plane) -> CustomBuffer {
        let kept = [0, 1].map(|axis| split((plane.corner[axis] - self.middle[axis]) / self.half[axis]));
        CustomBuffer {
            middle_x: self.middle[0] as f32,
            middle_y: self.middle[1] as f32,
            half_x: self.half[0] as f32,
            half_y: self.half[1] as f32,
            corner_x: kept[0][0],
            corner_y: kept[1][0],
            rest_x: kept[0][1],
            rest_y: kept[1][1],
            px_x: (plane.px_per_unit[0] * self.half[0]) as f32,
            px_y: (-plane.px_per_unit[1] * self.half[1]) as f32,
            ..CustomBuffer::default()
        }
    }
}

fn failed(problem: String) -> Error {
    Error::Invalid {
        what: "values of a buffer",
        problem,
    }
}

/// The power of two at or above a number, so that to divide by it rounds nothing.
fn power_of_two(v: f64) -> f64 {
    2.0_f64.powi(v.log2().ceil().clamp(-1000.0, 1000.0) as i32)
}

/// A number as one of 24 bits and what that is off.
fn split(v: f64) -> [f32; 2] {
    let first = v as f32;
    let rest = v - f64::from(first);
    [first, if rest.is_finite() { rest as f32 } else { 0.0 }]
}

impl Buffer {
    pub(crate) fn new<E: Element>(name: &str, values: &[E]) -> Self {
        Self::of(
            name,
            E::KIND,
            Values::Bytes(bytemuck::cast_slice(values).to_vec()),
        )
    }

    pub(crate) fn of_places(name: &str, places: Vec<[f64; 2]>) -> Self {
        Self {
            around: Bounds::around(places.iter().copied()),
            ..Self::of(name, Kind::Place, Values::Places(places))
        }
    }

    fn of(name: &str, kind: Kind, values: Values) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            values: Arc::new(values),
            changes: Changes::new(),
            around: None,
        }
    }

    /// How many elements it has.
    pub(crate) fn len(&self) -> usize {
        match &*self.values {
            Values::Bytes(bytes) => bytes.len() / self.kind.bytes(),
            Values::Places(places) => places.len(),
        }
    }

    /// What it holds, which clones share.
    pub(crate) fn values(&self) -> &Arc<Values> {
        &self.values
    }

    /// What of it takes memory on the host.
    pub(crate) fn bytes(&self) -> u64 {
        let bytes = match &*self.values {
            Values::Bytes(bytes) => bytes.capacity(),
            Values::Places(places) => places.capacity() * size_of::<[f64; 2]>(),
        };
        bytes as u64
    }

    /// Puts elements over those from `at` on, and behind the last.
    pub(crate) fn put<E: Element>(&mut self, at: usize, values: &[E]) -> Result<()> {
        let span = self.span(at, values.len(), E::KIND)?;
        if let Values::Bytes(bytes) = Arc::make_mut(&mut self.values) {
            let size = size_of::<E>();
            if bytes.len() < span.end * size {
                bytes.resize(span.end * size, 0);
            }
            bytes[span.start * size..span.end * size].copy_from_slice(bytemuck::cast_slice(values));
        }
        self.changes.put(span);
        Ok(())
    }

    /// The same of places.
    pub(crate) fn put_places(&mut self, at: usize, places: &[[f64; 2]]) -> Result<()> {
        let span = self.span(at, places.len(), Kind::Place)?;
        if let Values::Places(own) = Arc::make_mut(&mut self.values) {
            if own.len() < span.end {
                own.resize(span.end, [0.0; 2]);
            }
            own[span.clone()].copy_from_slice(places);
        }
        self.changes.put(span);
        Ok(())
    }

    /// Holds values to be of its type.
    pub(crate) fn is_of(&self, kind: Kind) -> Result<()> {
        match kind == self.kind {
            true => Ok(()),
            false => Err(failed(format!(
                "{} holds {:?}, not {kind:?}",
                self.name, self.kind
            ))),
        }
    }

    fn span(&self, at: usize, count: usize, kind: Kind) -> Result<Range<usize>> {
        self.is_of(kind)?;
        let end = at.checked_add(count).filter(|_| at <= self.len());
        end.map(|end| at..end).ok_or_else(|| {
            failed(format!(
                "{count} of them from {at} on in {}, which has {}; begin at its end at most",
                self.name,
                self.len()
            ))
        })
    }

    /// Which state it is in.
    pub(crate) fn version(&self) -> u64 {
        self.changes.version()
    }

    /// The elements that were put since it was in a state; all of them where that is too long ago, or another buffer's.
    pub(crate) fn since(&self, version: u64) -> Vec<Range<usize>> {
        self.changes.since(version).unwrap_or_else(|| self.all())
    }

    /// The span of all elements.
    pub(crate) fn all(&self) -> Vec<Range<usize>> {
        std::iter::once(0..self.len()).collect()
    }

    /// How its places are kept on axes of these scales.
    pub(crate) fn basis(&self, scales: [Scale; 2]) -> Basis {
        Basis::new(scales, self.around)
    }

    /// Elements as the device keeps them.
    pub(crate) fn kept(&self, basis: &Basis, span: Range<usize>) -> Cow<'_, [u8]> {
        match &*self.values {
            Values::Bytes(bytes) => {
                let size = self.kind.bytes();
                Cow::Borrowed(&bytes[span.start * size..span.end * size])
            }
            Values::Places(places) => {
                let kept: Vec<[f32; 4]> = places[span].iter().map(|&place| basis.keep(place)).collect();
                Cow::Owned(bytemuck::cast_slice(&kept).to_vec())
            }
        }
    }

    /// The least rectangle around its places, in units of axes of these scales; `None` of no places.
    pub(crate) fn bounds(&self, scales: [Scale; 2]) -> Option<Bounds> {
        match &*self.values {
            Values::Bytes(_) => None,
            Values::Places(places) => Bounds::around(places.iter().map(|&place| Scale::units(scales, place))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINEAR: [Scale; 2] = [Scale::Linear; 2];

    fn told(buffer: &Buffer, version: u64) -> Vec<(usize, usize)> {
        let spans = buffer.since(version).into_iter();
        spans.map(|span| (span.start, span.end)).collect()
    }

    #[test]
    fn what_changed_is_told() {
        let mut buffer = Buffer::new("v", &[0_u32; 10]);
        let first = buffer.version();
        assert!(told(&buffer, first).is_empty());
        assert_eq!(told(&buffer, 0), [(0, 10)], "another buffer's state");
        buffer.put(3, &[1_u32, 2]).expect("within");
        let second = buffer.version();
        buffer.put(10, &[7_u32; 5]).expect("behind");
        assert_eq!(told(&buffer, first), [(3, 5), (10, 15)]);
        assert_eq!(told(&buffer, second), [(10, 15)]);
        let mut other = buffer.clone();
        other.put(0, &[1_u32]).expect("within");
        buffer.put(1, &[1_u32]).expect("within");
        assert_eq!(told(&other, second), [(10, 15), (0, 1)]);
        assert_eq!(
            told(&buffer, other.version()),
            [(0, 15)],
            "not a state of this one"
        );
        for turn in 0..40 {
            buffer.put(turn % 15, &[9_u32]).expect("within");
        }
        assert_eq!(told(&buffer, first), [(0, 15)], "too long ago");
        assert!(buffer.put(16, &[1_u32]).is_err() && buffer.put(0, &[1.0_f32]).is_err());
        assert_eq!(buffer.len(), 15);
    }

    #[test]
    fn places_are_kept_to_48_bits() {
        let far = (1_u64 << 40) as f64;
        for (places, plane_at) in [
            (vec![[far, -far], [far + 0.25, 3.0]], far),
            (vec![[1e-30, 2e-30], [3e-30, 5e-30]], 1e-30),
            (vec![[0.0, 0.0]], 0.0),
            (vec![[-1e300, 1e300], [1e300, 7.0]], 0.0),
        ] {
            let buffer = Buffer::of_places("p", places.clone());
            let basis = buffer.basis(LINEAR);
            let bytes = buffer.kept(&basis, 0..places.len());
            let kept: Vec<[f32; 4]> = bytemuck::pod_collect_to_vec(&bytes);
            for (&kept, place) in kept.iter().zip(&places) {
                let back = basis.place(kept);
                for axis in 0..2 {
                    let off = (back[axis] - place[axis]).abs();
                    assert!(off <= basis.half[axis] * 2.0_f64.powi(-47), "{back:?}, {place:?}");
                }
                assert!(kept.iter().all(|v| v.abs() <= 2.0), "{kept:?}");
            }
            let plane = Plane {
                corner: [plane_at; 2],
                px_per_unit: [1.0; 2],
            };
            assert!(basis.seen(&plane).corner_x.is_finite());
        }
        let none = Buffer::of_places("p", vec![[f64::NAN, 1.0], [f64::INFINITY, 2.0]]);
        let basis = none.basis(LINEAR);
        let bytes = none.kept(&basis, 0..2);
        let kept: Vec<[f32; 4]> = bytemuck::pod_collect_to_vec(&bytes);
        assert!(kept[0][0].is_nan() && kept[1][0].is_infinite());
        assert_eq!(none.bounds(LINEAR), None);
    }
}
