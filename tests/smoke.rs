//! smoke
mod common;
use galvani::gpu::*;
use galvani::renderer::*;
use galvani::scene::Style;
use galvani::source::Synthetic;
use galvani::store::*;
use galvani::target::Offscreen;
use galvani::view::View;

#[test]
fn smoke() {
    let instance = Instance::new(&InstanceOptions { validation: true, window: None }).expect("i");
    let adapters = instance.adapters().expect("a");
    let device = Device::new(&instance, &adapters[0], &DeviceOptions::default()).expect("d");
    let source = Synthetic::new(1, 32, 3_000_000, 30_000.0).expect("s").with_intracellular(true);
    let mut recording = Recording::open(&device, Box::new(source), &OpenOptions::default()).expect("r");
    println!("{:?}", recording.loaded());
    let mut scene = recording.scene(Style::dark());
    scene.traces.overlap = true;
    let mut target = Offscreen::new(&device, [1920, 1080]).expect("t");
    for rasteriser in [Rasteriser::Compute, Rasteriser::Draw] {
        let mut renderer = Renderer::new(&device, rasteriser).expect("r");
        for (i, view) in [View::fit(3_000_000, 1850), View::span(10.0, 1.0, 30_000.0, 1850), View::span(10.0, 0.05, 30_000.0, 1850), View::span(10.0, 0.01, 30_000.0, 1850)].iter().enumerate() {
            for _ in 0..3 {
                let t = std::time::Instant::now();
                let (report, value) = renderer.render(&mut recording, &Picture::new(&scene, view), &mut target).expect("f");
                println!("{:?} {:?} {:?}", t.elapsed(), report.fidelity, device.timings(value));
            }
            std::fs::write(format!("/tmp/smoke-{rasteriser:?}-{i}.rgba"), target.pixels().expect("p")).expect("w");
        }
    }
    assert!(instance.messages().take().is_empty());
}
