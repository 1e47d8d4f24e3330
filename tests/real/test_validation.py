"""Real labels go through every rule: what is wrong in them is found, and little else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from assay import LabelClass, LabelMap, Ontology
from assay.assess.validate import Surroundings, validate
from assay.delivery import Delivery, Severity
from assay.formats import open_delivery
from assay.formats.photograph import open_photographs
from assay.validation.plan import ValidationPlan

CAMVID = Ontology(
    tuple(
        LabelClass(name, i, (i, 20 * i, 255 - i), kind="thing" if i >= 6 and i != 7 else "stuff")
        for i, name in enumerate(
            ("sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car",
             "pedestrian", "bicyclist")
        )
    ),
    void_ids=(11,),
)  # fmt: skip


@pytest.fixture
def street(shared_data: Path) -> Delivery:
    """A hundred and one frames of one drive, every pixel labelled or void."""
    return open_delivery(shared_data / "camvid" / "valannot", CAMVID)


def test_a_real_street_has_no_errors_and_no_gaps(street: Delivery, shared_data: Path) -> None:
    surroundings = Surroundings(open_photographs(shared_data / "camvid" / "val", max_side=2**20))
    rules = ("missing-item", "extra-item", "wrong-size", "gap", "unlabelled-region", "cut-short")
    report = validate(street, ValidationPlan(rules), surroundings=surroundings, workers=1)
    assert report.count(Severity.ERROR) == 0
    assert [rule.rule for rule in report.rules] == []


def test_the_specks_of_a_real_street_are_those_that_scipy_counts(street: Delivery) -> None:
    # Without things there are no holes, and every small region inside the image is a speck.
    plan = ValidationPlan(("speck",), {"speck": {"apart_px": 0}})
    flat = Ontology(
        tuple(replace(label, kind="stuff") for label in CAMVID.classes), CAMVID.void_ids
    )
    keys = street.keys[::10]
    found = validate(replace(street, ontology=flat, keys=keys), plan, workers=1)
    assert [item.counts.get("speck", 0) for item in found.items] == [
        _specks_of(street.read(key).label_map) for key in keys
    ]
    assert found.faults > 100


def _specks_of(label_map: LabelMap | None) -> int:
    assert label_map is not None
    dense, small = label_map.to_dense(), 0
    for index in range(1, CAMVID.first_void):
        owner, number = ndimage.label(dense == index, np.ones((3, 3)))
        sizes = np.bincount(owner.ravel(), minlength=number + 1)
        frame = np.unique([*owner[0], *owner[-1], *owner[:, 0], *owner[:, -1]])
        inside = np.setdiff1d(np.arange(1, number + 1), frame)
        small += int((sizes[inside] < 4).sum())
    return small


def test_frames_of_the_same_drive_have_its_mixture(street: Delivery, shared_data: Path) -> None:
    history = open_delivery(shared_data / "camvid" / "trainannot", CAMVID)
    plan = ValidationPlan(("class-mixture",))
    for past in (history, street):
        report = validate(street, plan, surroundings=Surroundings(history=past), workers=1)
        # One in a hundred is named by chance; frames of one drive are alike, not independent.
        assert report.faults <= 5
