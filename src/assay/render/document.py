"""What all JSON documents share: how they are written, and how scores and findings stand in them.

Each document names its ``schema``; the schemas are package data (``schemas/NAME-1.json``).  Equal
values give equal bytes; a score of nothing is ``null``, never ``NaN``, which JSON lacks.
"""

import json
import math
from importlib.resources import files
from typing import Any

from assay.delivery import Finding
from assay.render.writing import encodable
from assay.report import Score

Document = dict[str, Any]


def dump(document: Document) -> str:
    r"""Write a document as text: two spaces of indent, one newline at the end, UTF-8 in full.

    Examples
    --------
    >>> dump({"name": "Müller", "score": None})
    '{\n  "name": "Müller",\n  "score": null\n}\n'
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)
    return encodable(text) + "\n"


def read_schema(name: str) -> Document:
    """Return a published JSON Schema (draft 2020-12) by its name, such as ``report-1``.

    Examples
    --------
    >>> read_schema("report-1")["properties"]["schema"]
    {'const': 'assay.report/1'}
    """
    text = files("assay.render").joinpath("schemas", f"{name}.json").read_text("utf-8")
    schema: Document = json.loads(text)
    return schema


def number(value: float) -> float | None:
    """Return a number as JSON has it: ``None`` where it is not finite."""
    return float(value) if math.isfinite(value) else None


def score_document(score: Score) -> Document:
    """Return a score with the ends of its interval."""
    return {
        "value": number(score.value),
        "low": number(score.low),
        "high": number(score.high),
    }


def finding_document(finding: Finding) -> Document:
    """Return a finding with its region, ``None`` where it has no place."""
    region = finding.region
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "item": finding.item,
        "message": finding.message,
        "remedy": finding.remedy,
        "region": None
        if region is None
        else {
            "top": region.top,
            "left": region.left,
            "bottom": region.bottom,
            "right": region.right,
        },
    }
