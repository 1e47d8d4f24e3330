"""PNG in and out: exact at every depth, and strict."""

import io
import struct
import zlib
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from assay import LabelMap
from assay.errors import MalformedError, ParameterError
from assay.formats.png import decode_samples, translated_map
from assay.formats.png_container import MAX_PIXELS, open_png
from assay.formats.png_rules import PNG_RULES
from assay.formats.png_writing import encode_colors, encode_indexes
from corpus.png import FOUR_COLORS, IEND, MALFORMED, built
from maps import dense_maps
from pngs import SIGNATURE, chunk, filtered, header, packed, png

IDENTITY = np.arange(2**16, dtype=np.uint16)


def labels(data: bytes) -> LabelMap:
    container = open_png(data)
    return translated_map(container, IDENTITY[: 2**container.header.depth]).label_map


@st.composite
def images(draw: st.DrawFn) -> tuple[NDArray[Any], int, int, list[int]]:
    """Return samples, depth, colour type and filters of any image that PNG knows."""
    kind = draw(st.sampled_from([0, 2, 3, 4, 6]))
    depth = draw(st.sampled_from({0: [1, 2, 4, 8, 16], 3: [1, 2, 4, 8]}.get(kind, [8, 16])))
    dense = draw(dense_maps(highest=min(2**depth - 1, 300), max_side=20))
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    shifted = [(dense.astype(int) + 7 * channel) % 2**depth for channel in range(channels)]
    samples = np.stack(shifted, axis=-1).astype(np.uint16)
    codes = draw(st.lists(st.integers(0, 4), min_size=len(dense), max_size=len(dense)))
    return samples, depth, kind, codes


def palette_for(kind: int, depth: int) -> bytes:
    return chunk(b"PLTE", bytes(3 * 2**depth)) if kind == 3 else b""


@settings(max_examples=200, deadline=None)  # the first example compiles
@given(images(), st.integers(1, 3))
def test_every_depth_kind_and_filter_is_decoded(
    image: tuple[NDArray[Any], int, int, list[int]], pieces: int
) -> None:
    samples, depth, kind, codes = image
    data = png(samples, codes, depth=depth, kind=kind, extra=palette_for(kind, depth),
               pieces=pieces)  # fmt: skip
    assert (decode_samples(data).pixels == samples).all()
    if samples.shape[2] == 1:
        assert labels(data) == LabelMap.from_dense(samples[..., 0])


@settings(max_examples=80, deadline=None)
@given(images())
def test_interlaced_images_are_decoded(image: tuple[NDArray[Any], int, int, list[int]]) -> None:
    samples, depth, kind, codes = image
    data = interlaced(samples, depth, kind, codes)
    assert (decode_samples(data).pixels == samples).all()
    if samples.shape[2] == 1:
        assert labels(data) == LabelMap.from_dense(samples[..., 0])


