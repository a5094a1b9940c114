//! What the channels of a group have in common at each instant: their average or their median.

use rayon::prelude::*;

use super::Reference;
use crate::source::{Channel, ChannelKind};

/// Instants whose values are gathered at a time: rows of 1 KiB of each channel.
const TILE: usize = 256;

/// Channels that share a reference.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    members: Vec<Member>,
    /// Whether all members have the same gain and offset, so that stored values are compared as they are.
    alike: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Member {
    channel: usize,
    gain: f64,
    offset: f64,
}

/// The neural channels of a group and of a unit, without bad ones and those that cannot be scaled; one alone has no reference.
pub(super) fn groups(channels: &[Channel], bad: &[usize]) -> Vec<Group> {
    let mut found: Vec<(_, Vec<Member>)> = Vec::new();
    for (number, channel) in channels.iter().enumerate() {
        let scaled = channel.gain.is_finite() && channel.gain != 0.0 && channel.offset.is_finite();
        if channel.kind != ChannelKind::Neural || !scaled || bad.contains(&number) {
            continue;
        }
        let member = Member {
            channel: number,
            gain: channel.gain,
            offset: channel.offset,
        };
        let key = (channel.group, channel.unit.as_str());
        match found.iter_mut().find(|(other, _)| *other == key) {
            Some((_, members)) => members.push(member),
            None => found.push((key, vec![member])),
        }
    }
    let several = found.into_iter().filter(|(_, members)| members.len() > 1);
    several
        .map(|(_, members)| Group {
            alike: members
                .iter()
                .all(|member| (member.gain, member.offset) == (members[0].gain, members[0].offset)),
            members,
        })
        .collect()
}

impl Group {
    /// The channels.
    pub(super) fn channels(&self) -> impl Iterator<Item = usize> {
        self.members.iter().map(|member| member.channel)
    }

    /// Subtracts what the members have in common from each of them; `planar` is `[channels, len]`. Their physical values are then
    /// `gain · stored`. A gap counts for nothing and stays.
    pub(super) fn subtract(&self, reference: Reference, planar: &mut [f32], len: usize) {
        let mut common = vec![0.0; len];
        common.par_chunks_mut(TILE).enumerate().for_each_init(
            Vec::new,
            |room, (tile, into)| match reference {
                Reference::Average => self.average(planar, len, tile * TILE, into),
                Reference::Median => self.median((planar, len), tile * TILE, into, room),
            },
        );
        let mut members: Vec<_> = self
            .members
            .iter()
            .map(|member| (member.channel, member))
            .collect();
        members.sort_by_key(|(channel, _)| *channel);
        planar.par_chunks_mut(len).enumerate().for_each(|(channel, row)| {
            let Ok(at) = members.binary_search_by_key(&channel, |(channel, _)| *channel) else {
                return;
            };
            let Member { gain, offset, .. } = *members[at].1;
            for (value, common) in row.iter_mut().zip(&common) {
                *value = if self.alike {
                    (f64::from(*value) - common) as f32
                } else {
                    (f64::from(*value) + (offset - common) / gain) as f32
                };
            }
        });
    }

    /// What of a member counts: its stored value where all are alike, else the physical one.
    fn value(&self, member: &Member, stored: f32) -> f64 {
        if self.alike {
            f64::from(stored)
        } else {
            member.gain * f64::from(stored) + member.offset
        }
    }

    fn average(&self, planar: &[f32], len: usize, first: usize, into: &mut [f64]) {
        let mut counts = [0.0; TILE];
        into.fill(0.0);
        for member in &self.members {
            let row = &planar[member.channel * len + first..][..into.len()];
            for ((stored, sum), count) in row.iter().zip(&mut *into).zip(&mut counts) {
                let there = !stored.is_nan();
                let value = self.value(member, *stored);
                *sum += if there { value } else { 0.0 };
                *count += if there { 1.0 } else { 0.0 };
            }
        }
        for (sum, count) in into.iter_mut().zip(counts) {
            *sum /= count;
        }
    }

    fn median(&self, (planar, len): (&[f32], usize), first: usize, into: &mut [f64], room: &mut Vec<i64>) {
        // Instant after instant, as each is looked at by itself.
        let members = self.members.len();
        room.resize(TILE * members, 0);
        for (number, member) in self.members.iter().enumerate() {
            let row = &planar[member.channel * len + first..][..into.len()];
            for (t, stored) in row.iter().enumerate() {
                room[t * members + number] = key(self.value(member, *stored));
            }
        }
        for (keys, into) in room.chunks_exact_mut(members).zip(into) {
            *into = median(keys);
        }
    }
}

/// What no value is above.
const GAP: i64 = i64::MAX;

/// An integer that orders as the value does, so that it is compared without a branch.
fn key(value: f64) -> i64 {
    if value.is_nan() {
        GAP
    } else {
        turned(value.to_bits() as i64)
    }
}

/// From a float's bits to its key, and back.
fn turned(bits: i64) -> i64 {
    bits ^ ((bits >> 63) & i64::MAX)
}

/// The middle of what is no gap; NaN where there is nothing. Reorders the keys.
fn median(keys: &mut [i64]) -> f64 {
    let gaps = keys.iter().filter(|key| **key == GAP).count();
    let count = keys.len() - gaps;
    if count == 0 {
        return f64::NAN;
    }
    // Gaps are the last in order, and so beyond the middle of the others.
    let (below, middle, _) = keys.select_nth_unstable(count / 2);
    let value = |key: i64| f64::from_bits(turned(key) as u64);
    let upper = value(*middle);
    match below.iter().max() {
        Some(lower) if count.is_multiple_of(2) => (value(*lower) + upper) / 2.0,
        _ => upper,
    }
}
