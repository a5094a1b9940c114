//! Compiles `shaders/` to `shaders/spv/` (`build`), or holds what is there to its sources (`check`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use galvani_shaders::{SOURCES, SPV, line, orphans, resolve, spirv_path, stages};
use shaderc::{
    CompileOptions, Compiler, EnvVersion, OptimizationLevel, ResolvedInclude, ShaderKind, SpirvVersion,
    TargetEnv,
};

fn main() -> Result<ExitCode> {
    let shaders = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shaders")
        .canonicalize()?;
    match std::env::args().nth(1).as_deref() {
        Some("build") => build(&shaders),
        Some("check") => check(&shaders),
        _ => bail!(
            "say `build` to compile {} or `check` to compare",
            shaders.display()
        ),
    }
}

/// What a file should hold.
struct Wanted {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Wanted {
    fn is_there(&self) -> bool {
        fs::read(&self.path).is_ok_and(|bytes| bytes == self.bytes)
    }
}

/// Writes what differs and removes what has no source; what is right keeps its modification time.
fn build(shaders: &Path) -> Result<ExitCode> {
    fs::create_dir_all(shaders.join(SPV))?;
    for wanted in compile_all(shaders)?.iter().filter(|wanted| !wanted.is_there()) {
        let path = &wanted.path;
        fs::write(path, &wanted.bytes).with_context(|| format!("cannot write {}", path.display()))?;
        println!("wrote {}", path.display());
    }
    for name in orphans(shaders)? {
        let path = shaders.join(SPV).join(name);
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        println!("removed {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Names what a build would change; fails if there is any.
fn check(shaders: &Path) -> Result<ExitCode> {
    let mut stale: Vec<_> = compile_all(shaders)?
        .into_iter()
        .filter(|wanted| !wanted.is_there())
        .map(|wanted| wanted.path)
        .collect();
    stale.extend(
        orphans(shaders)?
            .into_iter()
            .map(|name| shaders.join(SPV).join(name)),
    );
    for path in &stale {
        eprintln!("stale: {}", path.display());
    }
    if stale.is_empty() {
        println!("{SPV}/ is what its sources compile to");
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "run `tools/shaders/run build` and commit {}",
        shaders.join(SPV).display()
    );
    Ok(ExitCode::FAILURE)
}

/// Everything that belongs into `spv/`.
fn compile_all(shaders: &Path) -> Result<Vec<Wanted>> {
    let compiler = Compiler::new().context("cannot start shaderc")?;
    let options = options(shaders)?;
    let mut sources = String::new();
    let mut all = Vec::new();
    for name in stages(shaders)? {
        let bytes = compile(&compiler, &options, shaders, &name)?;
        sources += &line(shaders, &name, &bytes)?;
        sources.push('\n');
        all.push(Wanted {
            path: spirv_path(shaders, &name),
            bytes,
        });
    }
    all.push(Wanted {
        path: shaders.join(SPV).join(SOURCES),
        bytes: sources.into_bytes(),
    });
    Ok(all)
}

/// How every stage is compiled. No debug information, so that the bytes depend on nothing but the sources and
/// the version of shaderc.
fn options(shaders: &Path) -> Result<CompileOptions<'_>> {
    let mut options = CompileOptions::new().context("cannot start shaderc")?;
    options.set_target_env(TargetEnv::Vulkan, EnvVersion::Vulkan1_3 as u32);
    // One below what Vulkan 1.3 takes: older software drivers trip over what 1.6 adds.
    options.set_target_spirv(SpirvVersion::V1_5);
    options.set_optimization_level(OptimizationLevel::Performance);
    options.set_include_callback(move |name, _, _, _| {
        let (resolved_name, content) = resolve(shaders, name).map_err(|problem| format!("{problem:#}"))?;
        Ok(ResolvedInclude {
            resolved_name,
            content,
        })
    });
    Ok(options)
}

/// One stage to SPIR-V, as the bytes of its file.
fn compile(compiler: &Compiler, options: &CompileOptions<'_>, shaders: &Path, name: &str) -> Result<Vec<u8>> {
    let kind = match name.rsplit_once('.') {
        Some((_, "comp")) => ShaderKind::Compute,
        Some((_, "vert")) => ShaderKind::Vertex,
        Some((_, "frag")) => ShaderKind::Fragment,
        _ => bail!("{name} is no .comp, .vert or .frag"),
    };
    let (_, text) = resolve(shaders, name)?;
    let spirv = compiler.compile_into_spirv(&text, kind, name, "main", Some(options))?;
    eprint!("{}", spirv.get_warning_messages());
    Ok(spirv.as_binary_u8().to_vec())
}
