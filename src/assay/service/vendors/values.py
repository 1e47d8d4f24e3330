"""Rows of vendors as the values that the library judges."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from assay.service.vendors.tables import (
    CertificateRow,
    ProposalRequestRow,
    RateCardRow,
    VendorRow,
)
from assay.sourcing import (
    Certificate,
    GateTerms,
    ProviderType,
    Question,
    RateCard,
    Scorecard,
    VendorProfile,
)
from assay.sourcing.gates import AllowedCountries, RequiredCertificates, WantedFormats


def profile_value(
    name: str, row: VendorRow, certificates: Iterable[CertificateRow]
) -> VendorProfile:
    """Return a vendor as the gates see it.

    Of several certificates of one name the checked one that holds longest counts; evidence that
    the buyer has not checked is none.
    """
    best: dict[str, CertificateRow] = {}
    for certificate in sorted(certificates, key=_worth):
        best[certificate.name] = certificate
    return VendorProfile(
        name,
        ProviderType(row.provider_type),
        frozenset(row.countries),
        tuple(_certificate(entry) for entry in best.values()),
        frozenset(row.formats),
        frozenset(row.tools),
        frozenset(row.shapes),
        frozenset(row.qa_layers),
        frozenset(row.domains),
        row.video,
    )


def card_value(row: RateCardRow) -> RateCard:
    """Return a stored card."""
    return RateCard.from_table(row.document)


def scorecard_value(row: ProposalRequestRow) -> Scorecard:
    """Return what a request asks and demands."""
    return scorecard(row.questions, row.gates)


def scorecard(questions: Iterable[Mapping[str, Any]], gates: Mapping[str, Any]) -> Scorecard:
    """Return the scorecard of questions and gates as they are stored."""
    return Scorecard(
        tuple(Question(**question) for question in questions),
        tuple(_gates(gates)),
    )


def _gates(stated: Mapping[str, Any]) -> Iterable[GateTerms]:
    if names := stated.get("certificates"):
        until = stated.get("certificates_until")
        day = None if until is None else date.fromisoformat(until)
        yield GateTerms("certificates", RequiredCertificates(tuple(names), day))
    if stated.get("countries") is not None:
        yield GateTerms("countries", AllowedCountries(tuple(stated["countries"])))
    if names := stated.get("formats"):
        yield GateTerms("formats", WantedFormats(tuple(names)))


def _certificate(row: CertificateRow) -> Certificate:
    return Certificate(row.name, (row.evidence or "") if row.checked else "", row.expires_on)


def _worth(row: CertificateRow) -> tuple[bool, date]:
    return row.checked is not None, row.expires_on or date.max
