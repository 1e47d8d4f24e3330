"""The formats that Assay knows, and what their findings mean."""

from assay.delivery import Rule
from assay.formats.source_rules import SOURCE_RULES
from assay.formats.spec import Format
from assay.plugins import Registry

# Formats are imported in these functions, because they import the package that imports this module.


def _formats() -> tuple[Format, ...]:
    from assay.formats.assay_json import ASSAY_JSON
    from assay.formats.assay_runs import ASSAY_RUNS
    from assay.formats.coco import COCO
    from assay.formats.color_png import COLOR_PNG
    from assay.formats.index_png import INDEX_PNG
    from assay.formats.voc import VOC

    return (ASSAY_RUNS, ASSAY_JSON, COCO, VOC, COLOR_PNG, INDEX_PNG)


def _rules() -> tuple[Rule, ...]:
    from assay.formats import (
        assay_json,
        assay_runs,
        coco_rules,
        mask_rules,
        photograph_rules,
        png_rules,
        soft_map_rules,
        strict_json,
        voc,
    )

    return (
        *SOURCE_RULES,
        *png_rules.PNG_RULES,
        *mask_rules.MASK_RULES,
        *voc.VOC_RULES,
        *photograph_rules.PHOTOGRAPH_RULES,
        *soft_map_rules.SOFT_MAP_RULES,
        *strict_json.JSON_RULES,
        *coco_rules.COCO_RULES,
        *assay_json.RULES,
        *assay_runs.RULES,
    )


#: Formats, in the order in which detection asks them.
FORMATS: Registry[Format] = Registry("format", "assay.formats", _formats)

#: What every finding of a source or format means.
RULES: Registry[Rule] = Registry("rule", "assay.format_rules", _rules)
