"""What is different between two versions of a guideline."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields

from sqlalchemy.orm import Session

from assay.labels import LabelClass, Ontology
from assay.service.projects import store
from assay.service.projects.tables import EdgeCaseRow, GuidelineRow, PictureRow


@dataclass(frozen=True)
class Line:
    """A line of the text: ``mark`` is ``+`` where it is new, ``-`` where it is gone, or a blank."""

    mark: str
    text: str


@dataclass(frozen=True)
class ClassChange:
    """A class that is explained otherwise; ``fields`` are the ones that differ."""

    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class CaseChange:
    """A case whose ruling changed, or that only one of the versions settles (the other None)."""

    kind: str
    title: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Difference:
    """All that is different; empty parts are the same in both versions.

    Parameters
    ----------
    text
        Lines that differ, with three lines around them.
    classes_added, classes_removed, classes_changed
        Classes.
    cases
        Cases.
    pictures_added, pictures_removed
        Pictures, by what they show: a copy of the same picture is the same.
    """

    text: tuple[Line, ...]
    classes_added: tuple[str, ...]
    classes_removed: tuple[str, ...]
    classes_changed: tuple[ClassChange, ...]
    cases: tuple[CaseChange, ...]
    pictures_added: tuple[str, ...]
    pictures_removed: tuple[str, ...]


def difference(session: Session, older: GuidelineRow, newer: GuidelineRow) -> Difference:
    """Return what is different in the newer version."""
    was, now = store.classes_of(session, older), store.classes_of(session, newer)
    before = _by_content(store.pictures(session, older.id))
    after = _by_content(store.pictures(session, newer.id))
    return Difference(
        text=compare_texts(older.text, newer.text),
        classes_added=_only_in(now, was),
        classes_removed=_only_in(was, now),
        classes_changed=compare_classes(was, now),
        cases=_compare_cases(
            store.edge_cases(session, older.id), store.edge_cases(session, newer.id)
        ),
        pictures_added=tuple(after[key] for key in after if key not in before),
        pictures_removed=tuple(before[key] for key in before if key not in after),
    )


def compare_texts(older: str, newer: str) -> tuple[Line, ...]:
    r"""Return the lines that differ, with three lines around them.

    Examples
    --------
    >>> [line.mark + line.text for line in compare_texts("Cars\nno mirrors", "Cars\nmirrors too")]
    [' Cars', '-no mirrors', '+mirrors too']
    """
    found = difflib.unified_diff(older.splitlines(), newer.splitlines(), lineterm="", n=3)
    return tuple(
        Line(line[0], line[1:])
        for place, line in enumerate(found)
        # The first two lines name files.
        if place > 1 and not line.startswith("@@")
    )


def compare_classes(older: Ontology, newer: Ontology) -> tuple[ClassChange, ...]:
    """Return the classes of both versions that are explained otherwise."""
    before = {label.name: label for label in older.classes}
    return tuple(
        ClassChange(label.name, changed)
        for label in newer.classes
        if label.name in before and (changed := _changed_fields(before[label.name], label))
    )


def _changed_fields(before: LabelClass, after: LabelClass) -> tuple[str, ...]:
    names = (field.name for field in fields(LabelClass))
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def _only_in(here: Ontology, there: Ontology) -> tuple[str, ...]:
    known = {label.name for label in there.classes}
    return tuple(label.name for label in here.classes if label.name not in known)


def _compare_cases(older: list[EdgeCaseRow], newer: list[EdgeCaseRow]) -> tuple[CaseChange, ...]:
    before, after = _rulings(older), _rulings(newer)
    return tuple(
        CaseChange(kind, title, before.get((kind, title)), after.get((kind, title)))
        for kind, title in {**before, **after}
        if before.get((kind, title)) != after.get((kind, title))
    )


def _rulings(cases: list[EdgeCaseRow]) -> Mapping[tuple[str, str], str]:
    return {(case.kind, case.title): case.ruling for case in cases}


def _by_content(pictures: list[PictureRow]) -> Mapping[tuple[str, bool, str], str]:
    return {(row.class_name, row.right, row.blob): row.id for row in pictures}
