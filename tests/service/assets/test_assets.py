import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from assay.service.ids import new_id
from assay.service.storage.opening import open_objects
from service.assets.images import PROJECT, assets, begin, bring, encoded, packed, picture, png
from service.house import House


def test_images_of_an_archive_become_assets_of_the_project(house: House) -> None:
    project = begin(house)
    files = {"day/a.png": png(picture(1)), "day/b.jpg": encoded(picture(2), "JPEG")}
    found = bring(house, project, packed({**files, "notes.txt": b"no image"}), tier="validation")
    assert (found["state"], found["images"], found["added"], found["findings"]) == (
        "done",
        2,
        2,
        [],
    )
    listed = assets(house, project)
    assert [row["name"] for row in sorted(listed, key=lambda row: row["name"])] == list(files)
    assert {(row["height"], row["width"], row["tier"]) for row in listed} == {
        (24, 32, "validation")
    }
    assert listed[0]["strata"]["size"] == "32x24"


def test_one_image_can_come_alone(house: House) -> None:
    project = begin(house)
    bring(house, project, png(picture(1)), name="one.png")
    assert [row["name"] for row in assets(house, project)] == ["one.png"]


def test_what_came_before_is_known_and_a_name_belongs_to_one_image(house: House) -> None:
    project = begin(house)
    first = bring(house, project, packed({"a.png": png(picture(1))}))
    assert bring(house, project, packed({"a.png": png(picture(1))})) == first
    both = packed({"a.png": png(picture(1)), "b.png": png(picture(2))})
    again = bring(house, project, both)
    assert (again["added"], again["known"]) == (1, 1)
    other = bring(house, project, packed({"a.png": png(picture(3)), "c.png": png(picture(4))}))
    assert [finding["rule"] for finding in other["findings"]] == ["name-taken"]


def test_an_image_that_shows_the_same_names_the_first_but_frames_of_a_sequence_do_not(
    house: House,
) -> None:
    project = begin(house)
    bring(house, project, png(picture(1, height=96, width=128)), name="first.png")
    small = encoded(picture(1, height=48, width=64), "JPEG", quality=80)
    bring(house, project, packed({"again.jpg": small, "other.png": png(picture(2))}))
    rows = {row["name"]: row for row in assets(house, project)}
    assert rows["again.jpg"]["duplicate_of"] == rows["first.png"]["id"]
    assert rows["other.png"]["duplicate_of"] is None
    assert len(assets(house, project, duplicates=False)) == 2
    film = {f"{n}.png": png(np.minimum(picture(3), 250) + np.uint8(n)) for n in range(3)}
    bring(house, project, packed(film), sequence="film")
    assert [row["duplicate_of"] for row in assets(house, project, sequence="film")] == [None] * 3


def test_bytes_that_are_no_image_are_named_and_the_others_taken(house: House) -> None:
    project = begin(house)
    broken = png(picture(1))[:-40]
    found = bring(house, project, packed({"a.png": broken, "b.png": png(picture(2))}))
    assert (found["state"], found["added"]) == ("done", 1)
    assert [(f["item"], f["rule"]) for f in found["findings"]] == [
        ("a.png", "photograph-unreadable")
    ]
    nothing = bring(house, project, b"neither image nor archive", name="x.zip")
    assert nothing["state"] == "failed"
    assert nothing["findings"][0]["remedy"]


def test_a_folder_is_read_only_where_it_is_allowed(house: House, tmp_path: Path) -> None:
    project = begin(house)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(png(picture(1)))
    path = f"/projects/{project}/imports"
    allowed = house.app.state.settings.model_copy(update={"import_dirs": (tmp_path / "in",)})
    refused = house.lead.post(path, json={"folder": str(tmp_path / "in")})
    assert refused.status_code == 422
    house.app.state.settings = allowed
    for outside in (str(tmp_path), "/etc", str(tmp_path / "in" / ".." / "data")):
        assert house.lead.post(path, json={"folder": outside}).status_code == 422
    house.lead.made(path, {"folder": str(tmp_path / "in")})
    house.work()
    assert [row["name"] for row in assets(house, project)] == ["a.png"]


