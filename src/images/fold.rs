//! One value of many: the most, the least, or the mean.

use bytemuck::Pod;

use super::palette::Palette;
use crate::scene::Rgba8;

/// What a pixel shows of the values that lie in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reduce {
    /// The greatest: no bright value is lost, however few they are, and the picture is brighter than the values are on average. Of
    /// colours that of each component.
    Max,
    /// The least: no dark value is lost. Of colours that of each component.
    Min,
    /// The mean: noise averages out, and so do single bright values. Of colours that of each component, weighted by how opaque they
    /// are.
    Mean,
}

/// What images are made of: `u8`, `i16` and `f32`, which colours stand for, and [`Rgba8`].
pub trait Value: Pod + Send + Sync {
    /// The mean of such values.
    type Mean: Value<Mean = Self::Mean>;
    /// What a mean is made of.
    #[doc(hidden)]
    type Sum: Copy + Send + Sync;
    /// What the greatest value is looked for from, and the least.
    #[doc(hidden)]
    const ENDS: [Self; 2];
    /// A sum of nothing.
    #[doc(hidden)]
    const NOTHING: Self::Sum;
    /// How it is called.
    #[doc(hidden)]
    const NAME: &'static str;

    #[doc(hidden)]
    fn greater(self, other: Self) -> Self;
    #[doc(hidden)]
    fn lesser(self, other: Self) -> Self;
    #[doc(hidden)]
    fn add(self, sum: Self::Sum) -> Self::Sum;
    #[doc(hidden)]
    fn sum(a: Self::Sum, b: Self::Sum) -> Self::Sum;
    #[doc(hidden)]
    fn mean(sum: Self::Sum) -> Self::Mean;
    /// The same, but for infinities, which are NaN.
    #[doc(hidden)]
    fn finite(self) -> Self;
    /// As a number; of colours NaN.
    #[doc(hidden)]
    fn number(self) -> f64;
    #[doc(hidden)]
    fn color(self, palette: &Palette) -> u32;
}

/// Numbers, of which NaN is none.
macro_rules! number {
    ($type:ty, $least:expr, $most:expr, |$a:ident, $b:ident| $greater:expr, $lesser:expr, $finite:expr, |$value:ident, $palette:ident| $color:expr) => {
        impl Value for $type {
            type Mean = f32;
            /// The sum of numbers, and how many there are.
            type Sum = (f64, u32);
            const ENDS: [Self; 2] = [$least, $most];
            const NOTHING: Self::Sum = (0.0, 0);
            const NAME: &'static str = stringify!($type);

            #[inline(always)]
            fn greater(self, other: Self) -> Self {
                let ($a, $b) = (self, other);
                $greater
            }

            #[inline(always)]
            fn lesser(self, other: Self) -> Self {
                let ($a, $b) = (self, other);
                $lesser
            }

            #[inline(always)]
            fn add(self, (sum, count): Self::Sum) -> Self::Sum {
                let value = f64::from(self);
                match value.is_nan() {
                    true => (sum, count),
                    false => (sum + value, count + 1),
                }
            }

            #[inline(always)]
            fn sum(a: Self::Sum, b: Self::Sum) -> Self::Sum {
                (a.0 + b.0, a.1 + b.1)
            }

            #[inline(always)]
            fn mean((sum, count): Self::Sum) -> f32 {
                (sum / f64::from(count)) as f32
            }

            #[inline(always)]
            fn finite(self) -> Self {
                let $a = self;
                $finite
            }

            #[inline(always)]
            fn number(self) -> f64 {
                self.into()
            }

            #[inline(always)]
            fn color(self, palette: &Palette) -> u32 {
                let ($value, $palette) = (self, palette);
                $color
            }
        }
    };
}

number!(
    u8,
    u8::MIN,
    u8::MAX,
    |a, b| a.max(b),
    a.min(b),
    a,
    |value, palette| palette.bytes[usize::from(value)]
);
number!(
    i16,
    i16::MIN,
    i16::MAX,
    |a, b| a.max(b),
    a.min(b),
    a,
    |value, palette| palette.color(value.into())
);
// These two leave NaN out where the other is a number.
number!(
    f32,
    f32::NAN,
    f32::NAN,
    |a, b| a.max(b),
    a.min(b),
    if a.is_finite() { a } else { f32::NAN },
    |value, palette| palette.color(value.into())
);

