"""A vendor's mistake, said so that the vendor can mend it."""

from dataclasses import dataclass
from enum import StrEnum

from assay.errors import MalformedError


class Severity(StrEnum):
    """How much a finding matters."""

    #: The item cannot be used as it is.
    ERROR = "error"
    #: The item is usable, but something is probably wrong.
    WARNING = "warning"
    #: Worth knowing; nothing to mend.
    INFO = "info"


@dataclass(frozen=True)
class Region:
    """A box of pixels: rows ``top`` to ``bottom``, columns ``left`` to ``right``, ends excluded."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Rule:
    """The documented meaning of a finding's code; a plug-in spec (see :mod:`assay.plugins`).

    Parameters
    ----------
    name
        Stable code, for example ``png-checksum``.
    summary
        What is wrong, in one line.
    advice
        Why it matters and how to mend it, in Markdown.
    """

    name: str
    summary: str
    advice: str


@dataclass(frozen=True)
class Finding:
    """One fault of one item.

    Parameters
    ----------
    rule
        Stable code of the fault; ``assay explain CODE`` says more.
    severity
        How much it matters.
    item
        Key of the item, or ``""`` for the delivery as a whole.
    message
        What is wrong, with values.  Never a path outside the delivery.
    remedy
        What the vendor should do.
    region
        Where in the image, if the fault has a place.
    """

    rule: str
    severity: Severity
    item: str
    message: str
    remedy: str
    region: Region | None = None

    @classmethod
    def from_error(cls, item: str, error: MalformedError) -> "Finding":
        """Return the error finding for an item whose bytes break their format."""
        return cls(error.rule, Severity.ERROR, item, error.message, error.remedy)
