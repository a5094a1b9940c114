//! Data that changes in place is drawn as data that was made of the same from the start: bit for bit.

#[path = "../common/mod.rs"]
mod common;
mod curves;
mod images;
mod memory;
mod plots;
mod points;
mod solids;

use galvani::Error;
use galvani::figure::Scale;

const SCALES: [[Scale; 2]; 4] = [
    [Scale::Linear; 2],
    [Scale::Log, Scale::Linear],
    [Scale::Linear, Scale::Log],
    [Scale::Log; 2],
];

fn is_invalid<T>(result: galvani::Result<T>) -> bool {
    matches!(result, Err(Error::Invalid { .. }))
}
