"""What annotators read, and what a new version means for work that was accepted."""

from assay.service.batches.tables import BatchRow
from assay.service.projects.markdown import safe_html
from service.deliveries.batches import send_batch
from service.house import House
from service.projects.guidelines import TOML, add_picture, draft, next_draft

CASE = {"kind": "occlusion", "title": "Car behind a tree", "ruling": "Label what is *seen*."}
HOSTILE = """<script>alert(1)</script>
<img src=x onerror=alert(1)>
![x](https://else.where/beacon.png)
[y](javascript:alert(1))
[z](data:text/html,hello)
\u202e
"""


def test_a_guideline_is_one_page_that_needs_nothing_else(house: House) -> None:
    guideline = draft(house.lead, "# Mirrors\n\nMirrors **belong** to the car.")
    add_picture(house.lead, guideline, "car")
    add_picture(house.lead, guideline, "car", right=False, color="blue")
    house.lead.made(f"{guideline}/edge-cases", CASE)
    page = house.lead.get(f"{guideline}/page")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'; img-src data:;" in page.headers["content-security-policy"]
    assert "sandbox" in page.headers["content-security-policy"]
    assert page.text.count("data:image/jpeg;base64,") == 2
    for shown in ("<h3>Mirrors</h3>", "<strong>belong</strong>", "<em>seen</em>", "a draft"):
        assert shown in page.text
    assert "https://" not in page.text


def test_nothing_that_was_written_acts(house: House) -> None:
    guideline = draft(house.lead, HOSTILE)
    house.lead.made(f"{guideline}/edge-cases", {**CASE, "title": "<b>x", "ruling": HOSTILE})
    page = house.lead.get(f"{guideline}/page").text
    for bad in ("<script", "<img src=x", "javascript:alert", "\u202e", "<b>x"):
        assert bad not in page.replace("[y](javascript:alert(1))", "")
    assert "<img" not in safe_html(HOSTILE)
    assert 'href="javascript' not in safe_html(HOSTILE)
    assert 'href="data' not in safe_html(HOSTILE)


def test_a_new_version_says_what_it_changes(house: House) -> None:
    first = draft(house.lead, "# Cars\nNo mirrors.")
    gone = add_picture(house.lead, first, "car")
    house.lead.made(f"{first}/edge-cases", CASE)
    second = next_draft(house.lead, first, toml=more_classes(), text="# Cars\nMirrors too.")
    new = add_picture(house.lead, second, "tree")
    house.lead.made(f"{second}/edge-cases", {**CASE, "ruling": "Label all of it."})
    found = house.lead.seen(f"{second}/difference")
    assert (found["older_number"], found["newer_number"]) == (1, 2)
    assert [line["mark"] + line["text"] for line in found["text"]] == [
        " # Cars",
        "-No mirrors.",
        "+Mirrors too.",
    ]
    assert found["classes_added"] == ["tree"]
    assert found["classes_removed"] == ["car"]
    assert found["classes_changed"] == [{"name": "road", "fields": ["definition"]}]
    assert [(case["before"], case["after"]) for case in found["cases"]] == [
        ("Label what is *seen*.", "Label all of it.")
    ]
    assert found["pictures_added"] == [new["id"]]
    assert found["pictures_removed"] == [gone["id"]]
    assert house.lead.get(f"{first}/difference").status_code == 422
    backwards = {"since": second.rpartition("/")[2]}
    assert house.lead.get(f"{first}/difference", params=backwards).status_code == 422


def test_accepted_work_under_an_older_version_would_have_to_be_done_again(house: House) -> None:
    batch = send_batch(house)
    base = f"/projects/{batch.project}/guidelines"
    first = house.lead.seen(base)["items"][0]["id"]
    second = next_draft(house.lead, f"{base}/{first}")
    nothing = {"batches": 0, "items": 0}
    assert house.lead.seen(f"{second}/difference")["outdated"] == nothing
    with house.app.state.database.writing() as session:
        session.get_one(BatchRow, batch.id).state = "accepted"
    assert house.lead.seen(f"{second}/difference")["outdated"] == {"batches": 1, "items": 4}
    [outdated] = house.lead.seen(f"{second}/outdated")["items"]
    assert (outdated["batch"], outdated["guideline_number"]) == (batch.id, 1)
    assert len(outdated["assets"]) == 4
    assert house.lead.seen(f"{base}/{first}/outdated")["items"] == []


def test_a_vendor_reads_the_guideline_of_its_own_batch(house: House) -> None:
    batch = send_batch(house)
    page = house.vendor.get(f"/vendor/batches/{batch.id}/guideline")
    assert page.status_code == 200
    assert "How to label" in page.text
    foreign = house.rival.get(f"/vendor/batches/{batch.id}/guideline")
    absent = house.rival.get("/vendor/batches/bat_none/guideline")
    assert foreign.status_code == absent.status_code == 404
    assert foreign.json()["detail"] == absent.json()["detail"]


def more_classes() -> str:
    """Return the usual classes with a road that is defined otherwise, and a tree for the car."""
    return TOML.replace("What cars drive on.", "With kerbs.").replace("car", "tree")
