//! Four figures with linked axes: Anscombe's quartet (F. J. Anscombe, 1973), whose means, variances and fitted lines are the same.

use galvani::Result;
use galvani::figure::{Figure, Link, Shape, Sheet};

const X: [f64; 11] = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
const X4: [f64; 11] = [8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 19.0, 8.0, 8.0, 8.0];
const Y: [[f64; 11]; 4] = [
    [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
    [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74],
    [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73],
    [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89],
];

pub(super) fn figure(_: f64) -> Result<Sheet> {
    let mut sheet = Sheet::new(2, 2).link_x(Link::All).link_y(Link::All);
    for (number, (x, y)) in (0..).zip([X, X, X, X4].iter().zip(&Y)) {
        let figure = Figure::new()
            .title(["I", "II", "III", "IV"][number as usize])
            .points(x, y)
            .shape(Shape::Diamond)
            .size(9.0)
            .figure()?;
        sheet = sheet.at(number / 2, number % 2, figure)?;
    }
    Ok(sheet)
}
