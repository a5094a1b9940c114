//! Figures, sheets and scenes to files, to pixels, or to shapes: without any device, but for custom visuals.

use std::path::Path;

use crate::figure::{Adding, Figure, PanelView, Seen, Sheet, Solid, Space, Visual};
use crate::gpu::{Choice, Device};
use crate::host::figure::{Layer, LayersOf};
use crate::host::sheet::{Part, paint, parts};
use crate::png::{self, Compression, Kind};
use crate::renderer::{Rasteriser, Renderer};
use crate::scene::text::Text;
use crate::scene::{PxRect, Rect, Rgba8, Style};
use crate::vector::{Drawing, Shape};
use crate::view::camera::Camera;
use crate::view::plane::Plane;
use crate::{Error, Result};

impl Figure {
    /// Its pixels from where it is seen, `[height, width]` of RGBA, 8 bits each, opaque, on a target of its own size: painted by
    /// the host's cores, on machines without Vulkan as well; without custom visuals, which need it.
    #[must_use]
    pub fn pixels(&self, plane: &Plane) -> Vec<u8> {
        let target = self.target_size();
        painted(
            &[(Seen::Figure(self, plane), PxRect::all(target))],
            target,
            &mut without,
        )
    }

    /// The same in shapes. Images, density, and visuals of more than 65 536 pieces in view are pixels, in an image that holds what lies
    /// below them as well; text, axes and all else are shapes. Such an image has two pixels for one across and down, unless it shows
    /// density, whose counts are those of the screen's pixels.
    #[must_use]
    pub fn drawing(&self, plane: &Plane) -> Drawing {
        let target = self.target_size();
        drawn(
            &[(Seen::Figure(self, plane), PxRect::all(target))],
            target,
            &mut without,
        )
    }

    /// Writes it as it is seen at first: as PNG, SVG or PDF, by the ending of the file's name. For custom visuals it opens the best device that
    /// there is.
    ///
    /// # Errors
    /// [`Error::Invalid`] for another ending, or a page of PDF that is too large; [`Error::Write`]. With custom visuals those of
    /// [`Device::open`] and [`Renderer::render_figure`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let target = self.target_size();
        let plane = self.view(target);
        let seen = [(Seen::Figure(self, &plane), PxRect::all(target))];
        written(path.as_ref(), &seen, target)
    }
}

impl Sheet {
    /// The pixels of all its figures and scenes, each from where it is seen, as [`Figure::pixels`].
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there is a view for each, a plane for a figure and a camera for a scene; as [`Space::pixels`].
    pub fn pixels(&self, views: &[PanelView]) -> Result<Vec<u8>> {
        let target = self.target_size();
        Ok(painted(&self.seen(views, target)?, target, &mut without))
    }

    /// The same in shapes, as [`Figure::drawing`] and [`Space::drawing`].
    ///
    /// # Errors
    /// As [`Sheet::pixels`].
    pub fn drawing(&self, views: &[PanelView]) -> Result<Drawing> {
        let target = self.target_size();
        Ok(drawn(&self.seen(views, target)?, target, &mut without))
    }

    /// Writes it as [`Figure::save`].
    ///
    /// # Errors
    /// As [`Figure::save`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let target = self.target_size();
        let views = self.views(target);
        written(path.as_ref(), &self.seen(&views, target)?, target)
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
        Ok(painted(
            &[(Seen::Space(self, camera), PxRect::all(target))],
            target,
            &mut without,
        ))
    }

    /// An image of twice as many pixels across and down, with the lines of axes that no solid hides, and text over it.
    ///
    /// # Errors
    /// As [`Space::pixels`].
    pub fn drawing(&self, camera: &Camera) -> Result<Drawing> {
        self.check()?;
        let target = self.target_size();
        let seen = [(Seen::Space(self, camera), PxRect::all(target))];
        Ok(drawn(&seen, target, &mut without))
    }

    /// Writes it as [`Figure::save`].
    ///
    /// # Errors
    /// As [`Figure::save`] and [`Space::pixels`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let target = self.target_size();
        let camera = self.view(target);
        let pixels = || self.pixels(&camera);
        write(path.as_ref(), target, pixels, || self.drawing(&camera))
    }
}

/// No layers, where there is no device.
fn without(_: &Figure, _: &Plane, _: [u32; 2]) -> Vec<Option<Layer>> {
    Vec::new()
}

