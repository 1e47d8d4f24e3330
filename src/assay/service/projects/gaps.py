"""What a guideline leaves open, found before annotators find it."""

from collections.abc import Mapping
from dataclasses import dataclass

from assay.labels import Ontology

#: Kinds of cases that come up in every project, with the words to ask about them.
USUAL_CASES: Mapping[str, str] = {
    "occlusion": "objects partly hidden by others",
    "reflection": "reflections and glass",
    "shadow": "shadows",
    "ambiguous-boundary": "boundaries that cannot be seen",
    "touching-objects": "objects that touch",
    "frame-edge": "objects cut by the frame",
    "small-object": "objects of a few pixels",
}


@dataclass(frozen=True)
class Gap:
    """Something left open.

    Parameters
    ----------
    subject
        A class, or a kind of case.
    blocks
        Whether work may not be sent out with it.
    message, remedy
        What is open, and what to do.
    """

    subject: str
    blocks: bool
    message: str
    remedy: str


def find_gaps(
    ontology: Ontology,
    *,
    text: str,
    settled_kinds: frozenset[str],
    pictured: Mapping[str, frozenset[bool]],
) -> tuple[Gap, ...]:
    """Return what a guideline leaves open, blocking gaps first.

    Parameters
    ----------
    ontology
        The classes that it must explain.
    text
        What annotators read.
    settled_kinds
        Kinds of the cases that it settles.
    pictured
        For each class, whether there is a right picture (True) and a wrong one (False).
    """
    gaps: list[Gap] = []
    for label in ontology.classes:
        name, shown = label.name, pictured.get(label.name, frozenset())
        if not shown:
            gaps.append(
                Gap(name, True, f"{name} has no picture.", f"Upload a right example of {name}.")
            )
        elif False not in shown:
            gaps.append(
                Gap(name, False, f"{name} has no wrong picture.", f"Show a usual fault at {name}.")
            )
        if not label.definition and name.lower() not in text.lower():
            gaps.append(
                Gap(name, False, f"Nothing says what {name} is.", f"Define {name} in a sentence.")
            )
    gaps += [
        Gap(kind, False, f"No case settles {words}.", f"Settle a case of the kind {kind}.")
        for kind, words in USUAL_CASES.items()
        if kind not in settled_kinds
    ]
    return tuple(sorted(gaps, key=lambda gap: not gap.blocks))
