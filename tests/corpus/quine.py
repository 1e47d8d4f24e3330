"""A zip that unpacks to itself.

R. Cox, "Zip Files All The Way Down" (2010): two instructions of deflate, *copy these bytes* and
*repeat those that came last*, are enough for a program that prints itself between a given beginning
and end.  The checksum of the archive stands in the archive; it is an affine function of itself over
GF(2), so that it is found by solving 32 equations.
"""

import struct
import zlib
from collections.abc import Iterable

import numpy as np

#: Length and distance of 65 bytes take the bits that fill an instruction of five bytes.
_PREFIX = 60


def quine(name: bytes) -> bytes:
    """Return a zip whose one entry, of that name, holds that very zip."""
    for salt in range(256):
        base = zlib.crc32(_archive(name, 0, salt))
        columns = [zlib.crc32(_archive(name, 1 << bit, salt)) ^ base for bit in range(32)]
        checksum = _solved(columns, base)
        if checksum is not None:
            return _archive(name, checksum, salt)
    raise AssertionError("No salt gives equations that have a solution.")


def _archive(name: bytes, checksum: int, salt: int) -> bytes:
    # Sizes do not depend on themselves, so that a first draft tells them.
    draft = _assembled(name, checksum, salt, 0, 0)
    tail = len(_directory(name, checksum, 0, 0))
    return _assembled(name, checksum, salt, len(draft) - _PREFIX - tail, len(draft))


def _assembled(name: bytes, checksum: int, salt: int, packed: int, size: int) -> bytes:
    extra = struct.pack("<HH", 0x7171, _PREFIX - 34 - len(name))
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, checksum, packed, size, len(name),
                       _PREFIX - 30 - len(name)) + name + extra  # fmt: skip
    head += bytes([salt]) * (_PREFIX - len(head))
    # The last block of deflate is empty; the directory follows it.
    tail = b"\x03\x00" + _directory(name, checksum, packed, size)
    again = next(code for size in range(20)
                 if len(code := _repeat_any(size + len(tail))) == size)  # fmt: skip
    tail_copy = _copy(len(again) + len(tail))
    p, r = _copy(len(head) + 5), _repeat(len(head) + 5)
    one, four, none, last = _copy(5), _copy(20), _copy(0), _repeat(20)
    program = [
        p, head, p, r, one, r, one, one, four, r, one, one, four, last, four, last, four, last,
        four, last, four, last, none, none, tail_copy, last, none, none, tail_copy, again, tail,
        again,
    ]  # fmt: skip
    return head + b"".join(program) + tail


def _directory(name: bytes, checksum: int, packed: int, size: int) -> bytes:
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, checksum, packed, size,
                        len(name), 0, 0, 0, 0, 0, 0) + name  # fmt: skip
    start = _PREFIX + packed
    return entry + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(entry), start, 0)


def _copy(count: int) -> bytes:
    """Return a stored block's head: so many bytes follow (RFC 1951, section 3.2.4)."""
    return struct.pack("<BHH", 0, count, count ^ 0xFFFF)


def _repeat(count: int) -> bytes:
    """Return five bytes that repeat the last 20 or 65 bytes."""
    matches = [(10, 20), (10, 20)] if count == 20 else [(65, 65)]
    blocks = [_block(matches)] if count == 20 else [_block(matches), _block([])]
    packed = _packed(bit for block in blocks for bit in block)
    assert len(packed) == 5
    return packed


def _repeat_any(count: int) -> bytes:
    """Return what repeats so many bytes, aligned by an empty stored block."""
    bits = [*_block([(count, count)]), 0, 0, 0]
    return _packed(bits) + struct.pack("<HH", 0, 0xFFFF)


def _block(matches: Iterable[tuple[int, int]]) -> list[int]:
    """Return the bits of a block of fixed codes: matches, then its end (section 3.2.6)."""
    bits = [0, 1, 0]
    for length, distance in matches:
        symbol, extra, rest = _coded(length, _LENGTHS)
        bits += [*_high_first(symbol + 1, 7), *_low_first(rest, extra)]
        symbol, extra, rest = _coded(distance, _DISTANCES)
        bits += [*_high_first(symbol, 5), *_low_first(rest, extra)]
    return [*bits, *_high_first(0, 7)]


#: First value of each symbol and its extra bits, for lengths up to 114 and distances up to 256.
_LENGTHS = [(3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1),
            (15, 1), (17, 1), (19, 2), (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3),
            (59, 3), (67, 4), (83, 4), (99, 4)]  # fmt: skip
_DISTANCES = [(1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3),
              (33, 4), (49, 4), (65, 5), (97, 5), (129, 6), (193, 6)]  # fmt: skip


def _coded(value: int, symbols: list[tuple[int, int]]) -> tuple[int, int, int]:
    """Return the symbol of a value, how many extra bits it has, and what they say."""
    symbol = max(place for place, (first, _) in enumerate(symbols) if first <= value)
    first, extra = symbols[symbol]
    return symbol, extra, value - first


def _high_first(value: int, bits: int) -> list[int]:
    return [value >> place & 1 for place in reversed(range(bits))]


def _low_first(value: int, bits: int) -> list[int]:
    return [value >> place & 1 for place in range(bits)]


def _packed(bits: Iterable[int]) -> bytes:
    return np.packbits(np.fromiter(bits, np.uint8), bitorder="little").tobytes()


def _solved(columns: list[int], base: int) -> int | None:
    """Return the number that a map of columns, plus a base, leaves as it is; None without one.

    Elimination over GF(2): equation ``row`` says of which bits the sum is bit ``row`` of the base.
    """
    rows = []
    for row in range(32):
        mask = sum(((columns[bit] >> row & 1) ^ (bit == row)) << bit for bit in range(32))
        rows.append((mask, base >> row & 1))
    for bit in range(32):
        pivot = next((n for n in range(bit, 32) if rows[n][0] >> bit & 1), None)
        if pivot is None:
            return None
        rows[bit], rows[pivot] = rows[pivot], rows[bit]
        rows = [
            (mask ^ rows[bit][0], value ^ rows[bit][1])
            if place != bit and mask >> bit & 1
            else (mask, value)
            for place, (mask, value) in enumerate(rows)
        ]
    return sum(value << bit for bit, (_, value) in enumerate(rows))
