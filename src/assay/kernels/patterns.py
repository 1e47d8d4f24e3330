"""Vote patterns: which values several maps of one image give to the same pixel.

A table of distinct patterns is three arrays: ``votes`` (uint16, one row per pattern, one column per
map), ``counts`` (int64, pixels) and ``slots`` (int32, a power of two, -1 where free), by which a
pattern is found: open addressing, at most half full.
"""

import numpy as np

from assay.kernels._compile import kernel


@kernel
def _mixed(place, value, seed):
    """Return a well mixed word for one vote (the finaliser of SplitMix64, Steele et al. 2014).

    A pattern's hash is the sum over its votes, so that a step changes only what it has to.
    """
    word = (np.uint64(place) << np.uint64(16) | np.uint64(value)) * np.uint64(
        0x9E3779B97F4A7C15
    ) + seed
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@kernel
def fill_slots(votes, known, seed, slots):
    """Enter the first ``known`` patterns, all distinct, into free ``slots``."""
    mask = np.uint64(slots.size - 1)
    for i in range(known):
        total = np.uint64(0)
        for k in range(votes.shape[1]):
            total += _mixed(k, votes[i, k], seed)
        slot = total & mask
        while slots[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = i


@kernel
def count_patterns(
    ends, values, cursors, state, seed, votes, counts, slots,
    segment_ends, segment_patterns,
):  # fmt: skip
    """Walk the run lists of all maps together; return whether the walk came to its end.

    ``ends`` and ``values`` hold the run lists one after the other; all cover the same pixels.
    ``cursors`` holds the place of a run of each list and ``state`` the position in pixels, the
    number of known patterns and the number of segments written: start with the first runs and
    (0, known, 0).  Where the table is full the walk stops; call again with the same state when it
    has grown.  Segments are stretches of one pattern, one per distinct run end: room for as many
    as there are runs suffices.
    """
    maps = cursors.size
    room = counts.size
    mask = np.uint64(slots.size - 1)
    position = state[0]
    known = state[1]
    segments = state[2]
    stop = np.int64(ends[ends.size - 1])
    # Copies of what the cursors point at lie side by side, so that their least end is found fast.
    current_ends = np.empty(maps, np.uint32)
    current_values = np.empty(maps, np.uint16)
    total = np.uint64(0)
    for k in range(maps):
        current_ends[k] = ends[cursors[k]]
        current_values[k] = values[cursors[k]]
        total += _mixed(k, current_values[k], seed)
    while position < stop:
        end = current_ends[0]
        for k in range(1, maps):
            end = min(end, current_ends[k])
        slot = total & mask
        pattern = slots[slot]
        while pattern >= 0:
            same = True
            for k in range(maps):
                if votes[pattern, k] != current_values[k]:
                    same = False
                    break
            if same:
                break
            slot = (slot + np.uint64(1)) & mask
            pattern = slots[slot]
        if pattern < 0:
            if known == room:
                break
            pattern = np.int32(known)
            for k in range(maps):
                votes[known, k] = current_values[k]
            counts[known] = 0
            slots[slot] = pattern
            known += 1
        counts[pattern] += np.int64(end) - position
        segment_ends[segments] = end
        segment_patterns[segments] = pattern
        segments += 1
        position = np.int64(end)
        if position == stop:
            break
        for k in range(maps):
            if current_ends[k] == end:
                cursors[k] += 1
                value = values[cursors[k]]
                total += _mixed(k, value, seed) - _mixed(k, current_values[k], seed)
                current_ends[k] = ends[cursors[k]]
                current_values[k] = value
    state[0] = position
    state[1] = known
    state[2] = segments
    return position == stop
