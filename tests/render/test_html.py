"""The page is one safe, accessible file that says what the report says."""

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from assay.delivery import Finding, Severity
from assay.labels import LabelClass, Ontology
from assay.render.evaluation.page import pilot_page, report_page
from assay.render.evaluation.plates import BUDGET, plates_of
from assay.report import Report, Score
from assay.sourcing import Money, Vendor
from render.examples import (
    FINDINGS,
    PLAN,
    STREET,
    example_pilot,
    example_report,
    make_pilot,
    make_report,
)
from render.pages import Page

HOSTILE = '<script>alert("x")</script>\' onload="y" \u202egnp {{ 7 * 7 }}'


@cache
def pages() -> dict[str, Page]:
    return {
        "report": Page(report_page(example_report())),
        "pilot": Page(pilot_page(example_pilot())),
    }


@pytest.fixture(params=["report", "pilot"])
def page(request: pytest.FixtureRequest) -> Page:
    return pages()[request.param]


def test_every_element_closes(page: Page) -> None:
    assert page.open == []


def test_ids_are_unique_and_every_reference_has_its_target(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        for name in ("aria-labelledby", "href"):
            target = attributes.get(name, "")
            if name == "aria-labelledby" and target:
                assert target in ids
            elif target.startswith("#"):
                assert target[1:] in ids


def test_page_asks_the_network_for_nothing(page: Page) -> None:
    markup = re.sub(r"base64,[A-Za-z0-9+/=]*", "", page.html)
    assert not re.search(r"https?:|//[a-z]|@import|srcset|<iframe|<object|<form", markup)
    for _, attributes in page.elements:
        for name in ("src", "href"):
            assert attributes.get(name, "#").startswith(("#", "data:"))
    policy = next(m["content"] for m in page.all("meta") if "Content-Security" in str(m))
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_page_has_no_script(page: Page) -> None:
    assert page.all("script") == []
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


def test_page_has_its_landmarks_and_one_first_heading(page: Page) -> None:
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.all(landmark)) == 1
    assert len(page.all("h1")) == 1
    assert page.all("html") == [{"lang": "en"}]


