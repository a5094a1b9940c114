//! What the shaders of a custom visual find, by name.

use super::prelude;
use super::{Element, Kind};
use crate::{Error, Result};

/// A stage of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Where a corner of an item is.
    Vertex,
    /// Which colour a pixel of it has.
    Fragment,
    /// What becomes of buffers before they are drawn from.
    Compute,
}

impl Stage {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Vertex => "vertex",
            Self::Fragment => "fragment",
            Self::Compute => "compute",
        }
    }

    /// Its execution model in SPIR-V.
    pub(super) fn model(self) -> u32 {
        match self {
            Self::Vertex => 0,
            Self::Fragment => 4,
            Self::Compute => 5,
        }
    }
}

/// The names and types of buffers and of uniforms, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    pub(super) buffers: Vec<(String, Kind)>,
    pub(super) uniforms: Vec<(String, Kind)>,
}

impl Layout {
    /// Of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a buffer of places.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is there already, or that cannot be one in GLSL.
    pub fn places(self, name: &str) -> Result<Self> {
        self.with_buffer(name, Kind::Place)
    }

    /// Adds a buffer.
    ///
    /// # Errors
    /// As [`Layout::places`].
    pub fn buffer<E: Element>(self, name: &str) -> Result<Self> {
        self.with_buffer(name, E::KIND)
    }

    /// Adds a uniform.
    ///
    /// # Errors
    /// As [`Layout::places`].
    pub fn uniform<E: Element>(self, name: &str) -> Result<Self> {
        self.with_uniform(name, E::KIND)
    }

    /// Of names that were looked at before.
    pub(crate) fn of(buffers: Vec<(String, Kind)>, uniforms: Vec<(String, Kind)>) -> Self {
        Self { buffers, uniforms }
    }

    pub(crate) fn with_buffer(mut self, name: &str, kind: Kind) -> Result<Self> {
        self.check(name)?;
        self.buffers.push((name.to_owned(), kind));
        Ok(self)
    }

    pub(crate) fn with_uniform(mut self, name: &str, kind: Kind) -> Result<Self> {
        self.check(name)?;
        self.uniforms.push((name.to_owned(), kind));
        Ok(self)
    }

    fn check(&self, name: &str) -> Result<()> {
        let mut names = self.buffers.iter().chain(&self.uniforms);
        let problem = match names.any(|(other, _)| other == name) {
            true => Some("there is one of that name already"),
            false => prelude::wrong(name),
        };
        problem.map_or(Ok(()), |problem| {
            Err(Error::Invalid {
                what: "a name in a shader",
                problem: format!("{name:?}: {problem}"),
            })
        })
    }

    /// The number of a buffer.
    pub(crate) fn number(&self, name: &str) -> Result<usize> {
        let found = self.buffers.iter().position(|(own, _)| own == name);
        found.ok_or_else(|| {
            let names: Vec<&str> = self.buffers.iter().map(|(own, _)| &**own).collect();
            Error::Invalid {
                what: "a buffer of a custom visual",
                problem: format!("there is no {name:?}: there are {}", names.join(", ")),
            }
        })
    }

    /// The whole GLSL of a shader, for a compiler ahead of time: Vulkan 1.3, SPIR-V 1.5 at most, no includes. Lines are counted from the
    /// first one of `text`.
    #[must_use]
    pub fn source(&self, stage: Stage, text: &str) -> String {
        prelude::source(self, stage, text)
    }

    /// The SPIR-V of a shader. Some 5 ms.
    ///
    /// # Errors
    /// [`Error::Shader`] with what the compiler says, by the lines of the text that is given.
    #[cfg(feature = "shaderc")]
    pub fn compile(&self, stage: Stage, text: &str) -> Result<Vec<u32>> {
        super::glsl::compile(stage, &self.source(stage, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_glsl_and_each_is_there_once() {
        let layout = Layout::new().places("place").expect("a name");
        let layout = layout.uniform::<f32>("time_s").expect("a name");
        for name in [
            "", "1st", "a-b", "a__b", "gl_x", "galvani", "set_x", "item", "place", "time_s", "é",
        ] {
            let refused = layout.clone().buffer::<f32>(name).expect_err(name);
            assert!(refused.to_string().contains(&format!("{name:?}")), "{refused}");
        }
        assert_eq!(layout.number("place").expect("there"), 0);
        assert!(layout.number("other").is_err());
    }
}
