//! GLSL to SPIR-V at run time, by shaderc.

use shaderc::{CompileOptions, Compiler, EnvVersion, OptimizationLevel, ShaderKind, SpirvVersion, TargetEnv};

use super::Stage;
use crate::{Error, Result};

pub(super) fn compile(stage: Stage, source: &str) -> Result<Vec<u32>> {
    let failed = |problem: String| Error::Shader {
        stage: stage.name(),
        problem,
    };
    let tool = |error: shaderc::Error| failed(format!("shaderc does not start: {error}"));
    let compiler = Compiler::new().map_err(tool)?;
    let mut options = CompileOptions::new().map_err(tool)?;
    options.set_target_env(TargetEnv::Vulkan, EnvVersion::Vulkan1_3 as u32);
    // One below what Vulkan 1.3 takes: older software drivers trip over what 1.6 adds.
    options.set_target_spirv(SpirvVersion::V1_5);
    options.set_optimization_level(OptimizationLevel::Performance);
    let kind = match stage {
        Stage::Vertex => ShaderKind::Vertex,
        Stage::Fragment => ShaderKind::Fragment,
        Stage::Compute => ShaderKind::Compute,
    };
    let made = compiler.compile_into_spirv(source, kind, stage.name(), "main", Some(&options));
    let said = |error: shaderc::Error| match error {
        shaderc::Error::CompilationError(_, lines) => failed(lines.trim_end().to_owned()),
        other => failed(other.to_string()),
    };
    Ok(made.map_err(said)?.as_binary().to_vec())
}
