"""Scenes are drawn anew exactly, and look like streets to whatever counts their runs."""

import hashlib

import numpy as np
import pytest

from assay.errors import ParameterError
from assay.simulate.scene import STRATA, Scene, draw_scene
from assay.simulate.street import EGO, PERSON, SKY, STREET, TERRAIN


def digest(scene: Scene) -> tuple[str, str]:
    return scene.truth.digest, hashlib.sha256(scene.photograph.tobytes()).hexdigest()


def test_equal_arguments_draw_equal_pixels() -> None:
    assert digest(draw_scene(96, 192, seed=3, index=5)) == digest(
        draw_scene(96, 192, seed=3, index=5)
    )


@pytest.mark.parametrize(("seed", "index"), [(4, 4), (3, 8)])
def test_another_seed_or_index_draws_another_scene(seed: int, index: int) -> None:
    first = draw_scene(96, 192, seed=3, index=4)
    second = draw_scene(96, 192, seed=seed, index=index)
    assert first.stratum == second.stratum
    assert first.truth != second.truth
    assert (first.photograph != second.photograph).any()


def test_truth_has_every_pixel_of_a_declared_class() -> None:
    for index in range(4):
        truth = draw_scene(96, 192, seed=1, index=index).truth
        counts = truth.counts(STREET.size)
        assert counts.sum() == 96 * 192
        assert counts[0] == 0


def test_every_class_occurs_in_a_pilot_of_24_images() -> None:
    images = [draw_scene(128, 256, seed=1, index=index).truth for index in range(24)]
    counts = np.sum([truth.counts(STREET.size) > 0 for truth in images], axis=0)
    assert counts[1:].min() >= 6
    assert counts[PERSON] >= 18


def test_truth_follows_what_is_painted() -> None:
    """In a clear sky, the pixels labelled sky are the blue ones: photograph and truth agree."""
    scene = draw_scene(256, 512, seed=1, index=0)
    labels = scene.truth.to_dense()
    blueness = scene.photograph[..., 2].astype(int) - scene.photograph[..., 0]
    assert blueness[labels == SKY].mean() > blueness[labels != SKY].mean() + 15
    # The step from sky to anything else lies where the labels change, to the pixel.
    grey = scene.photograph.astype(float).mean(axis=2)
    change = labels[:, 1:] != labels[:, :-1]
    step = np.abs(np.diff(grey, axis=1))
    shifted = np.roll(change, 3, axis=1)
    assert step[change].mean() > 2 * step[shifted & ~change].mean()


def test_bonnet_is_void_and_can_be_left_out() -> None:
    with_bonnet = draw_scene(128, 256, seed=1).truth.to_dense()
    without = draw_scene(128, 256, seed=1, ego=False).truth.to_dense()
    hidden = with_bonnet == EGO
    assert hidden[-1].mean() > 0.9
    assert not hidden[:100].any()
    assert not (without == EGO).any()
    np.testing.assert_array_equal(with_bonnet[~hidden], without[~hidden])


def test_weather_changes_the_photograph_and_not_the_truth() -> None:
    day, _, dusk, rain = (draw_scene(96, 192, seed=9, stratum=stratum) for stratum in STRATA)
    assert day.truth == dusk.truth == rain.truth
    brightness = [scene.photograph.mean() for scene in (day, dusk)]
    assert brightness[0] > brightness[1] + 20
    colourfulness = [np.ptp(scene.photograph, axis=2).mean() for scene in (day, rain)]
    assert colourfulness[0] > colourfulness[1]


def test_suburbs_have_lawns_and_cities_have_none() -> None:
    city, suburb = (draw_scene(96, 192, seed=2, stratum=stratum).truth for stratum in STRATA[:2])
    assert city.counts(STREET.size)[TERRAIN] == 0
    assert suburb.counts(STREET.size)[TERRAIN] > 100


def test_strata_take_turns() -> None:
    kinds = [draw_scene(32, 64, seed=1, index=index).stratum for index in range(5)]
    assert kinds == [*STRATA, STRATA[0]]


def test_a_scene_is_the_same_street_at_every_size() -> None:
    small = draw_scene(128, 256, seed=1, ego=False).truth.to_dense()
    large = draw_scene(256, 512, seed=1, ego=False).truth.to_dense()
    assert (small == large[::2, ::2]).mean() > 0.95


def test_large_scenes_have_as_many_runs_as_real_maps() -> None:
    """Hand-labelled street maps of 2048×1024 pixels hold 17 to 28 thousand runs."""
    runs = [draw_scene(1024, 2048, seed=1, index=index).truth.ends.size for index in range(4)]
    assert 17_000 < np.mean(runs) < 28_000
    assert min(runs) > 14_000


@pytest.mark.parametrize("shape", [(32, 32), (200, 48), (40, 400), (333, 517)])
def test_any_shape_is_drawn(shape: tuple[int, int]) -> None:
    scene = draw_scene(*shape, seed=6, index=1)
    assert scene.truth.shape == shape
    assert scene.photograph.shape == (*shape, 3)
    assert not scene.photograph.flags.writeable


def test_a_frame_without_room_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"31×64 px has no room .* at least 32"):
        draw_scene(31, 64, seed=1)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ParameterError, match="Seed -1 and index 0"):
        draw_scene(64, 64, seed=-1)
