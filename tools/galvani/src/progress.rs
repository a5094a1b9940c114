//! A bar on a terminal, for what takes long; nothing elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar of `length` steps on stderr, which appears only where that is a terminal.
pub(crate) fn bar(what: &'static str, length: u64) -> ProgressBar {
    styled(what, length, "{msg} {wide_bar} {percent:>3} % {eta:>4}")
}

/// The same of so many bytes, with the rate at which they go by.
pub(crate) fn bytes(what: &'static str, length: u64) -> ProgressBar {
    let template = "{msg} {wide_bar} {percent:>3} %  {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
    styled(what, length, template)
}

fn styled(what: &'static str, length: u64, template: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style).with_message(what)
}
