//! Scenes in three dimensions.

use super::{Balls, Legend, Mesh, Surface, bar, cage, legend, scaled};
use crate::scene::text::{Text, elided};
use crate::scene::{Canvas, Overlay, PxRect, Style};
use crate::solids::sight::{Part, Sight, Window, item};
use crate::solids::{Frame, Lens, SAMPLES};
use crate::vector::Line;
use crate::view::camera::{Box3, Camera};
use crate::{Error, Result};

/// Something that a scene shows.
#[derive(Clone)]
#[non_exhaustive]
pub enum Solid {
    /// Triangles.
    Mesh(Mesh),
    /// Balls.
    Balls(Balls),
    /// Heights over a grid.
    Surface(Surface),
}

impl Solid {
    /// The least box around it; `None` of nothing.
    #[must_use]
    pub fn bounds(&self) -> Option<Box3> {
        match self {
            Self::Mesh(mesh) => mesh.shell.bounds(),
            Self::Balls(balls) => balls.spots.bounds(),
            Self::Surface(surface) => surface.relief.bounds(),
        }
    }

    /// From where its stored positions are measured, and in what.
    pub(crate) fn frame(&self) -> Frame {
        match self {
            Self::Mesh(mesh) => mesh.shell.placed().frame,
            Self::Balls(balls) => balls.spots.placed().frame,
            Self::Surface(surface) => surface.relief.frame(),
        }
    }
}

/// What is at a place of a scene.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SolidHit {
    /// The number of the solid among the scene's.
    pub solid: usize,
    /// The triangle's number, or the ball's. Of a surface the number of a height, row by row: the nearest corner of the triangle that is seen,
    /// and where cells are smaller than pixels the highest or the lowest of those that lie together, whichever is nearer.
    pub item: usize,
}

/// What is drawn around a scene's solids.
pub(crate) struct Around {
    /// Lines below all of them, each over those before it.
    pub(crate) behind: Vec<Line>,
    /// What is written over them.
    pub(crate) over: Overlay,
}

/// A scene in three dimensions, seen by a [`Camera`].
///
/// ```no_run
/// # fn main() -> galvani::Result<()> {
/// use galvani::figure::{Mesh, Space};
/// Space::new().with(Mesh::open("brain.ply")?).save("brain.png")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Space {
    /// Above it.
    pub title: String,
    /// What it shows. Where two are equally near the later one is seen.
    pub solids: Vec<Solid>,
    /// Where light comes from, along the camera's axes: to the right, upwards, towards the eye.
    pub light: [f64; 3],
    /// How bright it is where no light falls, from 0 to 1.
    pub ambient: f64,
    /// Whether axes stand around it: the three sides away from the eye of the box around all solids, with lines through them at ticks, and
    /// numbers.
    pub axes: bool,
    /// What the axes of x, y and z say beside their numbers.
    pub labels: [String; 3],
    /// Where the names of solids stand.
    pub legend: Legend,
    /// From where it is seen at first; from the front and above, all of it, without.
    pub camera: Option<Camera>,
    /// Colours.
    pub style: Style,
    /// Width and height where nothing else says it, in pixels before scaling to the display.
    pub size: [u32; 2],
    /// The height of letters, in pixels before scaling to the display; held to 4 … 64 after it.
    pub font_px: f32,
    /// Pixels of the target for one of the scene's.
    pub scale_factor: f32,
}

impl Default for Space {
    fn default() -> Self {
        Self {
            title: String::new(),
            solids: Vec::new(),
            light: [-0.4, 0.6, 0.7],
            ambient: 0.35,
            axes: false,
            labels: Default::default(),
            legend: Legend::default(),
            camera: None,
            style: Style::light(),
            size: [960, 640],
            font_px: 13.0,
            scale_factor: 1.0,
        }
    }
}

