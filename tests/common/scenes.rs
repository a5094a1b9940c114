//! Scenes in three dimensions, held to their twin.

use galvani::figure::Space;
use galvani::reference;
use galvani::view::camera::Camera;

/// Of a target.
pub(crate) const SIZE: [u32; 2] = [97, 66];

/// Holds a scene's picture to its twin's, to the bit: how many pixels are not white.
pub(crate) fn check(space: &Space, camera: &Camera, what: &str) -> usize {
    let found = space.pixels(camera).expect("pixels");
    let wanted = reference::space::paint(space, camera, space.target_size());
    let mut drawn = 0;
    for (px, (found, wanted)) in found.as_chunks::<4>().0.iter().zip(&wanted).enumerate() {
        let at = (px as u32 % space.size[0], px as u32 / space.size[0]);
        assert_eq!(found, wanted, "{what}, {at:?}");
        drawn += usize::from(*wanted != [255; 4]);
    }
    drawn
}

/// Nothing yet.
pub(crate) fn empty() -> Space {
    Space::new().size(SIZE[0], SIZE[1])
}
