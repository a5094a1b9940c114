//! Shaders of programs, which lie in `shaders/` as GLSL and compiled. `GALVANI_BLESS=1 cargo test -p galvani-gallery --features shaderc`
//! compiles them anew.

use galvani::Result;
use galvani::figure::Custom;

/// A shader in SPIR-V, and for those who hold it to its source its name and its text.
pub(super) struct Shader {
    #[cfg(all(test, feature = "shaderc"))]
    pub(super) name: &'static str,
    #[cfg(all(test, feature = "shaderc"))]
    pub(super) text: &'static str,
    pub(super) spirv: &'static [u8],
}

macro_rules! shader {
    ($name:literal) => {
        $crate::programs::shaders::Shader {
            #[cfg(all(test, feature = "shaderc"))]
            name: $name,
            #[cfg(all(test, feature = "shaderc"))]
            text: include_str!(concat!("shaders/", $name)),
            spirv: include_bytes!(concat!("shaders/", $name, ".spv")),
        }
    };
}
pub(super) use shader;

/// Gives a visual its shaders: a vertex and a fragment shader, and those that run for each element of a buffer.
pub(super) fn shaded(
    custom: Custom,
    [vertex, fragment]: [&Shader; 2],
    computes: &[(&str, Shader)],
) -> Result<Custom> {
    use galvani::custom::Program;
    let words = |shader: &Shader| bytemuck::pod_collect_to_vec::<u8, u32>(shader.spirv);
    let mut program = Program::spirv(custom.layout(), &words(vertex), &words(fragment))?;
    for (each, shader) in computes {
        program = program.compute_spirv(each, &words(shader))?;
    }
    custom.program(program.into())
}

#[cfg(all(test, feature = "shaderc"))]
mod tests {
    use std::path::Path;

    use galvani::custom::{Layout, Stage};

    use super::{Custom, Shader};
    use crate::programs::{forces, swarm};

    fn check(layout: &Layout, shader: &Shader) {
        let stage = match shader.name.rsplit_once('.') {
            Some((_, "vert")) => Stage::Vertex,
            Some((_, "frag")) => Stage::Fragment,
            _ => Stage::Compute,
        };
        let made = layout.compile(stage, shader.text).expect(shader.name);
        let made: &[u8] = bytemuck::cast_slice(&made);
        if std::env::var_os("GALVANI_BLESS").is_some() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/programs/shaders");
            std::fs::write(folder.join(format!("{}.spv", shader.name)), made).expect("written");
        } else {
            assert!(
                made == shader.spirv,
                "{} is stale: run this test with GALVANI_BLESS=1",
                shader.name
            );
        }
    }

    #[test]
    fn compiled_shaders_are_those_of_their_sources() {
        let all = |custom: galvani::Result<Custom>, draw: &[Shader], computes: &[(&str, Shader)]| {
            let layout = custom.expect("data").layout();
            draw.iter().for_each(|shader| check(&layout, shader));
            computes.iter().for_each(|(_, shader)| check(&layout, shader));
        };
        all(forces::data(3, &[[0, 1]]), &forces::DRAW, &forces::computes());
        all(swarm::data(3), &swarm::DRAW, &swarm::computes());
    }
}
