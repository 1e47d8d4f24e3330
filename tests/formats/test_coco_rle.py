import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from assay import LabelMap
from assay.errors import MalformedError
from assay.formats.coco_rle import counts_of, spans_of_counts, spans_of_text, text_of
from assay.labels.spans import Spans, spans_of
from maps import adversarial_maps, dense_maps

# pycocotools 2.0.11 has not caught up with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def dense(spans: Spans, height: int, width: int) -> NDArray[np.bool_]:
    out = np.zeros((height, width), np.bool_)
    for row, start, stop in zip(spans.rows, spans.starts, spans.stops, strict=True):
        out[row, start:stop] = True
    return out


def slow_counts(mask: NDArray[np.bool_]) -> list[int]:
    """Column-major run lengths, background first, pixel by pixel."""
    counts, current = [0], False
    for pixel in mask.ravel(order="F").tolist():
        if pixel != current:
            counts.append(0)
            current = pixel
        counts[-1] += 1
    return counts


def check_round_trip(mask: NDArray[np.bool_]) -> None:
    spans = spans_of(LabelMap.from_dense(mask.astype(np.uint8)), 1)
    counts = counts_of(spans, *mask.shape)
    assert counts.tolist() == slow_counts(mask)
    assert spans_of_counts(counts.tolist(), *mask.shape) == spans
    text = text_of(counts)
    assert spans_of_text(text, *mask.shape) == spans
    peer = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))
    assert text == peer["counts"].decode()
    assert (coco_mask.decode({"size": list(mask.shape), "counts": text.encode()}) == mask).all()


@settings(max_examples=100, deadline=None)
@given(dense_maps(highest=2))
def test_any_mask_survives_and_is_written_as_pycocotools_writes_it(
    labels: NDArray[np.uint16],
) -> None:
    check_round_trip(labels == 1)


@pytest.mark.parametrize("name", adversarial_maps())
@pytest.mark.parametrize("value", [0, 1, 9])
def test_adversarial_masks_survive(name: str, value: int) -> None:
    check_round_trip(adversarial_maps()[name] == value)


def test_counts_of_zero_are_allowed_anywhere() -> None:
    # [0, 2, 0, 1, 3] of a 2 by 3 image: three pixels on from the top left, down the columns.
    spans = spans_of_counts([0, 2, 0, 1, 3, 0, 0], 2, 3)
    assert dense(spans, 2, 3).tolist() == [[True, True, False], [True, False, False]]


@pytest.mark.parametrize(
    "counts",
    [
        [], [5], [7], [3, 4], [-1, 7], [3, -3, 6], [6.0], [True, 5], ["6"], [None], [[6]],
        [2**70], [2**63 - 1, 2**63 - 1, 8], [float("nan")],
    ],
    ids=str,
)  # fmt: skip
def test_counts_that_do_not_tile_the_image_are_refused(counts: list[object]) -> None:
    with pytest.raises(MalformedError) as caught:
        spans_of_counts(counts, 2, 3)
    assert caught.value.rule == "coco-rle"


@pytest.mark.parametrize(
    "text",
    ["", "5", "7", "!", "p", "é", "6\0", "V", "VVVVVVVV", "V0", "Of", "O", "O7", "65O", "oooooooo1",
     "\ud800"],
)  # fmt: skip
def test_texts_that_are_no_minimal_rle_of_the_image_are_refused(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        spans_of_text(text, 2, 3)
    assert caught.value.rule == "coco-rle"


def test_large_counts_survive() -> None:
    counts = np.array([0, 2**31, 1, 2**20, 2**32 - 1 - 2**31 - 1 - 2**20], np.int64)
    text = text_of(counts)
    width = 2**16 + 1
    spans = spans_of_text(text, 2**16 - 1, width)
    assert spans.area == 2**31 + 2**20
    assert counts_of(spans, 2**16 - 1, width).tolist() == counts.tolist()


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(min_codepoint=47, max_codepoint=112), max_size=12))
def test_a_text_is_refused_or_means_what_it_says(text: str) -> None:
    try:
        spans = spans_of_text(text, 3, 4)
    except MalformedError:
        return
    assert (dense(spans, 3, 4) == coco_mask.decode({"size": [3, 4], "counts": text.encode()})).all()
