use anyhow::Result;
use crate::answer::Answer;
use crate::cli::{WindowArgs, OpenArgs, Global};
use crate::engine::Watch;
use galvani::source::Source;
pub(crate) fn has_display() -> bool { false }
pub(crate) fn open(_: &OpenArgs, _: &Global, _: &Watch) -> Result<Answer> { anyhow::bail!("x") }
pub(crate) fn show(_: Box<dyn Source>, _: &str, _: &WindowArgs, _: &Global, _: &Watch) -> Result<Answer> { anyhow::bail!("x") }
