//! The GLSL side of what is shared is generated from `src/abi/mod.rs`.

use std::path::Path;

#[test]
fn glsl_is_generated_from_abi() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders/abi.glsl");
    let wanted = galvani::abi::glsl();
    if std::env::var_os("GALVANI_BLESS").is_some() {
        std::fs::write(&path, &wanted).expect("shaders/abi.glsl can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "shaders/abi.glsl is stale: run this test with GALVANI_BLESS=1"
    );
}
