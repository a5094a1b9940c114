//! What a command has to say, for people and for machines.

use std::io::{ErrorKind, Write, stdout};

use anyhow::{Context, Result};
use galvani::plan::Fidelity;
use serde_json::{Value, json};

/// The answer of a command.
pub(crate) struct Answer {
    /// For people; lines.
    pub(crate) text: String,
    /// For machines.
    pub(crate) json: Value,
}

impl Answer {
    /// Prints one of the two forms. A reader that has gone is no error.
    pub(crate) fn print(&self, json: bool) -> Result<()> {
        let text = if json {
            self.json.to_string()
        } else {
            self.text.clone()
        };
        if text.is_empty() {
            return Ok(());
        }
        match writeln!(stdout(), "{}", text.trim_end()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(error).context("cannot write the answer")
            }
            _ => Ok(()),
        }
    }
}

/// An error and its causes in one line, without those that the one before has told already.
pub(crate) fn told(error: &anyhow::Error) -> String {
    let mut line = String::new();
    let mut last = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if last.contains(&cause) {
            continue;
        }
        if !line.is_empty() {
            line.push_str(": ");
        }
        line.push_str(&cause);
        last = cause;
    }
    line
}

/// Says what was odd about a file, on stderr.
pub(crate) fn warn(warnings: &[String]) {
    for warning in warnings {
        eprintln!("warning: {warning}");
    }
}

/// A fidelity for machines.
pub(crate) fn fidelity_json(fidelity: Fidelity) -> Value {
    match fidelity {
        Fidelity::Exact => json!({ "kind": "exact" }),
        Fidelity::Snapped { max_px } => json!({ "kind": "snapped", "max_px": max_px }),
        Fidelity::Partial { missing } => json!({ "kind": "partial", "missing": missing }),
    }
}

/// A fidelity for people.
pub(crate) fn fidelity_text(fidelity: Fidelity) -> String {
    match fidelity {
        Fidelity::Exact => "exact".into(),
        Fidelity::Snapped { max_px } => format!("no sample missed, edges within {max_px:.3} px"),
        Fidelity::Partial { missing } => format!("{:.0} % still on its way", missing * 100.0),
    }
}

/// A count with its thousands set apart.
pub(crate) fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A duration, in the unit that suits it.
pub(crate) fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s if s < 1.0 => format!("{:.1} ms", s * 1e3),
        s if s < 120.0 => format!("{s:.2} s"),
        s if s < 7200.0 => format!("{:.1} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}
