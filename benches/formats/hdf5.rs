//! The least HDF5 that holds an array in chunks: a superblock, a group of one link, and headers of the first version.
//!
//! <https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html>.

const UNDEFINED: u64 = u64::MAX;

/// A message of an object's header.
fn message(kind: u16, mut body: Vec<u8>) -> Vec<u8> {
    body.resize(body.len().next_multiple_of(8), 0);
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend((body.len() as u16).to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(body);
    bytes
}

fn header(messages: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![1, 0];
    bytes.extend((messages.len() as u16).to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend((messages.concat().len() as u32).to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(messages.concat());
    bytes
}

fn words(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The array `data` of 16-bit integers, `[rows · chunks, columns]`, in chunks of so many rows that gzip has packed.
pub(crate) fn gzip(chunks: &[Vec<u8>], rows: u64, columns: u64) -> Vec<u8> {
    let root_at = 96;
    let link_info = [vec![0, 0], words(&[UNDEFINED, UNDEFINED])].concat();
    let group = |data_at: u64| {
        let link = [&[1, 0, 4][..], b"data", &data_at.to_le_bytes()].concat();
        header(&[message(2, link_info.clone()), message(6, link)])
    };
    let data_at = root_at + group(0).len() as u64;
    let dataset = |tree_at: u64| {
        let space = [
            vec![1, 2, 0, 0, 0, 0, 0, 0],
            words(&[rows * chunks.len() as u64, columns]),
        ]
        .concat();
        let kind = vec![0x10, 8, 0, 0, 2, 0, 0, 0, 0, 0, 16, 0];
        let filter = vec![
            1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0,
        ];
        let mut layout = vec![3, 2, 3];
        layout.extend(tree_at.to_le_bytes());
        layout.extend(
            [rows as u32, columns as u32, 2]
                .iter()
                .flat_map(|len| len.to_le_bytes()),
        );
        header(&[
            message(1, space),
            message(3, kind),
            message(5, vec![2, 3, 0, 0]),
            message(11, filter),
            message(8, layout),
        ])
    };
    let tree_at = data_at + dataset(0).len() as u64;
    let mut tree = b"TREE\x01\x00".to_vec();
    tree.extend((chunks.len() as u16).to_le_bytes());
    tree.extend(words(&[UNDEFINED, UNDEFINED]));
    let mut at = tree_at + tree.len() as u64 + 40 * chunks.len() as u64 + 32;
    for number in 0..=chunks.len() {
        let chunk = chunks.get(number).map_or(0, Vec::len) as u64;
        tree.extend(words(&[chunk, number as u64 * rows, 0, 0]));
        if number < chunks.len() {
            tree.extend(at.to_le_bytes());
            at += chunk;
        }
    }
    let mut bytes = b"\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0\x04\0\x10\0\0\0\0\0".to_vec();
    bytes.extend(words(&[0, UNDEFINED, at, UNDEFINED, 0, root_at, 0, 0, 0]));
    bytes.extend(group(data_at));
    bytes.extend(dataset(tree_at));
    bytes.extend(tree);
    bytes.extend(chunks.concat());
    bytes
}
