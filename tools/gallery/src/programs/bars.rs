//! Bars up and down from a base.

use galvani::Result;
use galvani::figure::Figure;
use galvani::scene::Rgba8;

pub(super) fn figure(_: f64) -> Result<Figure> {
    let lags: Vec<f64> = (-40..=40).map(f64::from).collect();
    let of = |tau: f64, period: f64| -> Vec<f64> {
        let at = |lag: &f64| (-lag.abs() / tau).exp() * (lag / period * std::f64::consts::TAU).cos();
        lags.iter().map(at).collect()
    };
    Figure::new()
        .title("Two autocorrelations")
        .labels("lag (ms)", "")
        .bars(&lags, of(20.0, 16.0))
        .name("theta")
        .bars(&lags, of(8.0, 5.0))
        .width(0.35)
        .color(Rgba8::opaque(0xd5_5e00))
        .name("gamma")
        .figure()
}
