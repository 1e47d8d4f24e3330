"""What a search for systematic errors found, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assay.attribution.mistake import Mistake
from assay.attribution.settings import AttributionSettings
from assay.delivery import Finding, Region
from assay.labels import LabelMap, Ontology
from assay.report import Score

#: Whose error it is.  ``shared``: most vendors make it, so the guideline is unclear; ``vendor``:
#: one vendor makes it, so its people need training; ``annotator``: one person needs coaching;
#: ``open``: it happens, but the images do not say whose it is.
Verdict = Literal["shared", "vendor", "annotator", "open"]


@dataclass(frozen=True)
class Cause:
    """One reason for a mistake that is more than chance.

    Parameters
    ----------
    verdict
        Whose error it is.
    vendor
        Name, or ``""`` where it is shared.
    annotator
        Name, or ``""`` where it is shared or the whole vendor's.
    p_value
        Of the test.
    adjusted
        The p-value adjusted for all tests of the report: the false discovery rate at which this
        cause is still named.
    """

    verdict: Verdict
    vendor: str = ""
    annotator: str = ""
    p_value: float = 1.0
    adjusted: float = 1.0


@dataclass(frozen=True, eq=False)
class Instance:
    """One place where a mistake happened.

    Parameters
    ----------
    vendor, annotator
        Who made it; the annotator is ``""`` where unknown.
    item
        Image.
    region
        Box around the largest connected piece.
    pixels
        Wrong pixels in the whole image.
    reference, candidate, mask
        Windows of both maps and of the mistake (1 where it happened), around the region.
    image
        The same window of the photograph, uint8 of shape (height, width, 3); None where not given.
    """

    vendor: str
    annotator: str
    item: str
    region: Region
    pixels: int
    reference: LabelMap
    candidate: LabelMap
    mask: LabelMap
    image: NDArray[np.uint8] | None = None


@dataclass(frozen=True)
class SystematicError:
    """One mistake, how often each vendor and annotator makes it, and whose it is.

    Parameters
    ----------
    mistake
        What goes wrong.
    text
        The same in words: ``truck is called car``.
    floor
        Share below which it is not worth anybody's time, or which another expert reaches, too.
    vendors
        Share of the class's pixels that go wrong, on average over images that have the class, by
        vendor.
    annotators
        The same by vendor and annotator; empty where annotators are unknown.
    pixels
        Wrong pixels of all vendors together.
    images
        Number of images that have the class.
    causes
        Whose error it is; empty where the evidence does not say.
    instances
        Examples, the largest first.
    """

    mistake: Mistake
    text: str
    floor: float
    vendors: Mapping[str, Score]
    annotators: Mapping[tuple[str, str], Score]
    pixels: int
    images: int
    causes: tuple[Cause, ...]
    instances: tuple[Instance, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The widest cause: shared before a vendor's before an annotator's."""
        found = {cause.verdict for cause in self.causes}
        order: tuple[Verdict, ...] = ("shared", "vendor", "annotator")
        return next((verdict for verdict in order if verdict in found), "open")


@dataclass(frozen=True)
class SystematicReport:
    """Every mistake that is worth a look, the named causes first.

    Parameters
    ----------
    vendors
        Names, in the order given.
    annotators
        Pairs of vendor and annotator; empty where annotators are unknown.
    reference, further_reference
        Names of the reference and of the other expert's labels, ``""`` for none.
    ontology
        Whose classes these are.
    settings
        Every choice.
    errors
        Mistakes, those with a cause first, then by how much goes wrong.
    tests
        Number of hypotheses that were tested together.
    images
        Number of images of the reference.
    unscored
        Images of each vendor that are missing, unreadable or of the wrong size; they take no part,
        because what is not there is no mistake of a kind.
    findings
        Faults of files, by vendor.
    version
        Version that made the report.
    """

    vendors: tuple[str, ...]
    annotators: tuple[tuple[str, str], ...]
    reference: str
    further_reference: str
    ontology: Ontology
    settings: AttributionSettings
    errors: tuple[SystematicError, ...]
    tests: int
    images: int
    unscored: Mapping[str, int]
    findings: tuple[tuple[str, Finding], ...]
    version: str
