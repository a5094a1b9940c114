//! Where the electrodes of a SpikeGLX stream are, by its `.meta`.
//!
//! Newer versions write places in µm (`snsGeomMap`), older ones shank, column and row (`snsShankMap`), whose distances are those
//! of the probe's type. See <https://billkarsh.github.io/SpikeGLX/Sgl_help/Metadata_30.html>.

use super::spikeglx_meta::{Meta, entries};
use super::{Channel, ChannelKind};

/// Gives neural channels their shanks, and their places where those are known: across all shanks, and up from the tip.
pub(super) fn place(meta: &Meta, channels: &mut [Channel]) {
    let neural: Vec<&mut Channel> = channels
        .iter_mut()
        .filter(|channel| channel.kind == ChannelKind::Neural)
        .collect();
    let (map, in_um) = match (meta.get("snsGeomMap"), meta.get("snsShankMap")) {
        (Some(map), _) => (entries(map), true),
        (None, Some(map)) => (entries(map), false),
        (None, None) => return,
    };
    // A header, then an entry for each saved channel.
    let Some((header, sites)) = map.split_first().filter(|(_, sites)| sites.len() == neural.len()) else {
        return;
    };
    let pitch_um = header
        .split(',')
        .nth(2)
        .and_then(|pitch| pitch.trim().parse().ok());
    let probe = meta
        .get("imDatPrb_type")
        .and_then(|probe| probe.parse().ok())
        .unwrap_or(0);
    for (site, channel) in sites.iter().zip(neural) {
        let numbers: Vec<f32> = site
            .split(':')
            .map_while(|number| number.trim().parse().ok())
            .collect();
        let [shank, x, z, ..] = numbers[..] else { continue };
        channel.group = Some(shank as u32);
        channel.position_um = if in_um {
            Some([x + shank * pitch_um.unwrap_or(0.0), z])
        } else {
            position_um(probe, [shank, x, z])
        };
    }
}

/// The place of shank, column and row on a probe of a type; `None` for types that are not known.
fn position_um(probe: u32, [shank, column, row]: [f32; 3]) -> Option<[f32; 2]> {
    let (x, z) = match probe {
        1100 => (6.0 * column, 6.0 * row),
        // Columns of the first generation are staggered.
        0 | 1020 => (27.0 + 32.0 * column - 16.0 * (row % 2.0), 20.0 * row),
        21 | 24 | 2003 | 2004 | 2013 | 2014 | 2020 | 2021 => (27.0 + 32.0 * column, 15.0 * row),
        _ => return None,
    };
    Some([x + 250.0 * shank, z])
}
