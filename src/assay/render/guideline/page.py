"""A version of a guideline as one HTML page that annotators read."""

import base64
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from markupsafe import Markup

from assay.labels import LabelClass
from assay.render.page import fill


@dataclass(frozen=True)
class ShownPicture:
    """A picture of a class.

    Parameters
    ----------
    jpeg
        A file of our own making.
    width, height
        Its size in pixels.
    right
        Whether it is labelled as it should be.
    caption
        What to look at; may be empty.
    """

    jpeg: bytes
    width: int
    height: int
    right: bool
    caption: str

    @property
    def address(self) -> str:
        """The picture itself, as an address."""
        return "data:image/jpeg;base64," + base64.b64encode(self.jpeg).decode("ascii")


@dataclass(frozen=True)
class ShownClass:
    """A class with its pictures, right ones first."""

    label: LabelClass
    pictures: tuple[ShownPicture, ...]

    @property
    def color(self) -> str:
        """Its colour as pages write it."""
        return "#{:02x}{:02x}{:02x}".format(*self.label.color)


@dataclass(frozen=True)
class ShownCase:
    """A settled case.

    Parameters
    ----------
    kind
        What its kind is called.
    title
        What it looks like.
    ruling
        What to do: HTML that is safe.
    """

    kind: str
    title: str
    ruling: Markup


@dataclass(frozen=True)
class GuidelineSheet:
    """A version of a guideline.

    Parameters
    ----------
    project
        Name of what is bought.
    number
        Its version.
    published
        When it was published; None for a draft.
    text
        The text: HTML that is safe.
    classes
        Every class, in the order of the ontology.
    cases
        Every settled case.
    """

    project: str
    number: int
    published: datetime | None
    text: Markup
    classes: tuple[ShownClass, ...]
    cases: tuple[ShownCase, ...]

    @property
    def kinds(self) -> tuple[tuple[str, tuple[ShownCase, ...]], ...]:
        """The cases by their kind."""
        ordered = sorted(self.cases, key=lambda case: case.kind)
        grouped = groupby(ordered, key=lambda case: case.kind)
        return tuple((kind, tuple(cases)) for kind, cases in grouped)

    @property
    def pictures(self) -> int:
        """How many pictures it shows."""
        return sum(len(shown.pictures) for shown in self.classes)


def guideline_page(sheet: GuidelineSheet) -> str:
    """Return a version of a guideline as one HTML page; equal sheets give equal text."""
    return fill("guideline.html.jinja", sheet=sheet)
