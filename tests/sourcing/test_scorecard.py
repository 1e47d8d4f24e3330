"""Weighted answers, and gates that no answer outweighs."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import ParameterError
from assay.sourcing.gates import (
    GATES,
    AllowedCountries,
    RequiredCertificates,
    WantedFormats,
)
from assay.sourcing.profile import Certificate, VendorProfile
from assay.sourcing.scorecard import GateTerms, Question, Scorecard, ScoredVendor, ranked

DAY = date(2026, 3, 1)
ASKED = (Question("qa", "How is work checked?", 3), Question("team", "Who does the work?"))
PROFILE = VendorProfile(
    "Northlight",
    countries=frozenset({"PL", "DE"}),
    certificates=(
        Certificate("ISO 27001", "sha256:ab", date(2026, 12, 31)),
        Certificate("SOC 2", "", date(2030, 1, 1)),
        Certificate("HIPAA", "sha256:cd"),
    ),
    formats=frozenset({"coco", "voc"}),
)


def judged(*gates: GateTerms, marks: dict[str, int] | None = None) -> ScoredVendor:
    return Scorecard(ASKED, gates).judge(PROFILE, marks or {"qa": 4, "team": 1}, DAY)


def messages(*gates: GateTerms) -> list[str]:
    return [failure.message for failure in judged(*gates).failures]


def test_answers_count_by_their_weight() -> None:
    assert judged().score == Decimal("65.00")  # (3 × 4 + 1 × 1) of (3 + 1) × 5


def test_an_answer_without_a_mark_leaves_no_score() -> None:
    partly = judged(marks={"team": 5})
    assert (partly.score, partly.unmarked) == (None, ("qa",))


@pytest.mark.parametrize(
    ("gate", "failures"),
    [
        (RequiredCertificates(("ISO 27001", "HIPAA")), []),
        (RequiredCertificates(("ISO 27001",), date(2026, 12, 31)), []),
        (
            RequiredCertificates(("ISO 27001",), date(2027, 1, 1)),
            [
                "ISO 27001 of Northlight expires on 2026-12-31; it must hold until 2027-01-01.",
            ],
        ),
        (RequiredCertificates(("SOC 2",)), ["Northlight claims SOC 2 without evidence."]),
        (RequiredCertificates(("TISAX",)), ["Northlight has no TISAX."]),
    ],
)
def test_certificates_hold_and_have_evidence(
    gate: RequiredCertificates, failures: list[str]
) -> None:
    assert messages(GateTerms("certificates", gate)) == failures


def test_an_expired_certificate_is_said_to_be_expired() -> None:
    late = Scorecard(ASKED, (GateTerms("certificates", RequiredCertificates(("ISO 27001",))),))
    (failure,) = late.judge(PROFILE, {}, date(2027, 2, 1)).failures
    assert "expired on 2026-12-31" in failure.message


def test_work_is_done_in_allowed_countries_only() -> None:
    assert messages(GateTerms("countries", AllowedCountries(("DE", "PL", "FR")))) == []
    assert messages(GateTerms("countries", AllowedCountries(("DE",)))) == [
        "Northlight works in PL; allowed are DE."
    ]


def test_who_does_not_say_where_it_works_does_not_pass() -> None:
    terms = GateTerms("countries", AllowedCountries(("DE",)))
    silent = Scorecard(ASKED, (terms,)).judge(VendorProfile("Silent"), {}, DAY)
    assert not silent.eligible
    assert silent.failures[0].message == "Silent does not say in which countries it works."


def test_one_wanted_format_suffices() -> None:
    assert messages(GateTerms("formats", WantedFormats(("cityscapes", "coco")))) == []
    assert messages(GateTerms("formats", WantedFormats(("nifti",)))) == [
        "Northlight delivers coco, voc; wanted is nifti."
    ]


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5)), min_size=1, max_size=6))
def test_a_score_lies_in_0_to_100_and_never_falls_when_a_mark_rises(
    asked: list[tuple[int, int]],
) -> None:
    card = Scorecard(
        tuple(Question(str(place), "?", weight) for place, (weight, _) in enumerate(asked))
    )
    marks = {str(place): mark for place, (_, mark) in enumerate(asked)}
    score = card.judge(PROFILE, marks, DAY).score
    assert score is not None
    assert 0 <= score <= 100
    better = card.judge(PROFILE, {**marks, "0": min(5, marks["0"] + 1)}, DAY).score
    assert better is not None
    assert better >= score


def test_who_fails_a_gate_stands_behind_all_who_pass() -> None:
    best = ScoredVendor(
        "Best", Decimal(99), judged(GateTerms("formats", WantedFormats(("nifti",)))).failures, ()
    )
    fair = ScoredVendor("Fair", Decimal(60), (), ())
    good = ScoredVendor("Good", Decimal(80), (), ())
    open_ = ScoredVendor("Open", None, (), ("qa",))
    assert [vendor.vendor for vendor in ranked([best, open_, fair, good])] == [
        "Good", "Fair", "Open", "Best",
    ]  # fmt: skip


def test_a_mark_is_one_of_six_and_of_a_question() -> None:
    with pytest.raises(ParameterError, match="from 0 to 5"):
        judged(marks={"qa": 6})
    with pytest.raises(ParameterError, match="Mark qa, team"):
        judged(marks={"price": 3})


def test_what_is_no_scorecard_is_refused() -> None:
    with pytest.raises(ParameterError, match="its own name"):
        Scorecard((ASKED[0], ASKED[0]))
    with pytest.raises(ParameterError, match="weight of 1 or more"):
        Question("qa", "How?", 0)
    with pytest.raises(ParameterError, match="takes WantedFormats"):
        GateTerms("formats", AllowedCountries(("DE",)))
    with pytest.raises(ParameterError, match="such as KE"):
        AllowedCountries(("Kenya",))
    with pytest.raises(ParameterError, match="a certificate twice"):
        VendorProfile("A", certificates=(Certificate("SOC 2"), Certificate("SOC 2")))


def test_every_gate_has_its_advice() -> None:
    assert GATES.names() == ("certificates", "countries", "formats")
    assert all(gate.summary.endswith(".") and gate.advice.strip() for gate in GATES)
