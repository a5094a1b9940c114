//! Shaders of custom visuals, compiled.

use super::{Layout, Stage};
use crate::{Error, Result};

/// The first word of SPIR-V.
const MAGIC: u32 = 0x0723_0203;
/// Words before the first instruction.
const HEADER: usize = 5;
/// The instruction that names an entry point: its execution model, a number, its name.
const ENTRY_POINT: u32 = 15;

/// Shaders that draw a visual of a [`Layout`], and such as run before. Many visuals may share them.
pub struct Program {
    layout: Layout,
    vertex: Vec<u32>,
    fragment: Vec<u32>,
    computes: Vec<Compute>,
}

/// A compute shader, and the number of the buffer for each of whose elements it runs.
pub(crate) struct Compute {
    pub(crate) buffer: usize,
    pub(crate) spirv: Vec<u32>,
}

impl Program {
    /// Takes SPIR-V of a vertex and a fragment shader, as [`Layout::source`] has them compiled. That they are what they claim is checked, that they
    /// are valid is not: Vulkan's validation layer does that.
    ///
    /// # Errors
    /// [`Error::Shader`] for what is no SPIR-V, or of another stage.
    pub fn spirv(layout: Layout, vertex: &[u32], fragment: &[u32]) -> Result<Self> {
        check(vertex, Stage::Vertex)?;
        check(fragment, Stage::Fragment)?;
        Ok(Self {
            layout,
            vertex: vertex.to_vec(),
            fragment: fragment.to_vec(),
            computes: Vec::new(),
        })
    }

    /// Compiles a vertex and a fragment shader, of GLSL as [`custom`](crate::custom) describes. Some 10 ms.
    ///
    /// # Errors
    /// [`Error::Shader`] with what the compiler says, by the lines of the text that is given.
    #[cfg(feature = "shaderc")]
    pub fn glsl(layout: Layout, vertex: &str, fragment: &str) -> Result<Self> {
        let vertex = layout.compile(Stage::Vertex, vertex)?;
        let fragment = layout.compile(Stage::Fragment, fragment)?;
        Self::spirv(layout, &vertex, &fragment)
    }

    /// Adds a compute shader that runs for each element of a buffer, after those that were added before.
    ///
    /// # Errors
    /// As [`Program::spirv`]; [`Error::Invalid`] for a buffer that the layout does not have.
    pub fn compute_spirv(mut self, each: &str, spirv: &[u32]) -> Result<Self> {
        check(spirv, Stage::Compute)?;
        self.computes.push(Compute {
            buffer: self.layout.number(each)?,
            spirv: spirv.to_vec(),
        });
        Ok(self)
    }

    /// The same of GLSL.
    ///
    /// # Errors
    /// As [`Program::compute_spirv`] and [`Program::glsl`].
    #[cfg(feature = "shaderc")]
    pub fn compute_glsl(self, each: &str, text: &str) -> Result<Self> {
        let spirv = self.layout.compile(Stage::Compute, text)?;
        self.compute_spirv(each, &spirv)
    }

    /// What its shaders find.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The SPIR-V of its shaders: vertex, fragment, then compute shaders.
    pub fn words(&self) -> impl Iterator<Item = &[u32]> {
        let computes = self.computes.iter().map(|compute| &*compute.spirv);
        [&*self.vertex, &*self.fragment].into_iter().chain(computes)
    }

    pub(crate) fn vertex(&self) -> &[u32] {
        &self.vertex
    }

    pub(crate) fn fragment(&self) -> &[u32] {
        &self.fragment
    }

    pub(crate) fn computes(&self) -> &[Compute] {
        &self.computes
    }
}

/// Holds SPIR-V to have an entry point `main` of a stage.
fn check(spirv: &[u32], stage: Stage) -> Result<()> {
    let failed = |problem: &str| {
        Err(Error::Shader {
            stage: stage.name(),
            problem: problem.to_owned(),
        })
    };
    if spirv.len() < HEADER || spirv[0] != MAGIC {
        return failed(
            "the words do not begin as SPIR-V does; give what a compiler of GLSL writes, in the machine's byte order",
        );
    }
    let mut at = HEADER;
    while let Some(&first) = spirv.get(at) {
        let (length, code) = ((first >> 16) as usize, first & 0xffff);
        let Some(words) = spirv.get(at..at + length).filter(|_| length > 0) else {
            return failed("the SPIR-V ends within an instruction");
        };
        let is_main = || words.get(3..5) == Some(&[u32::from_le_bytes(*b"main"), 0]);
        if code == ENTRY_POINT && words.get(1) == Some(&stage.model()) && is_main() {
            return Ok(());
        }
        at += length;
    }
    failed("the SPIR-V has no entry point `main` of this stage")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(model: u32, name: &[u8; 4]) -> Vec<u32> {
        let mut words = vec![MAGIC, 0x0001_0500, 0, 8, 0];
        words.extend([(2 << 16) | 17, 1]);
        words.extend([(5 << 16) | ENTRY_POINT, model, 4, u32::from_le_bytes(*name), 0]);
        words
    }

    #[test]
    fn other_stages_and_broken_words_are_told() {
        let said = |spirv: &[u32]| check(spirv, Stage::Vertex).map_err(|error| error.to_string());
        assert_eq!(said(&module(0, b"main")), Ok(()));
        for (words, part) in [
            (Vec::new(), "do not begin as SPIR-V"),
            (vec![1, 2, 3, 4, 5, 6], "do not begin as SPIR-V"),
            (module(4, b"main"), "no entry point"),
            (module(0, b"mine"), "no entry point"),
            (vec![MAGIC, 0, 0, 0, 0, 0], "within an instruction"),
            (module(0, b"main")[..10].to_vec(), "within an instruction"),
        ] {
            let said = said(&words).expect_err("not a vertex shader");
            assert!(
                said.starts_with("the vertex shader") && said.contains(part),
                "{said}"
            );
        }
    }
}
