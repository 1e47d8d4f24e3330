"""Pictures of exhibits show the true labels, and no error vanishes by shrinking."""

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from assay.labels import LabelClass, LabelMap, Ontology
from assay.render.evaluation.plates import Plate, plates_of
from assay.render.kinds import KINDS
from assay.render.pictures import Picture
from assay.report import Exhibit
from maps import TINY, drawn
from render.examples import example_report


def plate(exhibit: Exhibit, ontology: Ontology = TINY) -> Plate:
    report = replace(example_report(), ontology=ontology, exhibits=(exhibit,))
    return plates_of([report])[0][0]


def pixels(picture: Picture) -> NDArray[np.uint8]:
    content = base64.b64decode(picture.src.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def exhibit(reference: str, candidate: str, errors: str) -> Exhibit:
    return Exhibit("item", drawn(reference), drawn(candidate), drawn(errors))


SMALL = exhibit("1122 1133 4444", "1122 1.32 1111", "0000 0504 6666")


def test_labels_have_the_colours_of_the_ontology() -> None:
    reference, candidate, _ = plate(SMALL).pictures
    assert np.array_equal(pixels(reference), TINY.colors[SMALL.reference.to_dense()])
    assert SMALL.candidate is not None
    assert np.array_equal(pixels(candidate), TINY.colors[SMALL.candidate.to_dense()])


def test_errors_have_the_colours_of_their_kinds() -> None:
    shown = pixels(plate(SMALL).pictures[2])
    assert tuple(shown[1, 3].tolist()) == KINDS[3].rgb
    assert tuple(shown[0, 0].tolist()) not in {kind.rgb for kind in KINDS}


def test_descriptions_say_what_the_pictures_show() -> None:
    reference, candidate, errors = plate(SMALL).pictures
    assert reference.alt == "Reference labels of item: road, car, person"
    assert candidate.alt == "Delivery labels of item: road, car, person"
    assert errors.alt == "Errors of item: Swapped class 1 px, Unlabelled 1 px"


def test_item_without_usable_labels_has_no_delivery_picture() -> None:
    shown = plate(replace(SMALL, candidate=None))
    assert [picture.title for picture in shown.pictures] == ["Reference", "Errors"]
    assert not shown.delivered


@pytest.mark.parametrize(("height", "width"), [(1, 3000), (3000, 1), (900, 1300), (641, 640)])
def test_one_wrong_pixel_of_a_large_image_stays_visible(height: int, width: int) -> None:
    dense = np.zeros((height, width), np.uint16)
    dense[height // 2, width - 1] = 2
    label_map = LabelMap.filled(height, width, 1)
    shown = plate(Exhibit("big", label_map, label_map, LabelMap.from_dense(dense)))
    errors = shown.pictures[-1]
    assert max(errors.width, errors.height) <= 640
    assert (pixels(errors) == KINDS[1].rgb).all(axis=2).sum() == 1
    assert (errors.width, errors.height) == (shown.pictures[0].width, shown.pictures[0].height)


def test_shrunken_labels_are_labels_that_occur() -> None:
    rng = np.random.default_rng(1)
    label_map = LabelMap.from_dense(rng.integers(1, 4, (1000, 1500)))
    empty = LabelMap.filled(1000, 1500)
    shown = pixels(plate(Exhibit("noise", label_map, None, empty)).pictures[0])
    allowed = {tuple(color) for color in TINY.colors[1:4].tolist()}
    assert {tuple(color) for color in np.unique(shown.reshape(-1, 3), axis=0).tolist()} == allowed


def test_photograph_of_another_scale_lies_under_the_errors() -> None:
    photo = np.full((6, 8, 3), 255, np.uint8)
    shown = plate(replace(SMALL, image=photo))
    assert [picture.title for picture in shown.pictures] == [
        "Image", "Reference", "Delivery", "Errors",
    ]  # fmt: skip
    assert pixels(shown.pictures[-1]).shape == (3, 4, 3)
    assert pixels(shown.pictures[-1])[0, 0].tolist() == [252, 252, 252]


def test_more_classes_than_a_palette_holds() -> None:
    classes = tuple(LabelClass(f"c{n}", n, (n % 251, n // 251, 7)) for n in range(400))
    ontology = Ontology(classes)
    dense = np.arange(400).reshape(20, 20) + 1
    label_map = LabelMap.from_dense(dense)
    shown = plate(Exhibit("many", label_map, label_map, LabelMap.filled(20, 20)), ontology)
    assert np.array_equal(pixels(shown.pictures[0]), ontology.colors[dense])