def interlaced(samples: NDArray[Any], depth: int, kind: int, codes: list[int]) -> bytes:
    """Return an Adam7 PNG; the passes are listed as the standard draws them."""
    grid = ["16462646", "77777777", "56565656", "77777777",
            "36463646", "77777777", "56565656", "77777777"]  # fmt: skip
    height, width, channels = samples.shape
    stream = b""
    for number in "1234567":
        rows = [y for y in range(height) if number in grid[y % 8]]
        columns = [x for x in range(width) if any(number == line[x % 8] for line in grid)]
        part = samples[np.ix_(rows, columns)]
        if part.size:
            flat = packed(part.reshape(part.shape[0], -1), depth)
            chosen = [codes[i % len(codes)] for i in range(len(flat))]
            stream += filtered(flat, chosen, max(1, channels * depth // 8))
    return (
        SIGNATURE
        + header(width, height, depth=depth, kind=kind, interlace=1)
        + palette_for(kind, depth)
        + chunk(b"IDAT", zlib.compress(stream))
        + chunk(b"IEND")
    )


@settings(max_examples=60, deadline=None)
@given(dense_maps(highest=255), st.booleans())
def test_what_pillow_writes_is_read(dense: NDArray[Any], palette: bool) -> None:
    image = Image.fromarray(dense.astype(np.uint8))
    if palette:
        image.putpalette(bytes(i % 256 for i in range(768)))
    file = io.BytesIO()
    image.save(file, "PNG")
    assert labels(file.getvalue()) == LabelMap.from_dense(dense)


@settings(max_examples=60, deadline=None)
@given(
    dense_maps(highest=300),
    st.sampled_from(
        [
            cv2.IMWRITE_PNG_FILTER_NONE,
            cv2.IMWRITE_PNG_FILTER_SUB,
            cv2.IMWRITE_PNG_FILTER_UP,
            cv2.IMWRITE_PNG_FILTER_AVG,
            cv2.IMWRITE_PNG_FILTER_PAETH,
            cv2.IMWRITE_PNG_ALL_FILTERS,
        ]
    ),
)
def test_what_opencv_writes_is_read(dense: NDArray[Any], row_filter: int) -> None:
    sound, data = cv2.imencode(".png", dense, [cv2.IMWRITE_PNG_FILTER, row_filter])
    assert sound
    assert labels(data.tobytes()) == LabelMap.from_dense(dense)
    sound, data = cv2.imencode(".png", dense.astype(np.uint8), [cv2.IMWRITE_PNG_FILTER, row_filter])
    assert sound
    assert labels(data.tobytes()) == LabelMap.from_dense(dense.astype(np.uint8))


def test_a_two_bit_three_is_three() -> None:
    assert labels(png(np.array([[0, 1, 2, 3]]), [0], depth=2)).values.tolist() == [0, 1, 2, 3]


def test_a_palette_gives_indexes_not_colours() -> None:
    data = png(np.array([[3, 2]]), [0], kind=3, extra=FOUR_COLORS)
    assert labels(data).values.tolist() == [3, 2]
    assert decode_samples(data).palette.tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]


def test_transparency_of_a_palette_changes_no_index() -> None:
    extra = FOUR_COLORS + chunk(b"tRNS", b"\x00\x80")
    assert labels(png(np.array([[0, 1]]), [0], kind=3, extra=extra)).values.tolist() == [0, 1]


def test_sixteen_bit_ids_keep_their_value() -> None:
    assert labels(png(np.array([[256, 65535]]), [0], depth=16)).values.tolist() == [256, 65535]


def test_noise_has_room() -> None:
    dense = np.random.default_rng(1).integers(0, 256, (200, 300)).astype(np.uint8)
    assert labels(encode_indexes(dense, depth=8)) == LabelMap.from_dense(dense)


@settings(max_examples=100, deadline=None)
@given(dense_maps(highest=255), st.sampled_from([1, 2, 4, 8, 16]), st.booleans())
def test_writing_then_reading_is_identity(
    dense: NDArray[Any],
    depth: int,
    palette: bool,
) -> None:
    samples = (dense.astype(int) % 2**depth).astype(np.uint16)
    with_palette = palette and depth <= 8
    colors = np.zeros((2**depth, 3), np.uint8) if with_palette else None
    data = encode_indexes(samples, depth=depth, palette=colors)
    assert labels(data) == LabelMap.from_dense(samples)
    peer = np.asarray(Image.open(io.BytesIO(data)))
    if depth in (8, 16) or with_palette:
        assert (peer == samples).all()


@settings(max_examples=50, deadline=None)
@given(dense_maps(highest=4))
def test_colours_are_written_exactly(dense: NDArray[Any]) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (5, 3)).astype(np.uint8)[dense]
    data = encode_colors(pixels)
    assert (decode_samples(data).pixels == pixels).all()
    assert (np.asarray(Image.open(io.BytesIO(data))) == pixels).all()


def test_a_sample_that_does_not_fit_is_not_written() -> None:
    with pytest.raises(ParameterError, match="Sample 4 does not fit a PNG of 2 bits"):
        encode_indexes(np.array([[4]], np.uint8), depth=2)
    with pytest.raises(ParameterError, match="with 2 colours"):
        encode_indexes(np.array([[2]], np.uint8), depth=8, palette=np.zeros((2, 3), np.uint8))


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_files_are_refused_by_their_rule(name: str) -> None:
    data, rule = MALFORMED[name]
    for decode in (labels, decode_samples):
        with pytest.raises(MalformedError) as caught:
            decode(data)
        assert caught.value.rule == rule, caught.value.message
        assert caught.value.remedy.endswith(".")
        assert caught.value.message.endswith(".")


