"""The formats that Assay knows, and what their findings mean."""

from assay.delivery import Rule
from assay.formats.source_rules import SOURCE_RULES
from assay.formats.spec import Format
from assay.plugins import Registry


def _formats() -> tuple[Format, ...]:
    # Imported here, because formats import the package that imports this module.
    from assay.formats.assay_runs import ASSAY_RUNS  # noqa: PLC0415

    return (ASSAY_RUNS,)


def _rules() -> tuple[Rule, ...]:
    from assay.formats import assay_runs, keys  # noqa: PLC0415

    return (*SOURCE_RULES, *keys.KEY_RULES, *assay_runs.RULES)


#: Formats, in the order in which detection asks them.
FORMATS: Registry[Format] = Registry("format", "assay.formats", _formats)

#: What every finding of a source or format means.
RULES: Registry[Rule] = Registry("rule", "assay.format_rules", _rules)