def test_heading_levels_never_skip(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    in_main = levels[1:] if levels[0] == 2 else levels  # the contents' own heading stands first
    assert in_main[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(in_main))


def test_every_picture_has_a_description(page: Page) -> None:
    pictures = page.all("img")
    assert pictures
    assert all(picture["alt"].strip() for picture in pictures)
    charts = page.all("svg")
    assert all(chart.get("aria-hidden") == "true" or chart["aria-label"] for chart in charts)


def test_every_table_has_a_caption_and_scoped_headings(page: Page) -> None:
    assert len(page.all("table")) == len(page.all("caption")) > 0
    assert all("scope" in heading for heading in page.all("th"))


def test_wide_tables_scroll_by_keyboard(page: Page) -> None:
    scrolled = [a for _, a in page.elements if a.get("class") == "scroll"]
    assert len(scrolled) == len(page.all("table"))
    assert all(a["tabindex"] == "0" and a["role"] == "region" for a in scrolled)


def test_page_stays_small(page: Page) -> None:
    assert len(page.html.encode()) < 3_000_000


@pytest.mark.parametrize(
    "section",
    [
        "verdict",
        "scores",
        "classes",
        "anatomy",
        "confusion",
        "worst",
        "strata",
        "images",
        "findings",
    ],
)
def test_report_has_section(section: str) -> None:
    assert any(attributes.get("id") == section for _, attributes in pages()["report"].elements)


@pytest.mark.parametrize(
    "section",
    ["verdict", "ranking", "differences", "stability", "errors", "by-class", "vendors", "method"],
)
def test_pilot_has_section(section: str) -> None:
    assert any(attributes.get("id") == section for _, attributes in pages()["pilot"].elements)


def test_report_opens_with_its_score_and_how_sure_it_is() -> None:
    score = example_report().scores["mean_iou"]
    assert (
        f"Meridian Labels reaches a mean IoU of {score.value:.3f}, "
        f"between {score.low:.3f} and {score.high:.3f} at 95 % confidence."
    ) in pages()["report"].words.replace("\xa0", " ")


def test_pilot_opens_with_its_verdict() -> None:
    assert example_pilot().verdict.sentence in pages()["pilot"].words


def test_numbers_of_the_report_stand_in_the_page() -> None:
    report, words = example_report(), pages()["report"].words
    for score in report.scores.values():
        assert f"{score.value:.3f} {score.low:.3f}–{score.high:.3f}" in words.replace(
            "  ", " "
        ) or (f"{score.value:.3f}{score.low:.3f}–{score.high:.3f}" in words)
    for entry in report.classes:
        assert f"{entry.scores['boundary_iou'].value:.3f}" in words
        assert f"{entry.support_px:,}" in words
    assert report.anatomy is not None
    for pixels in report.anatomy.counts.ravel().tolist():
        assert f"{pixels:,}" in words
    for digest in (report.reference_digest, report.ontology.digest, report.plan.digest):
        assert digest in words


def test_confusion_tells_counts_beside_shares() -> None:
    report = example_report()
    titles = [cell.get("title", "") for cell in pages()["report"].all("td")]
    assert f"{int(report.confusion.counts[4, 2]):,} px of car labelled road" in titles


def test_pilot_ranks_with_prices_intervals_and_the_human_ceiling() -> None:
    words = pages()["pilot"].words
    for result in example_pilot().results:
        score = result.report.scores["mean_iou"]
        assert result.vendor.name in words
        assert str(result.vendor.price_per_image) in words
        assert f"{score.low:.3f}–{score.high:.3f}" in words
    assert "Human ceiling, second annotator: 0.910 (0.890–0.930)" in words
    assert 'class="ceiling"' in pages()["pilot"].html


def test_pair_that_images_cannot_tell_apart_is_called_so() -> None:
    pilot = example_pilot()
    close = replace(
        pilot.differences[0], difference=Score(0.002, -0.004, 0.008), distinguishable=False
    )
    words = Page(pilot_page(replace(pilot, differences=(close,)))).words
    assert "not distinguishable" in words
    assert "−0.004 to +0.008" in words


def test_undecided_pilot_awards_nobody() -> None:
    pilot = example_pilot()
    verdict = replace(pilot.verdict, award=None, sentence="The images cannot tell.")
    words = Page(pilot_page(replace(pilot, verdict=verdict))).words
    assert "Undecided" in words


def hostile_report() -> Report:
    finding = Finding(HOSTILE, Severity.ERROR, HOSTILE, HOSTILE, HOSTILE)
    report = make_report(
        HOSTILE, (1, 0.2, 0.1, 2), findings=[finding], images=4, key="{number}" + HOSTILE
    )
    classes = (LabelClass(HOSTILE, 1, (1, 2, 3)), *STREET.classes[1:])
    confusion = replace(report.confusion, classes=(HOSTILE, *report.confusion.classes[1:]))
    entries = (replace(report.classes[0], label=classes[0]), *report.classes[1:])
    strata = tuple(replace(stratum, name=HOSTILE + stratum.name) for stratum in report.strata)
    return replace(
        report,
        reference=HOSTILE,
        ontology=Ontology(classes, STREET.void_ids),
        confusion=confusion,
        classes=entries,
        strata=strata,
        ceiling={HOSTILE: report.ceiling["second annotator"]},
    )


@pytest.mark.parametrize("kind", ["report", "pilot"])
def test_hostile_text_is_shown_and_never_run(kind: str) -> None:
    report = hostile_report()
    if kind == "report":
        html = report_page(report)
    else:
        other = make_report("Other", (0, 0, 0, 0), images=4)
        deliveries = [(Vendor("Other", Money("EUR", 1)), other), (Vendor(HOSTILE), report)]
        html = pilot_page(make_pilot(deliveries, name=HOSTILE))
    page = Page(html)
    assert page.open == []
    assert page.all("script") == []
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert "<script" not in html
    assert '<script>alert("x")</script>' in page.words
    assert "\u202e" not in html
    assert "\\u202egnp" in page.words
    assert "{{ 7 * 7 }}" in page.words


def test_lone_surrogate_of_a_file_name_can_be_written() -> None:
    html = report_page(replace(example_report(), candidate="bad \udcff name"))
    assert html.encode("utf-8")


def test_equal_reports_give_equal_pages() -> None:
    twins = [make_report("A", (1, 0.2, 0.1, 2), images=4) for _ in range(2)]
    assert report_page(twins[0]) == report_page(twins[1])


def test_report_without_photographs_shows_labels_alone() -> None:
    page = Page(report_page(make_report("A", (1, 0.2, 0.1, 2), images=4, photographs=False)))
    assert not any(image["src"].startswith("data:image/jpeg") for image in page.all("img"))
    assert len(page.all("img")) == 3 * PLAN.worst


def test_missing_item_is_shown_without_a_delivery() -> None:
    assert pages()["report"].words.count("No usable labels") == 2


def test_sparse_report_still_makes_a_page() -> None:
    """Overlap alone, one image, no interval, nothing to show: no section may break."""
    report = example_report()
    bare = replace(
        report,
        plan=replace(report.plan, measures=("overlap",), worst=0),
        anatomy=None,
        findings=(),
        strata=(),
        exhibits=(),
        ceiling={},
        items=report.items[:1],
        scores={"pixel_accuracy": Score(0.5), "mean_iou": Score(float("nan"))},
    )
    words = Page(report_page(bare)).words
    assert "Nothing in Meridian Labels could be scored." in words
    assert "The files have no faults." in words
    assert "The plan does not measure the anatomy of errors." in words


def test_pilot_of_one_vendor_without_price_still_makes_a_page() -> None:
    report = make_report("Only", (1, 0.1, 0.1, 0), images=4)
    page = Page(pilot_page(make_pilot([(Vendor("Only"), report)])))
    assert "price unknown" in page.words
    assert "What quality costs" not in page.words


def test_long_lists_are_cut_and_say_so() -> None:
    many = tuple(replace(FINDINGS[2], item=f"image {number}") for number in range(60))
    words = Page(report_page(replace(example_report(), findings=many))).words
    assert "and 55 more; the JSON report lists all." in words


def test_pictures_shrink_until_a_page_holds_them() -> None:
    report = example_report()
    crowd = [replace(report, exhibits=report.exhibits * 12)] * 12
    source = [p.src for group in plates_of(crowd) for plate in group for p in plate.pictures]
    assert sum(map(len, source)) <= BUDGET
