"""Suspects as findings, for reviewers' tools and for ``--fail-on``."""

from assay.delivery import Finding, Rule, Severity
from assay.labels import Ontology
from assay.suspicion.kinds import KIND_BY_NAME, KINDS, Kind
from assay.suspicion.suspect import Suspect


def rule_name(kind: Kind) -> str:
    """Return the code of the findings of a kind, for example ``suspect-missing-object``."""
    return f"suspect-{kind.name.replace('_', '-')}"


def _rule(kind: Kind) -> Rule:
    says = kind.says.format(label="one class", rival="another")
    return Rule(
        rule_name(kind),
        f"Suspect: {kind.title}.",
        f"`assay suspects` found a region that is probably wrong: {says}. "
        f"{kind.remedy.format(label='the labelled class', rival='the other class')}\n\n"
        "A suspect is a reason to look, not a proof: a model can be wrong, and so can others. "
        "Suspects are ranked; look at the first ones first, and stop where they are mostly sound.",
    )


#: One rule for each kind of suspect.
RULES: tuple[Rule, ...] = tuple(map(_rule, KINDS))


def as_finding(suspect: Suspect, ontology: Ontology) -> Finding:
    """Return a suspect as a finding, with its box.

    Parameters
    ----------
    suspect
        Any suspect.
    ontology
        Whose indexes it holds.
    """
    kind = KIND_BY_NAME[suspect.kind]
    says, remedy = sentences_of(suspect, ontology)
    return Finding(
        rule_name(kind),
        Severity.WARNING,
        suspect.item,
        f"{kind.title.capitalize()}, {suspect.area_px} px: {says} "
        f"({suspect.rival_share:.0%} against {suspect.label_share:.0%}; score "
        f"{suspect.score:.2f}).",
        remedy,
        suspect.region,
    )


def sentences_of(suspect: Suspect, ontology: Ontology) -> tuple[str, str]:
    """Return what the evidence says of a suspect, and what to do if it is right."""
    kind = KIND_BY_NAME[suspect.kind]
    label, rival = (
        index_name(index, ontology) if index else "nothing"
        for index in (suspect.label, suspect.rival)
    )
    return kind.says.format(label=label, rival=rival), kind.remedy.format(label=label, rival=rival)


def index_name(index: int, ontology: Ontology) -> str:
    """Return the class name of an index, or ``unlabelled``, or ``void``."""
    if index == 0:
        return "unlabelled"
    return ontology.names[index - 1] if index < ontology.first_void else "void"
