//! Orders in which channels are shown.

use std::cmp::Ordering;

use super::{Channel, ChannelKind};

/// An order of a recording's channels, from the top down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As in the file.
    #[default]
    File,
    /// Shank after shank by its number, each from its highest electrode down to its tip, electrodes of one height from the
    /// left; then those of no known place, and last what is not neural, both as in the file.
    Depth,
    /// By name, with numbers in names by their value: `CH2` before `CH10`.
    Name,
}

impl Order {
    /// The numbers of the channels in this order: each once.
    #[must_use]
    pub fn of(self, channels: &[Channel]) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..channels.len()).collect();
        // Sorting is stable: channels that are alike stay in the file's order.
        match self {
            Self::File => {}
            Self::Depth => numbers.sort_by(|a, b| by_depth(&channels[*a], &channels[*b])),
            Self::Name => numbers.sort_by(|a, b| by_name(&channels[*a].name, &channels[*b].name)),
        }
        numbers
    }
}

fn by_depth(a: &Channel, b: &Channel) -> Ordering {
    let rank = |channel: &Channel| match (channel.kind, channel.position_um) {
        (ChannelKind::Neural, Some(_)) => 0,
        (ChannelKind::Neural, None) => 1,
        _ => 2,
    };
    let rank = rank(a).cmp(&rank(b));
    let (Some([ax, ay]), Some([bx, by]), Ordering::Equal) = (a.position_um, b.position_um, rank) else {
        return rank;
    };
    // Electrodes of no shank are a shank of their own, behind the others.
    let shank = |channel: &Channel| channel.group.map_or(u64::MAX, u64::from);
    let across = shank(a).cmp(&shank(b));
    across.then(by.total_cmp(&ay)).then(ax.total_cmp(&bx))
}

/// Compares texts, where both have digits by the number that these make.
pub(crate) fn by_name(mut a: &str, mut b: &str) -> Ordering {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    loop {
        let (x, y) = (digits(a), digits(b));
        if x > 0 && y > 0 {
            // Numbers of any length: the longer is the larger, once zeros before them are gone.
            let (m, n) = (a[..x].trim_start_matches('0'), b[..y].trim_start_matches('0'));
            let order = m.len().cmp(&n.len()).then_with(|| m.cmp(n)).then(x.cmp(&y));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (&a[x..], &b[y..]);
            continue;
        }
        let (mut left, mut right) = (a.chars(), b.chars());
        match (left.next(), right.next()) {
            (Some(p), Some(q)) if p == q => (a, b) = (left.as_str(), right.as_str()),
            (p, q) => return p.cmp(&q),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(name: &str, group: Option<u32>, position_um: Option<[f32; 2]>) -> Channel {
        Channel {
            group,
            position_um,
            ..Channel::new(name)
        }
    }

    #[test]
    fn depth() {
        let mut channels = vec![
            at("sync", None, Some([0.0, 900.0])),
            at("nowhere", Some(0), None),
            at("low", Some(1), Some([0.0, 10.0])),
            at("right", Some(0), Some([32.0, 40.0])),
            at("left", Some(0), Some([0.0, 40.0])),
            at("high", Some(1), Some([0.0, 50.0])),
            at("alone", None, Some([5.0, 500.0])),
        ];
        channels[0].kind = ChannelKind::Digital;
        let names = |order: Order| -> Vec<&str> {
            let numbers = order.of(&channels);
            numbers
                .into_iter()
                .map(|number| channels[number].name.as_str())
                .collect()
        };
        let expected = ["left", "right", "high", "low", "alone", "nowhere", "sync"];
        assert_eq!(names(Order::Depth), expected);
        assert_eq!(Order::File.of(&channels), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(names(Order::Name)[..2], ["alone", "high"]);
    }

    #[test]
    fn names_with_numbers() {
        let sorted = [
            "", "7", "07", "10", "A", "CH2", "CH2b", "CH10", "CH10.1", "CH10.12", "µ",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|a, b| by_name(a, b));
        assert_eq!(names, sorted);
        let huge = "9".repeat(400);
        assert_eq!(by_name(&huge, &format!("1{huge}")), Ordering::Less);
    }
}
