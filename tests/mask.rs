//! Each optional feature masked in turn: the same pictures.

mod common;

use common::cases::{self, Case};
use common::gpu_masked;
use common::pictures::{Easel, assert_same};
use galvani::gpu::{FEATURES, PROPERTIES};
use galvani::renderer::Rasteriser;

/// Pictures of some cases by both rasterisers: their names, widths and pixels.
fn pictures(mask: &str) -> Vec<(String, u32, Vec<[u8; 4]>)> {
    let gpu = gpu_masked(mask);
    let mut pictures = Vec::new();
    for kind in [Rasteriser::Compute, Rasteriser::Draw] {
        let mut easel = Easel::new(gpu.device(), kind, [1, 1]);
        for mut case in cases::all(gpu.device()).into_iter().take(3) {
            easel.resize(case.size);
            case.scene.axes = Some(galvani::scene::Axes::default());
            for view in [1, 3, 5, 8].map(|i| case.views()[i]) {
                let picture = Case::picture(&case.scene, &view, case.scale_factor);
                let (_, pixels) = easel.draw_picture(&mut case.recording, &picture);
                let what = format!("{kind:?}, {}, {view:?}", case.name);
                pictures.push((what, case.size[0], pixels));
            }
        }
    }
    pictures
}

#[test]
fn no_optional_feature_changes_a_picture() {
    let whole = pictures("");
    let each = FEATURES.iter().chain(&PROPERTIES).map(|name| (*name).to_owned());
    let all = FEATURES
        .iter()
        .chain(&PROPERTIES)
        .copied()
        .collect::<Vec<_>>()
        .join(",");
    for mask in each.chain([all]) {
        for ((what, width, wanted), (_, _, found)) in whole.iter().zip(&pictures(&mask)) {
            assert_same(found, wanted, *width, &format!("without {mask}: {what}"));
        }
    }
}