/// Each component on its own.
#[inline(always)]
fn each(a: Rgba8, b: Rgba8, of: impl Fn(u8, u8) -> u8) -> Rgba8 {
    Rgba8 {
        r: of(a.r, b.r),
        g: of(a.g, b.g),
        b: of(a.b, b.b),
        a: of(a.a, b.a),
    }
}

impl Value for Rgba8 {
    type Mean = Self;
    /// Of each component times alpha, of alpha, and how many there are.
    type Sum = [u64; 5];
    const ENDS: [Self; 2] = [Self::opaque(0).with_alpha(0), Self::opaque(0xff_ffff)];
    const NOTHING: Self::Sum = [0; 5];
    const NAME: &'static str = "rgba8";

    #[inline(always)]
    fn greater(self, other: Self) -> Self {
        each(self, other, u8::max)
    }

    #[inline(always)]
    fn lesser(self, other: Self) -> Self {
        each(self, other, u8::min)
    }

    #[inline(always)]
    fn add(self, sum: Self::Sum) -> Self::Sum {
        let [r, g, b, a] = self.to_array().map(u64::from);
        Self::sum(sum, [r * a, g * a, b * a, a, 1])
    }

    #[inline(always)]
    fn sum(a: Self::Sum, b: Self::Sum) -> Self::Sum {
        std::array::from_fn(|i| a[i] + b[i])
    }

    /// Rounded to the nearest, halves up.
    #[inline(always)]
    fn mean([r, g, b, alpha, count]: Self::Sum) -> Self {
        let share = |part: u64, of: u64| (part + of / 2).checked_div(of).unwrap_or(0) as u8;
        Self {
            r: share(r, alpha),
            g: share(g, alpha),
            b: share(b, alpha),
            a: share(alpha, count),
        }
    }

    fn finite(self) -> Self {
        self
    }

    fn number(self) -> f64 {
        f64::NAN
    }

    #[inline(always)]
    fn color(self, palette: &Palette) -> u32 {
        let alpha = palette.alphas[usize::from(self.a)];
        self.with_alpha(alpha).to_u32()
    }
}

/// A way to make one value of many.
pub(super) trait Fold<V: Value> {
    type Sum: Copy + Send + Sync;
    type Out: Value;
    const NOTHING: Self::Sum;
    fn add(sum: Self::Sum, value: V) -> Self::Sum;
    fn sum(a: Self::Sum, b: Self::Sum) -> Self::Sum;
    fn out(sum: Self::Sum) -> Self::Out;
}

pub(super) struct Max;
pub(super) struct Min;
pub(super) struct Mean;

impl<V: Value> Fold<V> for Max {
    type Sum = V;
    type Out = V;
    const NOTHING: V = V::ENDS[0];

    #[inline(always)]
    fn add(sum: V, value: V) -> V {
        sum.greater(value)
    }

    #[inline(always)]
    fn sum(a: V, b: V) -> V {
        a.greater(b)
    }

    #[inline(always)]
    fn out(sum: V) -> V {
        sum
    }
}

impl<V: Value> Fold<V> for Min {
    type Sum = V;
    type Out = V;
    const NOTHING: V = V::ENDS[1];

    #[inline(always)]
    fn add(sum: V, value: V) -> V {
        sum.lesser(value)
    }

    #[inline(always)]
    fn sum(a: V, b: V) -> V {
        a.lesser(b)
    }

    #[inline(always)]
    fn out(sum: V) -> V {
        sum
    }
}

impl<V: Value> Fold<V> for Mean {
    type Sum = V::Sum;
    type Out = V::Mean;
    const NOTHING: V::Sum = V::NOTHING;

    #[inline(always)]
    fn add(sum: V::Sum, value: V) -> V::Sum {
        value.add(sum)
    }

    #[inline(always)]
    fn sum(a: V::Sum, b: V::Sum) -> V::Sum {
        V::sum(a, b)
    }

    #[inline(always)]
    fn out(sum: V::Sum) -> V::Mean {
        V::mean(sum)
    }
}
