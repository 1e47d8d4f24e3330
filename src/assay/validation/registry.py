"""The validation rules that Assay knows."""

from assay.plugins import Registry
from assay.validation import (
    boundaries,
    copied_shapes,
    cut_short,
    items,
    mixture,
    outlines,
    overlapping_shapes,
    relations,
    repeated_labels,
    specks,
    unlabelled,
    untouched_draft,
)
from assay.validation.spec import ValidationRule


def _rules() -> tuple[ValidationRule, ...]:
    return (
        *items.RULES,
        *unlabelled.RULES,
        *specks.RULES,
        *cut_short.RULES,
        *relations.RULES,
        *mixture.RULES,
        *overlapping_shapes.RULES,
        *outlines.RULES,
        *boundaries.RULES,
        *copied_shapes.RULES,
        *untouched_draft.RULES,
        *repeated_labels.RULES,
    )


#: Rules in the order in which they are run and listed.
VALIDATION_RULES: Registry[ValidationRule] = Registry("rule", "assay.rules", _rules)
