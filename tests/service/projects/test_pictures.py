"""Pictures of a guideline: read where they harm nobody, kept from version to version."""

import io

import pytest
from PIL import Image

from assay.service.problems import ConflictError
from assay.service.projects.actions import check_complete
from service.house import House
from service.projects.guidelines import TOML, add_picture, draft, next_draft, photograph

CAR = {"class_name": "car", "right": True}


def test_a_picture_is_written_anew_and_shown(house: House) -> None:
    guideline = draft(house.lead)
    data = photograph(size=(2600, 100), format="JPEG", comment=b"where it was taken")
    picture = house.lead.made(f"{guideline}/pictures", params=CAR, content=data)
    assert (picture["width"], picture["height"]) == (1280, 49)
    assert house.lead.seen(f"{guideline}/pictures")["pictures"] == [picture]
    shown = house.lead.get(f"{guideline}/pictures/{picture['id']}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["content-disposition"].startswith("attachment")
    assert b"where it was taken" not in shown.content
    assert Image.open(io.BytesIO(shown.content)).size == (1280, 49)


def test_the_same_picture_again_is_the_one_that_there_is(house: House) -> None:
    guideline = draft(house.lead)
    assert add_picture(house.lead, guideline, "car") == add_picture(house.lead, guideline, "car")


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg onload='alert(1)'/>", photograph()[:60], b"GIF89a" + bytes(99)],
    ids=["nothing", "svg", "cut off", "gif"],
)
def test_what_is_no_picture_is_refused(house: House, data: bytes) -> None:
    answer = house.lead.post(f"{draft(house.lead)}/pictures", params=CAR, content=data)
    assert answer.status_code == 422
    assert "Send a JPEG, PNG, TIFF or WebP" in answer.json()["detail"]


def test_a_picture_is_of_a_class_of_the_guideline(house: House) -> None:
    about = {"class_name": "tree", "right": True}
    answer = house.lead.post(f"{draft(house.lead)}/pictures", params=about, content=photograph())
    assert answer.status_code == 422
    assert "Its classes: road, car." in answer.json()["detail"]


def test_a_class_without_a_picture_blocks_sending(house: House) -> None:
    guideline = draft(house.lead)
    project, identifier = guideline.split("/")[2], guideline.split("/")[4]
    add_picture(house.lead, guideline, "road", right=False)
    with (
        house.app.state.database.reading() as session,
        pytest.raises(ConflictError, match=r"car has no picture. Upload a right example of car"),
    ):
        check_complete(session, project, identifier)
    add_picture(house.lead, guideline, "car")
    with house.app.state.database.reading() as session:
        check_complete(session, project, identifier)
    gaps = house.lead.seen(f"{guideline}/gaps")["gaps"]
    assert "car has no wrong picture." in [gap["message"] for gap in gaps]


def test_the_next_version_keeps_pictures_of_classes_that_it_has(house: House) -> None:
    guideline = draft(house.lead)
    add_picture(house.lead, guideline, "road")
    add_picture(house.lead, guideline, "car")
    without_car = TOML.partition('[[class]]\nname = "car"')[0]
    following = next_draft(house.lead, guideline, toml=without_car)
    kept = house.lead.seen(f"{following}/pictures")["pictures"]
    assert [picture["class_name"] for picture in kept] == ["road"]


def test_a_published_version_keeps_its_pictures(house: House) -> None:
    guideline = draft(house.lead)
    picture = add_picture(house.lead, guideline, "car")
    wrong = add_picture(house.lead, guideline, "car", right=False, color="blue")
    assert house.lead.delete(f"{guideline}/pictures/{wrong['id']}").status_code == 204
    house.lead.made(f"{guideline}/publication")
    assert house.lead.delete(f"{guideline}/pictures/{picture['id']}").status_code == 409
    late = house.lead.post(f"{guideline}/pictures", params=CAR, content=photograph())
    assert late.status_code == 409


def test_pictures_are_not_for_vendors(house: House) -> None:
    guideline = draft(house.lead)
    assert house.vendor.get(f"{guideline}/pictures").status_code == 403
    assert house.vendor.post(f"{guideline}/pictures", params=CAR, content=b"x").status_code == 403
