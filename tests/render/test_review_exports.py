"""Findings go to reviewers' tools and come back as they were."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from assay import LabelMap
from assay.assess.validate import validate
from assay.delivery import Delivery, Finding, Reading, Region, Severity
from assay.render.validation.cvat import LABEL
from assay.render.validation.exports import EXPORTS, ImageNames, reviewed_images
from assay.render.validation.label_studio import CONFIG
from assay.validation.plan import ValidationPlan
from assay.validation.report import ValidationReport
from maps import TINY

NASTY = 'a<b> & "c"\N{SNOWMAN} \x00\x1b\ud800 ]]> \u202e/ä.x'
BOXED = Finding("speck", Severity.WARNING, "a/b", "Small.", "Mend it.", Region(1, 2, 4, 8))
WHOLE = Finding("unlabelled", Severity.ERROR, "a/b", NASTY, "Label <it>.")
MISSING = Finding("missing-item", Severity.ERROR, "z", "Not there.", "Deliver it.")
OF_ALL = Finding("ignored-file", Severity.INFO, "", "1 file is not read.", "Nothing.")
NAMES = ImageNames({"a/b": "a/b.png"}.get, "s3://photos/")


@pytest.fixture(scope="module")
def report() -> ValidationReport:
    maps = {"a/b": LabelMap.filled(5, 10, 1), "clean": LabelMap.filled(5, 10, 1)}
    delivery = Delivery(NASTY, "memory", TINY, tuple(maps), lambda key: Reading(maps[key]))
    seen = validate(delivery, ValidationPlan(("speck",)), workers=1)
    return replace(seen, findings=(OF_ALL, WHOLE, MISSING, BOXED))


def cvat(report: ValidationReport, names: ImageNames = NAMES) -> ET.Element:
    return ET.fromstring(EXPORTS.get("cvat").text(report, names))


def label_studio(report: ValidationReport, names: ImageNames = NAMES) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = json.loads(EXPORTS.get("label-studio").text(report, names))
    return tasks


def attributes(mark: ET.Element) -> dict[str, str]:
    return {attribute.attrib["name"]: attribute.text or "" for attribute in mark}


def test_images_with_findings_are_reviewed_in_the_order_of_the_delivery(
    report: ValidationReport,
) -> None:
    images = list(reviewed_images(report))
    assert [(image.place, image.key, image.size) for image in images] == [
        (0, "a/b", (5, 10)),
        (2, "z", None),
    ]
    assert [image.findings for image in images] == [(WHOLE, BOXED), (MISSING,)]


def test_cvat_gets_a_box_with_its_attributes(report: ValidationReport) -> None:
    box = cvat(report).find("image/box")
    assert box is not None
    assert {key: box.attrib[key] for key in ("label", "xtl", "ytl", "xbr", "ybr")} == {
        "label": LABEL,
        "xtl": "2.00",
        "ytl": "1.00",
        "xbr": "8.00",
        "ybr": "4.00",
    }
    assert attributes(box) == {
        "rule": "speck",
        "severity": "warning",
        "message": "Small.",
        "remedy": "Mend it.",
    }


def test_cvat_gets_a_tag_where_a_finding_has_no_place(report: ValidationReport) -> None:
    first, second = cvat(report).findall("image")
    assert first.attrib == {"id": "0", "name": "a/b.png", "width": "10", "height": "5"}
    assert [mark.tag for mark in first] == ["tag", "box"]
    # The size of a missing image is not known, and its name is guessed.
    assert second.attrib == {"id": "2", "name": "z.jpg"}
    assert attributes(second[0])["rule"] == "missing-item"


def test_text_survives_xml_but_for_what_xml_cannot_hold(report: ValidationReport) -> None:
    tag = cvat(report).find("image/tag")
    assert tag is not None
    expected = NASTY.replace("\x00", "\ufffd").replace("\x1b", "\ufffd").replace("\ud800", "\ufffd")
    assert attributes(tag)["message"] == expected
    assert cvat(report).findtext("meta/task/name") == f"Findings in {expected}"


def test_the_file_declares_the_label_that_its_marks_have(report: ValidationReport) -> None:
    root = cvat(report)
    assert (root.tag, root.findtext("version")) == ("annotations", "1.1")
    assert root.findtext("meta/task/mode") == "annotation"
    (label,) = root.findall("meta/task/labels/label")
    assert label.findtext("name") == LABEL
    declared = [entry.findtext("name") for entry in label.iter("attribute")]
    for mark in (*root.iter("box"), *root.iter("tag")):
        assert mark.attrib["label"] == LABEL
        assert list(attributes(mark)) == declared


def test_the_advice_declares_the_same_label_for_the_task() -> None:
    text = EXPORTS.get("cvat").advice
    (label,) = json.loads(text[text.index("```json") + 7 : text.rindex("```")])
    assert label["name"] == LABEL
    assert [entry["name"] for entry in label["attributes"]] == [
        "rule",
        "severity",
        "message",
        "remedy",
    ]


def test_label_studio_gets_a_rectangle_in_percent_with_its_words(
    report: ValidationReport,
) -> None:
    first, _ = label_studio(report)
    label, words, note = first["predictions"][0]["result"]
    box = {"x": 20, "y": 20, "width": 60, "height": 60, "rotation": 0}
    assert label["value"] == {**box, "rectanglelabels": ["warning"]}
    assert words["value"] == {**box, "text": ["speck: Small. Mend it."]}
    assert label["id"] == words["id"]
    assert (label["original_width"], label["original_height"]) == (10, 5)
    assert note["from_name"] == "note"
    assert note["value"]["text"][0].startswith("unlabelled: a<b>")


def test_label_studio_gets_no_nul_which_its_data_base_may_refuse(report: ValidationReport) -> None:
    assert "\\u0000" in json.dumps(NASTY)
    assert "\\u0000" not in EXPORTS.get("label-studio").text(report, NAMES)


def test_label_studio_finds_the_image_by_its_address(report: ValidationReport) -> None:
    assert [task["data"]["image"] for task in label_studio(report)] == [
        "s3://photos/a/b.png",
        "s3://photos/z.jpg",
    ]
    odd = ImageNames({"a/b": "ä b/100%.png"}.get, "/data/local-files/?d=")
    address = label_studio(report, odd)[0]["data"]["image"]
    assert address == "/data/local-files/?d=%C3%A4%20b/100%25.png"
    assert unquote(address).endswith("ä b/100%.png")


def test_results_speak_of_controls_that_the_configuration_has(report: ValidationReport) -> None:
    config = ET.fromstring(CONFIG)
    controls = {entry.attrib["name"]: entry for entry in config if entry.tag != "Image"}
    values = {entry.attrib["value"] for entry in config.iter("Label")}
    assert values == {severity.value for severity in Severity}
    for task in label_studio(report):
        for result in task["predictions"][0]["result"]:
            assert controls[result["from_name"]].tag.lower() == result["type"]
            assert result["to_name"] == "image"
            assert set(result["value"].get("rectanglelabels", [])) <= values


@pytest.mark.parametrize("name", EXPORTS.names())
def test_a_delivery_without_findings_gives_a_file_without_images(
    report: ValidationReport, name: str
) -> None:
    empty = EXPORTS.get(name).text(replace(report, findings=()), NAMES)
    assert empty == EXPORTS.get(name).text(replace(report, findings=(OF_ALL,)), NAMES)
    if name == "cvat":
        root = ET.fromstring(empty)
        assert root.findall("image") == []
    else:
        assert json.loads(empty) == []
