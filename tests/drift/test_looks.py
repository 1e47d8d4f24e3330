"""Image statistics say what they are called after."""

import numpy as np
import pytest

from assay.drift.looks import content_of, look_of
from assay.labels import LabelMap
from assay.simulate.scene import STRATA, draw_scene
from assay.simulate.street import STREET
from maps import TINY


def test_a_grey_image_has_no_colour_contrast_or_sharpness() -> None:
    look = look_of(np.full((5, 7, 3), 90, np.uint8))
    assert (look.brightness, look.contrast, look.colourfulness, look.sharpness) == (90, 0, 0, 0)


def test_a_chequered_image_is_sharper_than_its_blur() -> None:
    board = np.indices((16, 16)).sum(axis=0) % 2
    sharp = np.repeat((board * 255).astype(np.uint8)[..., None], 3, axis=2)
    blurred = np.full_like(sharp, 127)
    blurred[::2] = 130
    assert look_of(sharp).sharpness > look_of(blurred).sharpness


def test_dusk_and_rain_look_as_they_should() -> None:
    looks = {
        kind.name: look_of(draw_scene(64, 128, seed=3, stratum=kind).photograph) for kind in STRATA
    }
    assert looks["city dusk"].brightness < looks["city day"].brightness
    assert looks["city rain"].colourfulness < looks["city day"].colourfulness


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 2)])
def test_tiny_photographs_have_statistics(shape: tuple[int, int]) -> None:
    assert look_of(np.zeros((*shape, 3), np.uint8)).sharpness == 0


def test_content_counts_what_is_scored() -> None:
    truth = LabelMap.from_dense(np.array([[1, 1, 2, 0], [1, 1, 2, 0]], np.uint8))
    content = content_of(truth, TINY)
    assert content.classes == 2
    assert content.shares[:2] == (4 / 6, 2 / 6)
    # Two changes a row, four on six scored pixels.
    assert content.detail == pytest.approx(1000 * 4 / 6, abs=1e-3)


def test_a_reference_without_scored_pixels_has_no_content() -> None:
    assert content_of(LabelMap.filled(2, 2), TINY).classes == 0


def test_street_scenes_have_several_classes() -> None:
    content = content_of(draw_scene(64, 128, seed=1).truth, STREET)
    assert content.classes > 5
    assert sum(content.shares) == pytest.approx(1)
