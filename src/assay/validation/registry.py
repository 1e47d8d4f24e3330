"""The validation rules that Assay knows."""

from assay.plugins import Registry
from assay.validation import copied_shapes, repeated_labels, specks, untouched_draft
from assay.validation.spec import ValidationRule


def _rules() -> tuple[ValidationRule, ...]:
    return (
        *specks.RULES,
        *copied_shapes.RULES,
        *untouched_draft.RULES,
        *repeated_labels.RULES,
    )


#: Rules in the order in which they are run and listed.
VALIDATION_RULES: Registry[ValidationRule] = Registry("rule", "assay.rules", _rules)
