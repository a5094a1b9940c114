//! Figures, sheets and scenes to files, to pixels, or to shapes: without any device, but for custom visuals.

use std::path::Path;

use crate::figure::{Adding, Figure, Seen, Sheet, Solid, Space, Visual};
use crate::gpu::{Choice, Device};
use crate::host::figure::{Layer, LayersOf, canvases, paint, shapes};
use crate::host::space;
use crate::png::{self, Compression, Kind};
use crate::renderer::{Rasteriser, Renderer};
use crate::scene::text::Text;
use crate::scene::{PxRect, Rect, Style};
use crate::vector::{Drawing, Shape};
use crate::view::camera::Camera;
use crate::view::plane::Plane;
use crate::{Error, Result};

/// Pixels of a scene for one of its drawing's, across and down.
const FINER: u32 = 2;

impl Figure {
    /// Its pixels from where it is seen, `[height, width]` of RGBA, 8 bits each, opaque, on a target of its own size: painted by
    /// the host's cores, on machines without Vulkan as well; without custom visuals, which need it.
    #[must_use]
    pub fn pixels(&self, plane: &Plane) -> Vec<u8> {
        let target = self.target_size();
        painted(&[(self, plane, PxRect::all(target))], target, &mut without)
    }

    /// The same in shapes. Images, density, and visuals of more than 65 536 pieces in view are pixels, in an image that holds what lies
    /// below them as well; text, axes and all else are shapes. Such an image has two pixels for one across and down, unless it shows
    /// density, whose counts are those of the screen's pixels.
    #[must_use]
    pub fn drawing(&self, plane: &Plane) -> Drawing {
        let target = self.target_size();
        drawn(&[(self, plane, PxRect::all(target))], target, &mut without)
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
        written(path.as_ref(), &[(self, &plane, PxRect::all(target))], target)
    }
}

impl Sheet {
    /// The pixels of all its figures, each from where it is seen, as [`Figure::pixels`].
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there are as many views as figures.
    pub fn pixels(&self, planes: &[Plane]) -> Result<Vec<u8>> {
        let target = self.target_size();
        Ok(painted(&self.seen(planes, target)?, target, &mut without))
    }

    /// The same in shapes, as [`Figure::drawing`].
    ///
    /// # Errors
    /// As [`Sheet::pixels`].
    pub fn drawing(&self, planes: &[Plane]) -> Result<Drawing> {
        let target = self.target_size();
        Ok(drawn(&self.seen(planes, target)?, target, &mut without))
    }

    /// Writes it as [`Figure::save`].
    ///
    /// # Errors
    /// As [`Figure::save`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let target = self.target_size();
        let planes = self.views(target);
        written(path.as_ref(), &self.seen(&planes, target)?, target)
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

    /// An image of twice as many pixels across and down, with text over it.
    ///
    /// # Errors
    /// As [`Space::pixels`].
    pub fn drawing(&self, camera: &Camera) -> Result<Drawing> {
        let size = self.target_size();
        let finer = Self {
            title: String::new(),
            ..self.clone()
        };
        let finer = finer.scale(self.scale_factor * FINER as f32);
        let (large, all) = (PxRect::all(finer.target_size()), PxRect::all(size));
        let image = shapes::image(&finer.pixels(camera)?, large.w, large, all);
        let written = self.written(size, &mut Text::new());
        let mut shapes = vec![Shape::Image(image)];
        shapes.extend(shapes::written(&written));
        let background = self.style.background;
        Ok(Drawing {
            size,
            background,
            shapes,
        })
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
fn with_layers<R>(seen: &[Seen<'_>], make: impl FnOnce(&mut LayersOf<'_>) -> R) -> Result<R> {
    let mut visuals = seen.iter().flat_map(|(figure, ..)| &figure.visuals);
    if !visuals.any(|visual| matches!(visual, Visual::Custom(_))) {
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

/// Writes figures as they are seen.
fn written(path: &Path, seen: &[Seen<'_>], target: [u32; 2]) -> Result<()> {
    let pixels = || with_layers(seen, |layers| painted(seen, target, layers));
    write(path, target, pixels, || {
        with_layers(seen, |layers| drawn(seen, target, layers))
    })
}

fn painted(seen: &[Seen<'_>], target: [u32; 2], layers: &mut LayersOf<'_>) -> Vec<u8> {
    let mut canvases = canvases(seen, false, &mut Text::new());
    for canvas in &mut canvases {
        let plot = canvas.frame.plot;
        canvas.layers = layers(canvas.figure, canvas.plane, [plot.w, plot.h]);
    }
    let mut pixels = vec![0_u8; target[0] as usize * target[1] as usize * 4];
    paint(&canvases, &mut Vec::new(), target[0], &mut pixels);
    pixels
}

fn drawn(seen: &[Seen<'_>], size: [u32; 2], layers: &mut LayersOf<'_>) -> Drawing {
    let mut drawing = Drawing {
        size,
        background: seen
            .first()
            .map_or(Style::light(), |(figure, ..)| figure.style.clone())
            .background,
        shapes: Vec::new(),
    };
    for canvas in canvases(seen, false, &mut Text::new()) {
        let rect = canvas.rect;
        let mut figure = Drawing {
            size: [rect.w, rect.h],
            background: canvas.figure.style.background,
            shapes: Vec::new(),
        };
        if figure.background != drawing.background {
            figure.shapes.push(Shape::Rect(Rect {
                x0: 0,
                y0: 0,
                x1: rect.w as i32,
                y1: rect.h as i32,
                color: figure.background.with_alpha(255),
            }));
        }
        figure.shapes.extend(canvas.shapes(layers));
        drawing.put(figure, [rect.x, rect.y]);
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
