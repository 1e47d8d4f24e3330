"""Findings for reviewers, as files that their tools open."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from assay.delivery import Finding
from assay.plugins import Registry
from assay.validation.report import ValidationReport


@dataclass(frozen=True)
class ImageNames:
    """How the reviewers' tool calls the images.

    Parameters
    ----------
    name
        Returns the path of an item's image with extension, or None where it is not known.
    url
        What stands before the path where a tool wants an address.
    """

    name: Callable[[str], str | None] = lambda _: None
    url: str = "/data/local-files/?d="

    def of(self, key: str) -> str:
        """Return the path of an item's image; where it is not known, that of a JPEG."""
        return self.name(key) or f"{key}.jpg"


@dataclass(frozen=True)
class Export:
    """A form of findings; a plug-in spec (see :mod:`assay.plugins`).

    Parameters
    ----------
    name, summary, advice
        See :mod:`assay.plugins`.
    text
        ``text(report, names)`` returns the content of a file.
    """

    name: str
    summary: str
    advice: str
    text: Callable[[ValidationReport, ImageNames], str]


@dataclass(frozen=True)
class ReviewedImage:
    """An image with what was found in it.

    Parameters
    ----------
    place
        Its place among all items of the delivery, from 0, or behind them where it is missing.
    key
        Its item.
    size
        Height and width in pixels, None where it could not be read.
    findings
        What was found, in the order of the report.
    """

    place: int
    key: str
    size: tuple[int, int] | None
    findings: tuple[Finding, ...]


def reviewed_images(report: ValidationReport) -> Iterator[ReviewedImage]:
    """Yield each image with listed findings; those of the delivery as a whole have no image."""
    places = {item.key: place for place, item in enumerate(report.items)}
    sizes = {item.key: item.size for item in report.items}
    of_items = sorted(
        (finding for finding in report.findings if finding.item),
        key=lambda finding: (places.get(finding.item, len(places)), finding.item),
    )
    beyond = len(places)
    for key, findings in groupby(of_items, key=lambda finding: finding.item):
        place = places.get(key, beyond)
        beyond += place == beyond
        yield ReviewedImage(place, key, sizes.get(key), tuple(findings))


def _exports() -> tuple[Export, ...]:
    # Imported late: the modules import this one.
    from assay.render.validation.cvat import CVAT
    from assay.render.validation.label_studio import LABEL_STUDIO

    return (CVAT, LABEL_STUDIO)


#: Forms of findings, for ``assay validate --export NAME FILE``.
EXPORTS: Registry[Export] = Registry("export", "assay.exports", _exports)
