//! Types that buffers and uniforms of shaders have.

use bytemuck::Pod;

use crate::scene::Rgba8;

/// The type of a buffer's elements, or of a uniform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `float`.
    Float,
    /// `vec2`.
    Vec2,
    /// `vec3`.
    Vec3,
    /// `vec4`.
    Vec4,
    /// `mat4`, by columns.
    Mat4,
    /// `int`.
    Int,
    /// `uint`.
    Uint,
    /// `vec4`: red, green, blue and alpha from 0 to 1, kept in a byte each.
    Color,
    /// `vec2`: a place on the axes. Of buffers alone.
    Place,
}

impl Kind {
    /// What it is in GLSL.
    pub(super) fn glsl(self) -> &'static str {
        match self {
            Self::Float => "float",
            Self::Vec2 | Self::Place => "vec2",
            Self::Vec3 => "vec3",
            Self::Vec4 | Self::Color => "vec4",
            Self::Mat4 => "mat4",
            Self::Int => "int",
            Self::Uint => "uint",
        }
    }

    /// What it is in GLSL as it is kept.
    pub(super) fn kept(self) -> &'static str {
        match self {
            Self::Color => "uint",
            Self::Place => "vec4",
            other => other.glsl(),
        }
    }

    /// Bytes of one on the device.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Self::Float | Self::Int | Self::Uint | Self::Color => 4,
            Self::Vec2 => 8,
            Self::Vec3 => 12,
            Self::Vec4 | Self::Place => 16,
            Self::Mat4 => 64,
        }
    }
}

/// Types of which buffers and uniforms are made.
pub trait Element: Pod {
    /// What it is in GLSL.
    const KIND: Kind;
}

macro_rules! elements {
    ($($type:ty: $kind:ident)*) => {
        $(impl Element for $type {
            const KIND: Kind = Kind::$kind;
        })*
    };
}

elements!(f32: Float [f32; 2]: Vec2 [f32; 3]: Vec3 [f32; 4]: Vec4 [[f32; 4]; 4]: Mat4 i32: Int u32: Uint Rgba8: Color);
