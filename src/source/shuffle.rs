//! Bytes of values that were sorted by their place, as HDF5, Zarr and Blosc do before they compress.

/// Puts bytes of values of `size` bytes together again: first lie all first bytes, then all second ones.
///
/// Bytes behind the last whole value lie as they are.
pub(crate) fn unshuffle(size: usize, from: &[u8], into: &mut [u8]) {
    let values = from.len() / size;
    let whole = values * size;
    match size {
        2 => {
            let (low, high) = from[..whole].split_at(values);
            let pairs = into[..whole].as_chunks_mut::<2>().0.iter_mut();
            for (value, (low, high)) in pairs.zip(low.iter().zip(high)) {
                *value = [*low, *high];
            }
        }
        4 => {
            let planes: [&[u8]; 4] = std::array::from_fn(|byte| &from[byte * values..][..values]);
            for (i, value) in into[..whole].as_chunks_mut::<4>().0.iter_mut().enumerate() {
                *value = planes.map(|plane| plane[i]);
            }
        }
        _ => {
            for byte in 0..size {
                let plane = &from[byte * values..][..values];
                for (value, byte_of) in into[byte..whole].iter_mut().step_by(size).zip(plane) {
                    *value = *byte_of;
                }
            }
        }
    }
    into[whole..].copy_from_slice(&from[whole..]);
}

#[cfg(test)]
mod tests {
    use super::unshuffle;

    #[test]
    fn bytes_are_put_together() {
        for size in [1, 2, 3, 4, 8, 16] {
            let values: Vec<u8> = (0..size as u8 * 9 + 1).collect();
            let mut shuffled = Vec::new();
            for byte in 0..size {
                shuffled.extend((0..9).map(|value| values[value * size + byte]));
            }
            shuffled.push(values[9 * size]);
            let mut back = vec![0; values.len()];
            unshuffle(size, &shuffled, &mut back);
            assert_eq!(back, values, "{size}");
        }
    }
}
