//! Figures held to what their twins paint.

use galvani::figure::{Figure, Frame};
use galvani::reference::overlay;
use galvani::scene::text::Text;
use galvani::view::plane::Plane;

/// Holds a figure without a grid to what `paint` makes of its background, with the axes over it: within 3 of 255, for each of several
/// things over one another is rounded. `paint` is given the frame, the pixels, and how many there are across.
pub(crate) fn check(
    figure: &Figure,
    plane: &Plane,
    what: &str,
    paint: impl FnOnce(&Frame, &mut [[f64; 3]], usize),
) {
    let target = figure.target_size();
    let frame = Frame::new(figure, plane, target, &mut Text::new());
    let background = figure.style.background;
    let ground = [background.r, background.g, background.b].map(f64::from);
    let mut wanted = vec![ground; (target[0] * target[1]) as usize];
    paint(&frame, &mut wanted, target[0] as usize);
    let bytes = |pixel: &[f64; 3]| {
        let [r, g, b] = pixel.map(|v| v.round() as u8);
        [r, g, b, 255]
    };
    let mut wanted: Vec<[u8; 4]> = wanted.iter().map(bytes).collect();
    overlay::cover(&frame.overlay, &mut wanted, target[0] as usize, 0);
    let found = figure.pixels(plane);
    for (i, (found, wanted)) in found.as_chunks::<4>().0.iter().zip(&wanted).enumerate() {
        let off = found.iter().zip(wanted).map(|(a, b)| a.abs_diff(*b)).max();
        let at = (i as u32 % target[0], i as u32 / target[0]);
        assert!(off <= Some(3), "{what}, {at:?}: {found:?} and {wanted:?}");
    }
}
