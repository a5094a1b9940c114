//! Figures to a file, or to pixels, without any device.

use std::path::Path;

use crate::figure::{Adding, Figure, Seen, Sheet, Solid, Space, Visual};
use crate::host::figure::{canvases, paint};
use crate::host::space;
use crate::png::{self, Compression, Kind};
use crate::scene::PxRect;
use crate::scene::text::Text;
use crate::view::camera::Camera;
use crate::view::plane::Plane;
use crate::{Error, Result};

impl Figure {
    /// Its pixels from where it is seen, `[height, width]` of RGBA, 8 bits each, opaque, on a target of its own size: painted by
    /// the host's cores, on machines without Vulkan as well.
    #[must_use]
    pub fn pixels(&self, plane: &Plane) -> Vec<u8> {
        let target = self.target_size();
        painted(&[(self, plane, PxRect::all(target))], target)
    }

    /// Writes it as a PNG, as it is seen at first.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name with another ending than `.png`; [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let target = self.target_size();
        write(path.as_ref(), target, || Ok(self.pixels(&self.view(target))))
    }
}

impl Sheet {
    /// The pixels of all its figures, each from where it is seen, as [`Figure::pixels`].
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there are as many views as figures.
    pub fn pixels(&self, planes: &[Plane]) -> Result<Vec<u8>> {
        let target = self.target_size();
        Ok(painted(&self.seen(planes, target)?, target))
    }

    /// Writes it as a PNG, as it is seen at first.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name with another ending than `.png`; [`Error::Write`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let target = self.target_size();
        write(path.as_ref(), target, || self.pixels(&self.views(target)))
    }
}

impl Space {
    /// Its pixels as a camera sees it, as [`Figure::pixels`].
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 2³² triangles and balls.
    pub fn pixels(&self, camera: &Camera) -> Result<Vec<u8>> {
        self.check()?;
        let target = self.target_size();
        let mut pixels = vec![0_u8; target[0] as usize * target[1] as usize * 4];
        let written = self.written(target, &mut Text::new());
        space::paint(self, camera, &written, (target, false), &mut pixels);
        Ok(pixels)
    }

    /// Writes it as a PNG, as it is seen at first.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name with another ending than `.png`; [`Error::Write`]; as [`Space::pixels`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let target = self.target_size();
        write(path.as_ref(), target, || self.pixels(&self.view(target)))
    }
}

fn painted(seen: &[Seen<'_>], target: [u32; 2]) -> Vec<u8> {
    let canvases = canvases(seen, false, &mut Text::new());
    let mut pixels = vec![0_u8; target[0] as usize * target[1] as usize * 4];
    paint(&canvases, &mut Vec::new(), target[0], &mut pixels);
    pixels
}

/// Writes pixels as a PNG.
fn write(path: &Path, target: [u32; 2], pixels: impl FnOnce() -> Result<Vec<u8>>) -> Result<()> {
    let is_png = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
    if !is_png {
        return Err(Error::Invalid {
            what: "the picture's name",
            problem: format!(
                "{} does not end in .png, which is what is written",
                path.display()
            ),
        });
    }
    let pixels = pixels()?;
    let mut rows = Vec::with_capacity(pixels.len());
    for row in pixels.chunks_exact(target[0] as usize * 4) {
        // Not filtered: neighbours are mostly the same, or not alike.
        rows.push(0);
        rows.extend(
            row.as_chunks::<4>()
                .0
                .iter()
                .flat_map(|[r, g, b, _]| [*r, *g, *b]),
        );
    }
    let file = png::encode(target, Kind::Rgb, &rows, Compression::default());
    std::fs::write(path, file).map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}

impl<V: Into<Visual>> Adding<V> {
    /// Writes the figure as a PNG, as it is seen at first.
    ///
    /// # Errors
    /// The first of those that its parts had; those of [`Figure::save`].
    pub fn save(self, path: impl AsRef<Path>) -> Result<()> {
        self.figure()?.save(path)
    }
}

impl<V: Into<Solid>> Adding<V, Space> {
    /// Writes the scene as a PNG, as it is seen at first.
    ///
    /// # Errors
    /// The first of those that its parts had; those of [`Space::save`].
    pub fn save(self, path: impl AsRef<Path>) -> Result<()> {
        self.space()?.save(path)
    }
}
