"""Pages: one self-contained HTML file each, from a template and a few values.

A page needs nothing beside itself: no network, no script, no font.  Everything that a vendor
wrote (names, keys, messages) is escaped, and characters that hide or reorder text are made
visible.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from assay.delivery import Severity
from assay.render import writing
from assay.render.finding_groups import count_severities, group_findings
from assay.render.metric_names import higher_is_better, title


def fill(template: str, **values: Any) -> str:  # noqa: ANN401 - whatever the template shows
    """Return a page as text, to be written as UTF-8; equal values give equal text.

    Parameters
    ----------
    template
        File in ``templates``; it extends ``layout.html.jinja``.
    values
        What it shows, and the functions of its subject that it calls.
    """
    return writing.encodable(_environment().get_template(template).render(values))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("assay.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters.update(_FILTERS)
    environment.tests["better"] = lambda name, higher: higher_is_better(name) == higher
    environment.globals.update(_GLOBALS)
    return environment


def _finalize(value: Any) -> Any:  # noqa: ANN401 - jinja shows any value
    return writing.visible(value) if type(value) is str else value


def _bare_percent(share: float) -> str:
    """Write a share for a table whose caption says percent."""
    return writing.percent(share).removesuffix("\xa0%")


_FILTERS: dict[str, Callable[..., object]] = {
    "decimal": writing.decimal,
    "signed": writing.signed,
    "percent": writing.percent,
    "bare_percent": _bare_percent,
    "level": writing.level,
    "count": writing.count,
    "hours": writing.hours,
    "noun": writing.noun,
    "interval": writing.interval,
    "signed_interval": writing.signed_interval,
    "estimate": writing.estimate,
    "title_of": title,
    "of": lambda name, scores: scores[name],
}

_GLOBALS: dict[str, object] = {
    "MOST_FINDINGS": 5,
    "NAN": math.nan,
    "Severity": Severity,
    "count_severities": count_severities,
    "group_findings": group_findings,
    "higher_is_better": higher_is_better,
}
