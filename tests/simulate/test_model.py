"""The simulated model is as good, and as sure of itself, as it says."""

import numpy as np
import pytest

from assay.errors import ParameterError
from assay.labels import LabelMap
from assay.simulate.model import SimulatedModel, in_255ths
from assay.simulate.scene import draw_scene
from assay.simulate.street import STREET
from maps import TINY


def quarters() -> LabelMap:
    """Three classes, equally frequent and far from each other's borders."""
    return LabelMap.from_dense(np.repeat(np.repeat([[1, 2, 3]], 200, axis=1), 300, axis=0))


def test_probabilities_add_up_and_are_the_same_each_time() -> None:
    truth = draw_scene(64, 128, seed=1).truth
    model = SimulatedModel(seed=3)
    first = model.predict(truth, 0, STREET)
    assert first.shape == (64, 128, 13)
    assert first.sum(axis=-1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(first, model.predict(truth, 0, STREET))
    assert not np.array_equal(first, model.predict(truth, 1, STREET))


@pytest.mark.parametrize(("sharpness", "calibrated"), [(1.0, True), (3.0, False)])
def test_inside_of_objects_it_is_calibrated_unless_it_is_told_otherwise(
    sharpness: float, *, calibrated: bool
) -> None:
    truth = quarters()
    model = SimulatedModel(skill=1.5, patch_px=1, sharpness=sharpness, blur_px=0)
    soft = model.predict(truth, 0, TINY)
    best = soft.max(axis=-1)
    right = soft.argmax(axis=-1) + 1 == truth.to_dense()
    gaps = [
        abs(right[bin_].mean() - best[bin_].mean())
        for low in (0.5, 0.6, 0.7, 0.8, 0.9)
        if (bin_ := (best >= low) & (best < low + 0.1)).any()
    ]
    assert (max(gaps) < 0.03) == calibrated


def test_whole_255ths_add_up_and_are_near() -> None:
    soft = SimulatedModel().predict(quarters(), 0, TINY)
    whole = in_255ths(soft)
    assert (whole.sum(axis=-1, dtype=int) == 255).all()
    assert np.abs(whole / 255 - soft).max() < 1.01 / 255


@pytest.mark.parametrize(
    "settings", [{"skill": 0.0}, {"sharpness": -1.0}, {"blur_px": -1}, {"patch_px": 0}]
)
def test_settings_out_of_range_are_refused(settings: dict[str, int]) -> None:
    with pytest.raises(ParameterError, match="give"):
        SimulatedModel(**settings)
