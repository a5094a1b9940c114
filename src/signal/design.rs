//! From bands to second-order sections.
//!
//! Butterworth: the analogue prototype's poles on the unit circle, moved to the band, and by the bilinear transform with
//! prewarped edges to the digital plane (A. V. Oppenheim, R. W. Schafer, *Discrete-Time Signal Processing*, 3rd ed., 7.2 and
//! 7.3). Poles are then paired with zeros as `scipy.signal.zpk2sos(pairing="nearest")` does it. The notch is that of
//! `scipy.signal.iirnotch` (S. J. Orfanidis, *Introduction to Signal Processing*, 11.3).

use std::f64::consts::PI;
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::Band;
use super::filter::Section;
use crate::{Error, Result};

/// The highest order of Butterworth's filters.
const MOST_ORDER: u32 = 12;
/// The sampling rate for which the bilinear transform is written; any would do.
const DESIGN_RATE: f64 = 2.0;
/// A root whose imaginary part is a smaller share of it is real.
const REAL: f64 = 100.0 * f64::EPSILON;

/// The sections of one band at a rate.
pub(super) fn sections(band: Band, order: u32, rate_hz: f64) -> Result<Vec<Section>> {
    let edge = |hz: f64| {
        if hz > 0.0 && hz < rate_hz / 2.0 {
            return Ok(2.0 * hz / rate_hz);
        }
        Err(Error::Invalid {
            what: "filter",
            problem: format!(
                "{hz} Hz; at {rate_hz} samples a second it must be above 0 and below {} Hz",
                rate_hz / 2.0
            ),
        })
    };
    if let Band::Notch { hz, q } = band {
        return notch(edge(hz)?, q).map(|section| vec![section]);
    }
    if !(1..=MOST_ORDER).contains(&order) {
        return Err(Error::Invalid {
            what: "filter's order",
            problem: format!("{order}; give 1 to {MOST_ORDER}"),
        });
    }
    let roots = match band {
        Band::HighPass(hz) => prototype(order).high_pass(warp(edge(hz)?)),
        Band::LowPass(hz) => prototype(order).low_pass(warp(edge(hz)?)),
        Band::BandPass(low, high) => {
            let edges = [warp(edge(low)?), warp(edge(high)?)];
            if low >= high {
                return Err(Error::Invalid {
                    what: "filter",
                    problem: format!("the band from {low} to {high} Hz is empty; give the lower edge first"),
                });
            }
            prototype(order).band_pass(edges)
        }
        Band::Notch { .. } => unreachable!("designed above"),
    };
    Ok(roots.bilinear().sections())
}

/// A notch at `edge`, in shares of half the rate.
fn notch(edge: f64, q: f64) -> Result<Section> {
    if !(q.is_finite() && q > edge) {
        return Err(Error::Invalid {
            what: "notch's Q",
            problem: format!("{q}; give a number above {edge:.3}, 30 for example"),
        });
    }
    let width = edge / q * PI;
    let gain = 1.0 / (1.0 + (width / 2.0).tan());
    let middle = -2.0 * (edge * PI).cos();
    Ok([gain, gain * middle, gain, 1.0, gain * middle, 2.0 * gain - 1.0])
}

/// The analogue frequency that the bilinear transform takes to `edge`.
fn warp(edge: f64) -> f64 {
    2.0 * DESIGN_RATE * (PI * edge / DESIGN_RATE).tan()
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Complex {
    re: f64,
    im: f64,
}

impl Complex {
    const fn real(re: f64) -> Self {
        Self { re, im: 0.0 }
    }

    fn abs(self) -> f64 {
        self.re.hypot(self.im)
    }

    fn is_real(self) -> bool {
        self.im == 0.0
    }

    /// The root with the positive real part.
    fn sqrt(self) -> Self {
        let (abs, angle) = (self.abs().sqrt(), self.im.atan2(self.re) / 2.0);
        if self.is_real() && self.re >= 0.0 {
            return Self::real(self.re.sqrt());
        }
        Self {
            re: abs * angle.cos(),
            im: abs * angle.sin(),
        }
    }
}

impl Add for Complex {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            re: self.re + other.re,
            im: self.im + other.im,
        }
    }
}

impl Neg for Complex {
    type Output = Self;
    fn neg(self) -> Self {
        Self {
            re: -self.re,
            im: -self.im,
        }
    }
}

impl Sub for Complex {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Complex {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

impl Div for Complex {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let norm = other.re * other.re + other.im * other.im;
        let turned = self
            * Self {
                re: other.re,
                im: -other.im,
            };
        Self {
            re: turned.re / norm,
            im: turned.im / norm,
        }
    }
}

/// A filter by its roots.
struct Roots {
    zeros: Vec<Complex>,
    poles: Vec<Complex>,
    gain: f64,
}

/// Butterworth's analogue low-pass of 1 rad/s.
fn prototype(order: u32) -> Roots {
    let n = f64::from(order);
    let pole = |number: u32| {
        // From the lower end of the left half circle to the upper; the middle of an odd order is −1, exactly.
        let angle = PI * (2.0 * f64::from(number) + 1.0 - n) / (2.0 * n);
        Complex {
            re: -angle.cos(),
            im: -angle.sin(),
        }
    };
    Roots {
        zeros: Vec::new(),
        poles: (0..order).map(pole).collect(),
        gain: 1.0,
    }
}

impl Roots {
    fn low_pass(mut self, edge: f64) -> Self {
        let edge_of = Complex::real(edge);
        self.poles = self.poles.into_iter().map(|pole| pole * edge_of).collect();
        self.gain *= edge.powi(self.poles.len() as i32);
        self
    }