/// Makes something of figures with what custom visuals show, for which a device is opened where there are any.
fn with_layers<R>(seen: &[(Seen<'_>, PxRect)], make: impl FnOnce(&mut LayersOf<'_>) -> R) -> Result<R> {
    let has = |visual: &Visual| matches!(visual, Visual::Custom(_));
    let mut figures = seen.iter().filter_map(|(seen, _)| match seen {
        Seen::Figure(figure, _) => Some(figure),
        Seen::Space(..) => None,
    });
    if !figures.any(|figure| figure.visuals.iter().any(has)) {
        return Ok(make(&mut without));
    }
    let device = Device::open(&Choice::Auto)?;
    let mut renderer = Renderer::new(&device, Rasteriser::Auto)?;
    let mut drawn = Ok(());
    let made = make(&mut |figure, plane, plot| {
        let layers = renderer.layers(figure, plane, plot);
        layers.unwrap_or_else(|error| {
            drawn = Err(error);
            Vec::new()
        })
    });
    drawn.map(|()| made)
}

/// Writes figures and scenes as they are seen.
fn written(path: &Path, seen: &[(Seen<'_>, PxRect)], target: [u32; 2]) -> Result<()> {
    let pixels = || with_layers(seen, |layers| painted(seen, target, layers));
    write(path, target, pixels, || {
        with_layers(seen, |layers| drawn(seen, target, layers))
    })
}

fn painted(seen: &[(Seen<'_>, PxRect)], target: [u32; 2], layers: &mut LayersOf<'_>) -> Vec<u8> {
    let mut parts = parts(seen, false, &mut Text::new());
    for part in &mut parts {
        if let Part::Figure(canvas) = part {
            let plot = canvas.frame.plot;
            canvas.layers = layers(canvas.figure, canvas.plane, [plot.w, plot.h]);
        }
    }
    let mut pixels = vec![0_u8; target[0] as usize * target[1] as usize * 4];
    paint(
        &parts,
        &mut Vec::new(),
        (target[0], ground(seen), false),
        &mut pixels,
    );
    pixels
}

/// What is seen where nothing is: the first one's background.
fn ground(seen: &[(Seen<'_>, PxRect)]) -> Rgba8 {
    seen.first()
        .map_or(Style::light().background, |(seen, _)| seen.background())
}

fn drawn(seen: &[(Seen<'_>, PxRect)], size: [u32; 2], layers: &mut LayersOf<'_>) -> Drawing {
    let mut drawing = Drawing {
        size,
        background: ground(seen),
        shapes: Vec::new(),
    };
    for (part, (seen, rect)) in parts(seen, false, &mut Text::new()).iter().zip(seen) {
        let mut own = Drawing {
            size: [rect.w, rect.h],
            background: seen.background(),
            shapes: Vec::new(),
        };
        if own.background != drawing.background {
            own.shapes.push(Shape::Rect(Rect {
                x0: 0,
                y0: 0,
                x1: rect.w as i32,
                y1: rect.h as i32,
                color: own.background.with_alpha(255),
            }));
        }
        own.shapes.extend(part.shapes(layers));
        drawing.put(own, [rect.x, rect.y]);
    }
    drawing
}

/// Writes a picture as its name says.
fn write(
    path: &Path,
    target: [u32; 2],
    pixels: impl FnOnce() -> Result<Vec<u8>>,
    drawing: impl FnOnce() -> Result<Drawing>,
) -> Result<()> {
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    let file = match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("png") => {
            let pixels = pixels()?;
            let colors = pixels.as_chunks::<4>().0.iter();
            let colors: Vec<u8> = colors.flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
            png::encode(target, Kind::Rgb, &colors, Compression::default())
        }
        Some("svg") => drawing()?.svg().into_bytes(),
        Some("pdf") => drawing()?.pdf()?,
        _ => {
            return Err(Error::Invalid {
                what: "the picture's name",
                problem: format!("{} does not end in .png, .svg or .pdf", path.display()),
            });
        }
    };
    std::fs::write(path, file).map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}

impl<V: Into<Visual>> Adding<V> {
    /// Writes the figure as [`Figure::save`].
    ///
    /// # Errors
    /// The first of those that its parts had; those of [`Figure::save`].
    pub fn save(self, path: impl AsRef<Path>) -> Result<()> {
        self.figure()?.save(path)
    }
}

impl<V: Into<Solid>> Adding<V, Space> {
    /// Writes the scene as [`Figure::save`].
    ///
    /// # Errors
    /// The first of those that its parts had; those of [`Space::save`].
    pub fn save(self, path: impl AsRef<Path>) -> Result<()> {
        self.space()?.save(path)
    }
}
