"""A delivery goes through the rules, and what they find comes back counted and listed."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assay import LabelMap, Ontology
from assay.assess.validate import Surroundings, validate, worst_items
from assay.delivery import Delivery, Finding, Severity
from assay.errors import ParameterError, UnknownNameError
from assay.validation.plan import ValidationPlan
from assess.deliveries import BROKEN, in_memory
from maps import TINY, drawn

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLEAN = "1111111 1122211 1122211 1111111"
SPECKLED = "1111111 1122211 1122211 1111131 1311111 1111111"


def specks_only(**settings: int) -> ValidationPlan:
    return ValidationPlan(("speck",), {"speck": settings})


def test_a_clean_delivery_has_no_findings() -> None:
    report = validate(in_memory("v", {"a": CLEAN, "b": CLEAN}), specks_only(), workers=1)
    assert report.findings == ()
    assert report.rules == ()
    assert report.clean_items == 2


def test_faults_are_counted_by_rule_and_by_item() -> None:
    delivery = in_memory("v", {"a": CLEAN, "b": SPECKLED, "c": SPECKLED})
    report = validate(delivery, specks_only(), workers=1)
    (rule,) = report.rules
    assert (rule.rule, rule.severity, rule.count, rule.items) == ("speck", Severity.WARNING, 4, 2)
    assert [dict(item.counts) for item in report.items] == [{}, {"speck": 2}, {"speck": 2}]
    assert [finding.item for finding in report.findings] == ["b", "b", "c", "c"]
    assert report.clean_items == 1


def test_remarks_leave_an_item_clean() -> None:
    report = validate(in_memory("v", {"a": "1144 1144"}), ValidationPlan(("void-used",)), workers=1)
    assert report.rules[0].severity == Severity.INFO
    assert report.clean_items == 1


def test_an_unreadable_item_is_a_finding_and_no_clean_item() -> None:
    report = validate(in_memory("v", {"a": CLEAN, "b": None}), specks_only(), workers=1)
    assert report.findings == (BROKEN,)
    assert [item.readable for item in report.items] == [True, False]
    assert report.items[1].errors == 1
    assert report.clean_items == 1


def test_findings_of_the_delivery_come_first_and_count_for_no_item() -> None:
    odd = Finding("ignored-file", Severity.INFO, "", "1 file is not read.", "Nothing.")
    delivery = replace(in_memory("v", {"a": SPECKLED}), findings=(odd,))
    report = validate(delivery, specks_only(), workers=1)
    assert report.findings[0] == odd
    assert {rule.rule: rule.items for rule in report.rules} == {"speck": 1, "ignored-file": 0}


def test_an_empty_delivery_is_validated() -> None:
    report = validate(in_memory("v", {}), workers=1)
    assert report.items == ()
    assert report.findings == ()


def test_findings_beyond_the_limit_are_counted_not_listed() -> None:
    delivery = in_memory("v", dict.fromkeys("abcd", SPECKLED))
    report = validate(delivery, replace(specks_only(), most_findings=3), workers=1)
    assert len(report.findings) == 3
    assert report.rules[0].count == 8


def test_workers_do_not_change_the_report() -> None:
    delivery = in_memory("v", {f"{n:02}": SPECKLED if n % 3 else CLEAN for n in range(30)})
    one, two = (validate(delivery, workers=workers) for workers in (1, 2))
    assert one.findings == two.findings
    assert one.rules == two.rules
    assert one.digest == two.digest


def test_the_worst_items_are_shown_with_their_findings() -> None:
    delivery = in_memory("v", {"a": CLEAN, "b": SPECKLED})
    report = validate(delivery, replace(specks_only(), worst=2), workers=1)
    (shown,) = report.worst
    assert shown.key == "b"
    assert shown.label_map == drawn(SPECKLED)
    assert [finding.rule for finding in shown.findings] == ["speck", "speck"]


def test_errors_rank_before_many_warnings() -> None:
    broken = Finding("x", Severity.ERROR, "a", "A.", "B.")

    def read(key: str) -> object:
        reading = delivery.read(key)
        return replace(reading, findings=(broken,)) if key == "a" else reading

    delivery = in_memory("v", {"a": CLEAN, "b": SPECKLED})
    spoilt = replace(delivery, read=read)  # type: ignore[arg-type]  # fails on purpose
    report = validate(spoilt, specks_only(), workers=1)
    assert worst_items(report.items) == ["a", "b"]


def test_settings_reach_their_rule() -> None:
    report = validate(in_memory("v", {"a": SPECKLED}), specks_only(least_px=1), workers=1)
    assert report.rules == ()
    assert report.settings["speck"]["least_px"] == 1


def test_rules_without_their_need_are_named() -> None:
    report = validate(in_memory("v", {"a": CLEAN}), workers=1)
    assert report.skipped["untouched-draft"].value == "pre-annotations"
    assert "untouched-draft" not in report.settings


def test_a_rule_asked_for_without_its_need_is_refused_with_the_way_out() -> None:
    with pytest.raises(ParameterError, match=r"needs pre-annotations.*--preannotation"):
        validate(in_memory("v", {"a": CLEAN}), ValidationPlan(("untouched-draft",)), workers=1)


def test_an_earlier_delivery_is_compared() -> None:
    rng = np.random.default_rng(3)
    noise: NDArray[np.uint16] = rng.integers(1, 4, (20, 40)).astype(np.uint16)
    delivery = in_memory("v", {"a": LabelMap.from_dense(noise)})
    plan = ValidationPlan(("repeated-labels",))
    report = validate(delivery, plan, surroundings=earlier(delivery), workers=1)
    assert [rule.rule for rule in report.rules] == ["repeated-labels"]


def earlier(delivery: Delivery) -> Surroundings:
    return Surroundings(previous=(replace(delivery, name="monday"),))


def test_deliveries_of_other_ontologies_are_refused() -> None:
    other = Ontology(TINY.classes)
    delivery = in_memory("v", {"a": CLEAN})
    with pytest.raises(ParameterError, match=r"different ontologies\. Open both with one"):
        validate(
            delivery, surroundings=earlier(in_memory("w", {"a": CLEAN}, ontology=other)), workers=1
        )


def test_unknown_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="mean speck"):
        ValidationPlan(("spek",))
    with pytest.raises(ParameterError, match=r"no parameter 'least'\. Did you mean"):
        ValidationPlan(settings={"speck": {"least": 3}})
    with pytest.raises(ParameterError, match="speck is set but not run"):
        ValidationPlan(("copied-shape",), {"speck": {"least_px": 3}})


def test_what_a_rule_says_in_detail_is_not_said_by_reading_too() -> None:
    overlap = Finding("coco-overlap", Severity.INFO, "a", "Overlap.", "Nothing.")
    outside = Finding("coco-outside", Severity.WARNING, "a", "Outside.", "Clip it.")
    plain = in_memory("v", {"a": CLEAN})
    reading = replace(plain.read("a"), findings=(overlap, outside), shapes=())
    delivery = replace(plain, format="coco", read=lambda _: reading)
    said = validate(delivery, ValidationPlan(("overlapping-shapes",)), workers=1).findings
    assert said == (outside,)
    assert len(validate(delivery, ValidationPlan(("speck",)), workers=1).findings) == 2
