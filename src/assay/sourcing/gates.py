"""Hard gates: what excludes a vendor whatever its answers score.  Plug-ins."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from assay.errors import ParameterError
from assay.plugins import Registry
from assay.sourcing.profile import VendorProfile, check_country


@dataclass(frozen=True)
class Gate:
    """A condition that a vendor must meet; a plug-in.

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`.
    parameters
        Frozen dataclass of what the buyer demands.
    failures
        ``failures(profile, parameters, day)`` yields why a vendor does not pass on a day, none
        where it does.
    """

    name: str
    summary: str
    advice: str
    parameters: type[Any]
    failures: Callable[[VendorProfile, Any, date], Iterator[str]]


@dataclass(frozen=True)
class RequiredCertificates:
    """Certificates that must hold, with evidence.

    Parameters
    ----------
    names
        Of the certificates.
    until
        Day up to which they must hold: the end of the project; None for the day of judging.
    """

    names: tuple[str, ...]
    until: date | None = None


@dataclass(frozen=True)
class AllowedCountries:
    """Countries in which work may be done.

    Parameters
    ----------
    codes
        ISO 3166-1 alpha-2.
    """

    codes: tuple[str, ...]

    def __post_init__(self) -> None:
        for code in self.codes:
            check_country(code)


@dataclass(frozen=True)
class WantedFormats:
    """Formats of which one must be delivered.

    Parameters
    ----------
    names
        Of formats.
    """

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.names:
            raise ParameterError("No format is wanted. Name one at least, or leave the gate out.")


def _missing_certificates(
    profile: VendorProfile, wanted: RequiredCertificates, day: date
) -> Iterator[str]:
    held = {certificate.name: certificate for certificate in profile.certificates}
    until = day if wanted.until is None else max(day, wanted.until)
    for name in wanted.names:
        certificate = held.get(name)
        if certificate is None:
            yield f"{profile.name} has no {name}."
        elif not certificate.evidence:
            yield f"{profile.name} claims {name} without evidence."
        elif not certificate.holds_on(until):
            expired = "expired" if certificate.expires_on < day else "expires"  # type: ignore[operator]  # None holds always
            yield (
                f"{name} of {profile.name} {expired} on {certificate.expires_on}; "
                f"it must hold until {until}."
            )


def _forbidden_countries(
    profile: VendorProfile, allowed: AllowedCountries, day: date
) -> Iterator[str]:
    del day
    if not profile.countries:
        yield f"{profile.name} does not say in which countries it works."
    foreign = sorted(profile.countries - set(allowed.codes))
    if foreign:
        yield (
            f"{profile.name} works in {', '.join(foreign)}; "
            f"allowed are {', '.join(sorted(allowed.codes)) or 'none'}."
        )


def _unsupported_formats(profile: VendorProfile, wanted: WantedFormats, day: date) -> Iterator[str]:
    del day
    if profile.formats.isdisjoint(wanted.names):
        offered = ", ".join(sorted(profile.formats)) or "nothing that it names"
        yield f"{profile.name} delivers {offered}; wanted is {' or '.join(wanted.names)}."


GATES: Registry[Gate] = Registry(
    "gate",
    "assay.gates",
    lambda: (
        Gate(
            name="certificates",
            summary="Certificates hold until the project ends, and there is evidence of each.",
            advice="""\
A claim without evidence does not count, and a certificate that expires while the project runs does
not either: ask for the renewal before you send data.
""",
            parameters=RequiredCertificates,
            failures=_missing_certificates,
        ),
        Gate(
            name="countries",
            summary="Work is done in allowed countries only.",
            advice="""\
Every country in which a vendor works must be allowed, also those of its subcontractors: a vendor
that does not say where it works does not pass.
""",
            parameters=AllowedCountries,
            failures=_forbidden_countries,
        ),
        Gate(
            name="formats",
            summary="One of the wanted formats is delivered.",
            advice="""\
Name every format that you can take. Assay reads what the usual tools write, so this gate seldom
needs to be narrow.
""",
            parameters=WantedFormats,
            failures=_unsupported_formats,
        ),
    ),
)
