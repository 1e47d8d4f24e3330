"""What a vendor says of itself: capabilities, certificates with evidence, countries."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from assay.errors import ParameterError


class ProviderType(StrEnum):
    """How a vendor works."""

    COMPANY = "company"
    CROWD = "crowd"
    MANAGED = "managed"
    IN_HOUSE = "in-house"


@dataclass(frozen=True)
class Certificate:
    """An attestation, as far as it was checked.

    Parameters
    ----------
    name
        ``ISO 27001``, ``SOC 2``, ``HIPAA``, ….
    evidence
        Where the document lies, for example its digest; empty where the vendor only claims it.
    expires_on
        Last day on which it holds, or None where it has no end.
    """

    name: str
    evidence: str = ""
    expires_on: date | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ParameterError("A certificate has no name. Name it, such as ISO 27001.")

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on a day."""
        return self.expires_on is None or day <= self.expires_on


@dataclass(frozen=True)
class VendorProfile:
    """A vendor of the registry.

    Parameters
    ----------
    name
        Unique.
    provider_type
        How it works.
    countries
        Where work is done, ISO 3166-1 alpha-2.
    certificates
        Each name at most once.
    formats
        Formats that it delivers, by Assay's names.
    tools, shapes, qa_layers, domains
        CVAT, …; polygon, mask, …; self-check, peer, …; driving, medical, ….
    video
        Whether it labels sequences.
    """

    name: str
    provider_type: ProviderType = ProviderType.COMPANY
    countries: frozenset[str] = field(default_factory=frozenset)
    certificates: tuple[Certificate, ...] = ()
    formats: frozenset[str] = field(default_factory=frozenset)
    tools: frozenset[str] = field(default_factory=frozenset)
    shapes: frozenset[str] = field(default_factory=frozenset)
    qa_layers: frozenset[str] = field(default_factory=frozenset)
    domains: frozenset[str] = field(default_factory=frozenset)
    video: bool = False

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ParameterError("A vendor has no name. Give every vendor a name.")
        for code in sorted(self.countries):
            check_country(code)
        names = [certificate.name for certificate in self.certificates]
        if len(set(names)) < len(names):
            raise ParameterError(f"{self.name} states a certificate twice. State each once.")


def check_country(code: str) -> None:
    """Refuse what is no country code.

    Examples
    --------
    >>> check_country("Kenya")
    Traceback (most recent call last):
    ...
    assay.errors.ParameterError: Country 'Kenya' is not an ISO 3166-1 code such as KE.
    """
    if not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
        raise ParameterError(f"Country {code!r} is not an ISO 3166-1 code such as KE.")
