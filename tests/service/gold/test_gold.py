import io

import numpy as np
from PIL import Image

from assay.service.app import api_routes
from service.gold.labels import archive, begin_with_pictures, golds, hand_in, make_gold, truth
from service.house import House


def test_labels_of_one_expert_are_gold_once_a_second_agrees(house: House) -> None:
    project, ontology = begin_with_pictures(house, 2)
    first, second = (house.person("expert", name=name) for name in ("first", "second"))
    handed = hand_in(house, first, project, ontology, {"p0000": truth(0), "p0001": truth(1)})
    assert (handed["state"], handed["proposed"], handed["format"]) == ("done", 2, "index-png")
    one = golds(house, project)[0]
    assert (one["state"], one["number"], one["exposures"]) == ("proposed", 1, 0)
    path = f"/projects/{project}/gold/{one['id']}"
    own = first.post(f"{path}/agreement")
    assert own.status_code == 409
    assert "second expert" in own.json()["detail"]
    settled = second.made(f"{path}/agreement")
    assert (settled["state"], settled["settled_by"]) == ("active", second.user)
    assert second.post(f"{path}/agreement").status_code == 409


def test_the_same_labels_from_a_second_expert_are_agreement(house: House) -> None:
    project, ontology = begin_with_pictures(house, 1)
    first, second = (house.person("expert", name=name) for name in ("first", "second"))
    maps = {"p0000": truth(0)}
    hand_in(house, first, project, ontology, maps)
    assert hand_in(house, first, project, ontology, maps)["known"] == 1
    assert hand_in(house, second, project, ontology, maps)["agreed"] == 1
    assert [row["state"] for row in golds(house, project)] == ["active"]


def test_other_labels_go_back_and_forth_until_one_expert_agrees(house: House) -> None:
    project, ontology = begin_with_pictures(house, 1)
    first, second = (house.person("expert", name=name) for name in ("first", "second"))
    hand_in(house, first, project, ontology, {"p0000": truth(0)})
    other = truth(0)
    other[0, :16] = 2
    hand_in(house, second, project, ontology, {"p0000": other})
    rows = sorted(golds(house, project), key=lambda row: row["number"])
    assert [row["state"] for row in rows] == ["replaced", "proposed"]
    assert rows[1]["alike"] == 1 - 16 / (24 * 32)
    assert rows[0]["alike"] is None
    path = f"/projects/{project}/gold/{rows[1]['id']}"
    assert second.post(f"{path}/agreement").status_code == 409
    assert first.made(f"{path}/agreement")["state"] == "active"


def test_a_new_version_takes_the_place_of_the_old_when_it_is_settled(house: House) -> None:
    project, ontology = begin_with_pictures(house, 1)
    make_gold(house, project, ontology, range(1))
    better = {"p0000": truth(5)}
    hand_in(house, house.person("expert", name="first"), project, ontology, better)
    assert [row["number"] for row in golds(house, project, state="active")] == [1]
    proposed = golds(house, project, state="proposed")[0]["id"]
    house.person("expert", name="second").made(f"/projects/{project}/gold/{proposed}/agreement")
    assert [row["number"] for row in golds(house, project, state="active")] == [2]
    assert [row["number"] for row in golds(house, project, state="retired")] == [1]


def test_labels_of_no_image_or_of_another_size_are_no_gold(house: House) -> None:
    project, ontology = begin_with_pictures(house, 3)
    expert = house.person("expert")
    handed = hand_in(
        house, expert, project, ontology, {"p0000": truth(0)[:-1], "elsewhere": truth(0)}
    )
    assert handed["state"] == "failed"
    assert {finding["rule"] for finding in handed["findings"]} == {
        "gold-size",
        "gold-unknown-image",
    }


def test_gold_is_retired_with_a_reason_and_moved_between_strata(house: House) -> None:
    project, ontology = begin_with_pictures(house, 1)
    row = make_gold(house, project, ontology, range(1))[0]
    path = f"/projects/{project}/gold/{row['id']}"
    etag = house.lead.get(path).headers["etag"]
    moved = house.lead.patch(path, json={"stratum": "night"}, headers={"if-match": etag})
    assert moved.json()["stratum"] == "night"
    assert (
        house.lead.patch(path, json={"stratum": "day"}, headers={"if-match": etag}).status_code
        == 412
    )
    assert house.lead.made(f"{path}/retirement", {"reason": "known"})["state"] == "retired"
    assert house.lead.post(f"{path}/retirement", json={"reason": "x"}).status_code == 409


def test_candidates_are_drawn_from_what_nobody_has_been_given(house: House) -> None:
    project, ontology = begin_with_pictures(house, 6)
    make_gold(house, project, ontology, range(2))
    path = f"/projects/{project}/gold/candidates"
    drawn = house.lead.made(path, {"size": 4})
    assert sorted(image["name"] for image in drawn["images"]) == [
        f"p{number:04}.png" for number in range(2, 6)
    ]
    assert int(drawn["seed"]) >= 0
    assert house.lead.post(path, json={"size": 5}).status_code == 422


def test_the_pool_says_what_each_stratum_has(house: House) -> None:
    project, ontology = begin_with_pictures(house, 3)
    make_gold(house, project, ontology, range(2))
    hand_in(house, house.person("expert", name="first"), project, ontology, {"p0002": truth(2)})
    pool = house.lead.seen(f"/projects/{project}/gold/pool")
    assert sum(stratum["active"] for stratum in pool["strata"]) == 2
    assert sum(stratum["proposed"] for stratum in pool["strata"]) == 1
    assert pool["vendors"] == []


def test_labels_are_shown_in_the_colours_of_their_classes(house: House) -> None:
    project, ontology = begin_with_pictures(house, 1)
    row = make_gold(house, project, ontology, range(1))[0]
    answer = house.lead.get(f"/projects/{project}/gold/{row['id']}/labels")
    pixels = np.asarray(Image.open(io.BytesIO(answer.content)))
    assert pixels[0, 0].tolist() == [0x80, 0x40, 0x80]


def test_no_vendor_reaches_gold(house: House) -> None:
    project, ontology = begin_with_pictures(house, 1)
    row = make_gold(house, project, ontology, range(1))[0]
    base = f"/projects/{project}/gold"
    for path in ("", "/pool", "/proposals", f"/{row['id']}", f"/{row['id']}/labels"):
        assert house.vendor.get(base + path).status_code == 403
    params = {"ontology": ontology, "file_name": "x.zip"}
    sent = house.vendor.post(
        f"{base}/proposals", content=archive({"p0000": truth(0)}), params=params
    )
    assert sent.status_code == 403
    assert not any("gold" in route.path for route in api_routes() if "/vendor" in route.path)