def test_every_rule_is_documented_and_every_document_has_a_case() -> None:
    assert {rule for _, rule in MALFORMED.values()} == {rule.name for rule in PNG_RULES}


def test_a_large_image_in_a_small_file_takes_no_memory() -> None:
    side = int(MAX_PIXELS**0.5)
    data = built(header(side, side), chunk(b"IDAT", zlib.compress(bytes(99))), IEND)
    with pytest.raises(MalformedError, match="ends early, in about row"):
        labels(data)


@settings(max_examples=400, deadline=None)
@given(images(), st.data())
def test_a_mutated_file_is_refused_or_read_like_pillow_reads_it(
    image: tuple[NDArray[Any], int, int, list[int]], choices: st.DataObject
) -> None:
    samples, depth, kind, codes = image
    data = bytearray(png(samples, codes, depth=depth, kind=kind, extra=palette_for(kind, depth)))
    for _ in range(choices.draw(st.integers(1, 3))):
        place = choices.draw(st.integers(0, len(data) - 1))
        data[place] = choices.draw(st.integers(0, 255))
    mended = _with_checksums(bytes(data)) if choices.draw(st.booleans()) else bytes(data)
    try:
        decoded = decode_samples(mended).pixels
    except MalformedError as error:
        assert error.rule in {rule.name for rule in PNG_RULES}
        return
    assert (decoded == _by_zlib(mended)).all()
    header_depth, header_kind = mended[24], mended[25]
    if header_depth == 8 and header_kind != 4:
        peer = np.asarray(Image.open(io.BytesIO(mended)))
        assert (peer.reshape(decoded.shape) == decoded).all()


def _with_checksums(data: bytes) -> bytes:
    """Return the file with right chunk checksums, so that mutations reach what lies deeper."""
    out, place = data[:8], 8
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        body = data[place + 4 : place + 8 + length]
        if len(body) < 4 + length:
            break
        out += data[place : place + 8 + length] + struct.pack(">I", zlib.crc32(body))
        place += 12 + length
    return out + data[place:]


def _by_zlib(data: bytes) -> NDArray[Any]:
    """Decode a sound file slowly: the standard, pixel by pixel."""
    width, height, depth, kind, _, _, interlace = struct.unpack_from(">IIBBBBB", data, 16)
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    stream, place = b"", 8
    while place < len(data):
        (length,) = struct.unpack_from(">I", data, place)
        if data[place + 4 : place + 8] == b"IDAT":
            stream += data[place + 8 : place + 8 + length]
        place += 12 + length
    raw = zlib.decompress(stream)
    step, starts = max(1, channels * depth // 8), (0, 1, 0, 1)
    grid = np.zeros((height, width, channels), int)
    passes = [starts] if not interlace else [
        (0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2), (0, 2, 1, 2),
        (1, 2, 0, 1)]  # fmt: skip
    place = 0
    for top, down, left, across in passes:
        target = grid[top::down, left::across]
        if not target.size:
            continue
        size = (target.shape[1] * channels * depth + 7) // 8
        above = [0] * size
        for y in range(target.shape[0]):
            code = raw[place]
            line: list[int] = []
            for x in range(size):
                a = line[x - step] if x >= step else 0
                b = above[x]
                c = above[x - step] if x >= step else 0
                p = a + b - c
                paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
                line.append((raw[place + 1 + x] + (0, a, b, (a + b) // 2, paeth)[code]) % 256)
            bits = "".join(f"{byte:08b}" for byte in line)
            numbers = [int(bits[i : i + depth], 2) for i in range(0, len(bits), depth)]
            target[y] = np.reshape(numbers[: target.shape[1] * channels], (-1, channels))
            above, place = line, place + 1 + size
    return grid
