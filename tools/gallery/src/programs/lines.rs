//! Lines: whole, dashed and dotted, and one with a gap.

use galvani::Result;
use galvani::figure::Figure;

pub(super) fn figure(_: f64) -> Result<Figure> {
    let x: Vec<f64> = (0..=800).map(|i| f64::from(i) / 100.0).collect();
    let ringing = |tau: f64| -> Vec<f64> { x.iter().map(|x| (-x / tau).exp() * (4.0 * x).cos()).collect() };
    let envelope = |sign: f64| -> Vec<f64> { x.iter().map(|x| sign * (-x / 3.0).exp()).collect() };
    let mut late = ringing(9.0);
    late[300..380].fill(f64::NAN);
    Figure::new()
        .title("Ringing, and its envelope")
        .labels("s", "")
        .lines(&x, &late)
        .width(1.0)
        .opacity(0.6)
        .name("slowly fading, with a gap")
        .lines(&x, ringing(3.0))
        .width(3.0)
        .name("fading")
        .lines(&x, envelope(1.0))
        .width(2.0)
        .dashes(&[10.0, 5.0])
        .name("its envelope")
        .lines(&x, envelope(-1.0))
        .width(2.0)
        .dashes(&[10.0, 4.0, 0.0, 4.0])
        .lines([0.0, 8.0].as_slice(), [0.0, 0.0].as_slice())
        .width(2.5)
        .dashes(&[0.0, 6.0])
        .figure()
}