def test_a_prefix_of_a_bucket_is_read_only_where_it_is_allowed(
    house: House, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "key")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    root = f"s3://assay/{new_id('tst')}"
    objects = open_objects(root, endpoint=s3_endpoint)
    for name in ("in/a.png", "in/deep/b.png", "in/notes.txt", "elsewhere/c.png"):
        objects.put(name, [png(picture(len(name)))])
    update = {"import_buckets": (f"{root}/in/",), "storage_endpoint": s3_endpoint}
    house.app.state.settings = house.app.state.settings.model_copy(update=update)
    bench = replace(house.app.state.worker._bench, settings=house.app.state.settings)
    house.app.state.worker._bench = bench
    project = begin(house)
    path = f"/projects/{project}/imports"
    for outside in (root, f"{root}/inside", f"{root}/in/../elsewhere", f"{root}//in"):
        refused = house.lead.post(path, json={"folder": outside})
        assert refused.status_code == 422
        assert "ASSAY_IMPORT_BUCKETS" in refused.json()["detail"]
    begun = house.lead.made(path, {"folder": f"{root}/in"})
    house.work()
    done = house.lead.seen(f"{path}/{begun['id']}")
    assert (done["state"], done["added"], done["findings"]) == ("done", 2, [])
    assert sorted(row["name"] for row in assets(house, project)) == ["a.png", "deep/b.png"]


def test_an_image_is_served_as_it_leaves_the_house(house: House) -> None:
    project = begin(house)
    data = encoded(picture(1), "JPEG", comment=b"secret")
    bring(house, project, data, name="a.jpg")
    path = f"/projects/{project}/assets/{assets(house, project)[0]['id']}"
    image = house.lead.get(f"{path}/image")
    assert image.headers["content-type"] == "image/png"
    assert image.headers["content-disposition"].startswith("attachment")
    assert image.headers["x-content-type-options"] == "nosniff"
    assert b"secret" not in image.content
    assert np.array_equal(
        np.asarray(Image.open(io.BytesIO(image.content))), np.asarray(Image.open(io.BytesIO(data)))
    )
    assert house.lead.get(f"{path}/original").content == data
    assert house.lead.get(f"{path}/thumbnail").headers["content-type"] == "image/jpeg"
    assert house.vendor.get(f"{path}/image").status_code == 403


def test_tier_and_strata_are_changed_by_hand_and_by_a_table(house: House) -> None:
    project = begin(house)
    bring(house, project, packed({"n/a.png": png(picture(1)), "n/b.png": png(picture(2))}))
    base = f"/projects/{project}/assets"
    one = assets(house, project)[0]
    change = {"tier": "test", "strata": {"weather": "rain"}}
    answer = house.lead.patch(f"{base}/{one['id']}", json=change, headers={"if-match": '"1"'})
    changed = answer.json()
    assert (changed["tier"], changed["strata"]["weather"], changed["version"]) == (
        "test",
        "rain",
        2,
    )
    table = "item,stratum,weather\nn/a,night,\nn/b.png,day,sun\nn/c,day,sun\n"
    result = house.lead.post(f"{base}/strata", json={"csv": table}).json()
    assert result == {"changed": 2, "unknown": ["n/c"]}
    strata = {row["name"]: row["strata"] for row in assets(house, project)}
    assert strata["n/a.png"]["stratum"] == "night"
    assert strata["n/b.png"]["weather"] == "sun"
    assert house.lead.post(f"{base}/strata", json={"csv": "name\na\n"}).status_code == 422


def test_a_project_may_let_its_images_leave_as_jpeg(house: House) -> None:
    project = house.lead.made("/projects", {**PROJECT, "image_encoding": "jpeg"})["id"]
    bring(house, project, png(picture(1)), name="a.png")
    path = f"/projects/{project}/assets/{assets(house, project)[0]['id']}"
    image = house.lead.get(f"{path}/image")
    assert image.headers["content-type"] == "image/jpeg"
    assert image.content.startswith(b"\xff\xd8\xff")


def test_an_image_that_looks_like_one_of_another_tier_is_named(house: House) -> None:
    project = begin(house)
    bring(house, project, png(picture(1)), name="a.png", tier="test")
    copy = encoded(picture(1), "JPEG", quality=80)
    found = bring(house, project, copy, name="copy.jpg", tier="training")
    assert [(fault["rule"], fault["item"]) for fault in found["findings"]] == [
        ("image-in-two-tiers", "copy.jpg")
    ]
    assert "a.png, which is in the tier test" in found["findings"][0]["message"]