impl Space {
    /// An empty scene on white, 960 × 640 pixels.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What stands above it.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..self
        }
    }

    /// Adds a solid.
    #[must_use]
    pub fn with(mut self, solid: impl Into<Solid>) -> Self {
        self.solids.push(solid.into());
        self
    }

    /// Where light comes from, along the camera's axes, and how bright it is where none falls, from 0 to 1.
    #[must_use]
    pub fn light(self, light: [f64; 3], ambient: f64) -> Self {
        Self {
            light,
            ambient,
            ..self
        }
    }

    /// Whether axes stand around it.
    #[must_use]
    pub fn axes(self, axes: bool) -> Self {
        Self { axes, ..self }
    }

    /// Axes, and what those of x, y and z say beside their numbers.
    #[must_use]
    pub fn labels(self, x: impl Into<String>, y: impl Into<String>, z: impl Into<String>) -> Self {
        Self {
            axes: true,
            labels: [x.into(), y.into(), z.into()],
            ..self
        }
    }

    /// Where the names of solids stand.
    #[must_use]
    pub fn legend(self, legend: Legend) -> Self {
        Self { legend, ..self }
    }

    /// From where it is seen at first.
    #[must_use]
    pub fn camera(self, camera: Camera) -> Self {
        Self {
            camera: Some(camera),
            ..self
        }
    }

    /// Colours.
    #[must_use]
    pub fn style(self, style: Style) -> Self {
        Self { style, ..self }
    }

    /// Width and height, in pixels before scaling to the display.
    #[must_use]
    pub fn size(self, width: u32, height: u32) -> Self {
        Self {
            size: [width, height],
            ..self
        }
    }

    /// Pixels of the target for one of the scene's.
    #[must_use]
    pub fn scale(self, scale_factor: f32) -> Self {
        Self { scale_factor, ..self }
    }

    /// Pixels of a target of its own size.
    #[must_use]
    pub fn target_size(&self) -> [u32; 2] {
        scaled(self.size, self.scale_factor)
    }

    /// The least box around all solids; `None` of nothing.
    #[must_use]
    pub fn bounds(&self) -> Option<Box3> {
        self.solids.iter().filter_map(Solid::bounds).reduce(Box3::union)
    }

    /// From where it is seen at first, on a target of `[width, height]` pixels.
    #[must_use]
    pub fn view(&self, target: [u32; 2]) -> Camera {
        self.camera.unwrap_or_else(|| {
            let bounds = self.bounds().unwrap_or(Box3([[0.0, 1.0]; 3]));
            let mut camera = Camera::around(bounds, target);
            camera.fit_beside(bounds, target, self.margins());
            camera
        })
    }

    /// What is to be free beside all solids at first, across and down, in pixels.
    fn margins(&self) -> [f64; 2] {
        let bars = f64::from(self.bars());
        match self.axes {
            true => {
                let [x, y] = cage::margins(self, self.em());
                [x + bars, y]
            }
            false => [bars, 0.0],
        }
    }

    /// What colour bars take of the target's width.
    fn bars(&self) -> f32 {
        bar::width(bar::of_space(self).count(), self.em())
    }

    /// Where on a target the legend has its corner, and beside what colour bars stand.
    fn beside(&self, target: [u32; 2]) -> [PxRect; 2] {
        let top = if self.title.is_empty() {
            0.0
        } else {
            2.0 * self.em()
        };
        let top = (top as u32).min(target[1] - 1);
        let width = target[0].saturating_sub(self.bars().ceil() as u32).max(1);
        let high = target[1] - top;
        let all = PxRect {
            x: 0,
            y: top,
            w: width,
            h: high,
        };
        let bar = PxRect {
            y: top + high / 5,
            h: (high - 2 * (high / 5)).max(1),
            ..all
        };
        [all, bar]
    }

    /// The height of letters.
    fn em(&self) -> f32 {
        (self.font_px * self.scale_factor).clamp(4.0, 64.0)
    }

    /// What is drawn around its solids as a camera sees it on a target.
    pub(crate) fn around(&self, camera: &Camera, target: [u32; 2], text: &mut Text) -> Around {
        let em = self.em();
        let lens = Lens::new(camera, target, self.bounds());
        let mut canvas = Canvas::new(text, target, em, self.scale_factor, &self.style);
        let behind = cage::draw(&mut canvas, self, (camera, &lens), target);
        let [corner, beside] = self.beside(target);
        bar::draw(&mut canvas, bar::of_space(self), beside);
        let names = (self.legend, legend::of_space(self, em));
        legend::draw(&mut canvas, names, &self.style, corner);
        if !self.title.is_empty() {
            let title = elided(&self.title, em, target[0] as f32 - em);
            let start = ((target[0] as f32 - canvas.width(&title)) / 2.0).max(0.5 * em);
            canvas.write(&title, start, 1.1 * em, self.style.foreground);
        }
        Around {
            behind,
            over: canvas.finish(),
        }
    }

    /// What is seen at pixel `[column, row]` of a target of `[width, height]` pixels, the nearest of it; `None` where nothing is. Costs about
    /// what drawing that pixel alone would.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a scene of more than 2³² triangles and balls; a height counts as three and a half.
    pub fn hit(
        &self,
        camera: &Camera,
        target: [u32; 2],
        [column, row]: [u32; 2],
    ) -> Result<Option<SolidHit>> {
        self.check()?;
        if column >= target[0] || row >= target[1] {
            return Ok(None);
        }
        let lens = Lens::new(camera, target, self.bounds());
        let parts = self.parts();
        let sight = Sight::new(&lens, &parts, target);
        let samples = |px: u32| [px, px + 1].map(|px| (px * SAMPLES) as i32);
        let window = Window {
            x: samples(column),
            y: samples(row),
        };
        let mut keys = [0; (SAMPLES * SAMPLES) as usize];
        sight.see(window, &mut keys);
        let nearest = keys.into_iter().max().and_then(item);
        Ok(nearest.map(|item| {
            let (solid, item) = sight.of(item);
            let item = match &self.solids[solid] {
                Solid::Surface(surface) => {
                    let middle = [column, row].map(|px| f64::from(px * SAMPLES) + f64::from(SAMPLES) / 2.0);
                    surface
                        .relief
                        .number_at((&lens, sight.local(solid)), item, middle)
                }
                _ => item,
            };
            SolidHit { solid, item }
        }))
    }

    /// A sample keeps an item's number in 32 bits.
    pub(crate) fn check(&self) -> Result<()> {
        let items: usize = self
            .solids
            .iter()
            .map(|solid| match solid {
                Solid::Mesh(mesh) => mesh.shell.triangles().len(),
                Solid::Balls(balls) => balls.spots.len(),
                Solid::Surface(surface) => surface.relief.items(),
            })
            .sum();
        if u32::try_from(items).is_ok() {
            return Ok(());
        }
        Err(Error::Invalid {
            what: "a scene",
            problem: format!(
                "{items} triangles and balls, or 2/7 as many heights, are more than 2³²; leave some out"
            ),
        })
    }

    /// What is seen of each solid.
    pub(crate) fn parts(&self) -> Vec<Part<'_>> {
        let solids = self.solids.iter();
        solids
            .map(|solid| match solid {
                Solid::Mesh(mesh) => Part::Shell(&mesh.shell),
                Solid::Surface(surface) => Part::Relief(&surface.relief),
                Solid::Balls(balls) => Part::Spots(&balls.spots, balls.radius(self.scale_factor)),
            })
            .collect()
    }
}