    fn high_pass(mut self, edge: f64) -> Self {
        let turned = product(self.poles.iter().map(|pole| -*pole));
        self.gain *= (Complex::real(1.0) / turned).re;
        self.zeros = vec![Complex::real(0.0); self.poles.len()];
        let edge = Complex::real(edge);
        self.poles = self.poles.into_iter().map(|pole| edge / pole).collect();
        self
    }

    fn band_pass(mut self, [low, high]: [f64; 2]) -> Self {
        let (middle, width) = (Complex::real((low * high).sqrt()), high - low);
        self.gain *= width.powi(self.poles.len() as i32);
        self.zeros = vec![Complex::real(0.0); self.poles.len()];
        let scaled = self.poles.iter().map(|pole| *pole * Complex::real(width / 2.0));
        let halves: Vec<_> = scaled
            .map(|pole| (pole, (pole * pole - middle * middle).sqrt()))
            .collect();
        let upper = halves.iter().map(|(pole, root)| *pole + *root);
        let lower = halves.iter().map(|(pole, root)| *pole - *root);
        self.poles = upper.chain(lower).collect();
        self
    }

    /// From the analogue to the digital plane.
    fn bilinear(mut self) -> Self {
        let two = Complex::real(2.0 * DESIGN_RATE);
        let less = |roots: &[Complex]| product(roots.iter().map(|root| two - *root));
        self.gain *= (less(&self.zeros) / less(&self.poles)).re;
        let moved = |root: &Complex| (two + *root) / (two - *root);
        let mut zeros: Vec<_> = self.zeros.iter().map(moved).collect();
        // Those at infinity.
        zeros.resize(self.poles.len(), Complex::real(-1.0));
        self.zeros = zeros;
        self.poles = self.poles.iter().map(moved).collect();
        self
    }

    /// Poles in pairs, those nearest to the unit circle last, each pair with the two zeros nearest to it; the gain is in the first.
    ///
    /// All zeros of these filters are real, and as many as there are poles.
    fn sections(self) -> Vec<Section> {
        let (mut poles, mut zeros) = (halved(self.poles), self.zeros);
        // Complex ones count twice.
        if poles.iter().filter(|pole| pole.is_real()).count() % 2 == 1 {
            poles.push(Complex::real(0.0));
            zeros.push(Complex::real(0.0));
            poles = halved(poles);
        }
        zeros.sort_by(|a, b| a.re.total_cmp(&b.re));
        let mut sections = Vec::new();
        while let Some(at) = worst(&poles, |_| true) {
            let first = poles.remove(at);
            let (sum, product) = if first.is_real() {
                let at = worst(&poles, Complex::is_real).expect("real poles are even in number");
                let second = poles.remove(at);
                (first.re + second.re, first.re * second.re)
            } else {
                (2.0 * first.re, first.re * first.re + first.im * first.im)
            };
            let mut nearest = || {
                let at = least(zeros.iter().map(|zero| (*zero - first).abs()));
                zeros.remove(at.expect("as many zeros as poles")).re
            };
            let (one, other) = (nearest(), nearest());
            sections.push([1.0, -(one + other), one * other, 1.0, -sum, product]);
        }
        sections.reverse();
        for factor in &mut sections[0][..3] {
            *factor *= self.gain;
        }
        sections
    }
}

fn product(roots: impl Iterator<Item = Complex>) -> Complex {
    roots.fold(Complex::real(1.0), Mul::mul)
}

/// One of each conjugate pair, by real part and then by imaginary part; then what is real, by value.
fn halved(roots: Vec<Complex>) -> Vec<Complex> {
    let (mut real, complex): (Vec<_>, Vec<_>) = roots
        .into_iter()
        .partition(|root| root.im.abs() <= REAL * root.abs());
    real.iter_mut().for_each(|root| root.im = 0.0);
    real.sort_by(|a, b| a.re.total_cmp(&b.re));
    let mut upper: Vec<_> = complex.into_iter().filter(|root| root.im > 0.0).collect();
    upper.sort_by(|a, b| a.re.total_cmp(&b.re).then(a.im.total_cmp(&b.im)));
    upper.extend(real);
    upper
}

/// The root nearest to the unit circle, of some.
fn worst(roots: &[Complex], of: impl Fn(Complex) -> bool) -> Option<usize> {
    let distance = |root: &Complex| {
        if of(*root) {
            (1.0 - root.abs()).abs()
        } else {
            f64::INFINITY
        }
    };
    least(roots.iter().map(distance))
}

/// Where the first of the least values is.
fn least(values: impl Iterator<Item = f64>) -> Option<usize> {
    values
        .enumerate()
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(at, _)| at)
}
