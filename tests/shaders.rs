//! The committed SPIR-V is what its sources were compiled to.

use std::path::Path;

#[test]
fn the_committed_spirv_belongs_to_its_sources() -> Result<(), Box<dyn std::error::Error>> {
    let faults = galvani_shaders::stale(&Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders"))?;
    assert!(
        faults.is_empty(),
        "{}\nrun `tools/shaders/run build`",
        faults.join("\n")
    );
    Ok(())
}
