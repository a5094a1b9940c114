//! What cells of sheets hold: figures and scenes, and from where they are seen.

use super::{Figure, Frame, Space};
use crate::scene::{PxRect, Rgba8};
use crate::view::camera::Camera;
use crate::view::plane::Plane;

/// A figure, or a scene.
#[derive(Clone)]
pub enum Panel {
    /// Two axes of numbers.
    Figure(Figure),
    /// Three dimensions.
    Space(Space),
}

/// From where a figure or a scene is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PanelView {
    /// Of a figure.
    Plane(Plane),
    /// Of a scene.
    Camera(Camera),
}

/// A figure or a scene, and from where it is seen.
#[derive(Clone, Copy)]
pub(crate) enum Seen<'a> {
    Figure(&'a Figure, &'a Plane),
    Space(&'a Space, &'a Camera),
}

impl Panel {
    /// The figure, if it is one.
    #[must_use]
    pub fn figure(&self) -> Option<&Figure> {
        match self {
            Self::Figure(figure) => Some(figure),
            Self::Space(_) => None,
        }
    }

    /// The same to be changed.
    pub fn figure_mut(&mut self) -> Option<&mut Figure> {
        match self {
            Self::Figure(figure) => Some(figure),
            Self::Space(_) => None,
        }
    }

    /// The scene, if it is one.
    #[must_use]
    pub fn space(&self) -> Option<&Space> {
        match self {
            Self::Space(space) => Some(space),
            Self::Figure(_) => None,
        }
    }

    /// The same to be changed.
    pub fn space_mut(&mut self) -> Option<&mut Space> {
        match self {
            Self::Space(space) => Some(space),
            Self::Figure(_) => None,
        }
    }

    /// What stands above it.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Figure(figure) => &figure.title,
            Self::Space(space) => &space.title,
        }
    }

    /// From where it is seen at first, on a target of `[width, height]` pixels.
    #[must_use]
    pub fn view(&self, target: [u32; 2]) -> PanelView {
        match self {
            Self::Figure(figure) => PanelView::Plane(figure.view(target)),
            Self::Space(space) => PanelView::Camera(space.view(target)),
        }
    }

    /// Where what it shows is on a target: a figure's visuals; a scene is everywhere.
    pub(super) fn plot(&self, target: [u32; 2]) -> PxRect {
        match self {
            Self::Figure(figure) => Frame::plot(figure, target),
            Self::Space(_) => PxRect::all(target),
        }
    }

    /// Pixels of the target for one of its own.
    pub(super) fn scale(&mut self, scale_factor: f32) {
        match self {
            Self::Figure(figure) => figure.scale_factor = scale_factor,
            Self::Space(space) => space.scale_factor = scale_factor,
        }
    }

    /// It as it is seen; `None` from where the other kind is.
    pub(super) fn seen<'a>(&'a self, view: &'a PanelView) -> Option<Seen<'a>> {
        match (self, view) {
            (Self::Figure(figure), PanelView::Plane(plane)) => Some(Seen::Figure(figure, plane)),
            (Self::Space(space), PanelView::Camera(camera)) => Some(Seen::Space(space, camera)),
            _ => None,
        }
    }
}

impl PanelView {
    /// A figure's, if it is one.
    #[must_use]
    pub fn plane(&self) -> Option<&Plane> {
        match self {
            Self::Plane(plane) => Some(plane),
            Self::Camera(_) => None,
        }
    }

    /// The same to be moved.
    pub fn plane_mut(&mut self) -> Option<&mut Plane> {
        match self {
            Self::Plane(plane) => Some(plane),
            Self::Camera(_) => None,
        }
    }

    /// A scene's, if it is one.
    #[must_use]
    pub fn camera(&self) -> Option<&Camera> {
        match self {
            Self::Camera(camera) => Some(camera),
            Self::Plane(_) => None,
        }
    }

    /// The same to be moved.
    pub fn camera_mut(&mut self) -> Option<&mut Camera> {
        match self {
            Self::Camera(camera) => Some(camera),
            Self::Plane(_) => None,
        }
    }
}

impl Seen<'_> {
    /// What is seen where nothing is.
    pub(crate) fn background(&self) -> Rgba8 {
        match self {
            Self::Figure(figure, _) => figure.style.background,
            Self::Space(space, _) => space.style.background,
        }
    }
}

impl From<Figure> for Panel {
    fn from(figure: Figure) -> Self {
        Self::Figure(figure)
    }
}

impl From<Space> for Panel {
    fn from(space: Space) -> Self {
        Self::Space(space)
    }
}

impl From<Plane> for PanelView {
    fn from(plane: Plane) -> Self {
        Self::Plane(plane)
    }
}

impl From<Camera> for PanelView {
    fn from(camera: Camera) -> Self {
        Self::Camera(camera)
    }
}
