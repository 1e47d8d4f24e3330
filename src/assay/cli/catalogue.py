"""``assay formats`` and ``assay explain``: what there is, from the specs themselves."""

import difflib
import sys
from collections.abc import Iterator

from assay.assess.rules import RULES as ASSESS_RULES
from assay.cli.output import make_console, say
from assay.errors import UnknownNameError
from assay.formats import FORMATS, RULES
from assay.metrics.agreement_statistics import STATISTICS
from assay.metrics.distance import DISTANCES
from assay.metrics.registry import MEASURES, METRICS
from assay.plugins import Spec


def list_formats() -> None:
    """Print every format: a table on a terminal, tab-separated lines in a pipe."""
    if not sys.stdout.isatty():
        for entry in FORMATS:
            writes = "read only" if entry.write is None else "read and write"
            say(f"{entry.name}\t{writes}\t{entry.summary}\n")
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for title in ("Format", "Reads", "Writes", "Lossless", "What it is"):
        table.add_column(title)
    for entry in FORMATS:
        written = "yes" if entry.write is not None else "no"
        table.add_row(entry.name, "yes", written, "yes" if entry.lossless else "no", entry.summary)
    make_console().print(table)


def specs() -> Iterator[tuple[str, Spec]]:
    """Yield every plug-in with its kind, in the order in which names are looked up."""
    # Here, because listing formats needs none.
    from assay.consensus.registry import FUSION_METHODS
    from assay.honesty import DETECTORS
    from assay.render.validation.exports import EXPORTS
    from assay.sampling import PLANS
    from assay.simulate.cheats import CHEATS
    from assay.simulate.faults import FAULTS
    from assay.simulate.shape_faults import SHAPE_FAULTS
    from assay.sourcing.gates import GATES
    from assay.sourcing.price_registry import PRICE_COMPONENTS
    from assay.suspicion import METHODS
    from assay.suspicion import RULES as SUSPECT_RULES
    from assay.validation import VALIDATION_RULES

    yield from (("metric", spec) for spec in METRICS)
    yield from (("measure", spec) for spec in MEASURES)
    yield from (("agreement statistic", spec) for spec in STATISTICS)
    yield from (("distance", spec) for spec in DISTANCES)
    yield from (("format", spec) for spec in FORMATS)
    yield from (("rule", spec) for spec in (*VALIDATION_RULES, *RULES, *ASSESS_RULES))
    yield from (("acceptance plan", spec) for spec in PLANS)
    yield from (("fusion method", spec) for spec in FUSION_METHODS)
    yield from (("rule", spec) for spec in SUSPECT_RULES)
    yield from (("suspicion method", spec) for spec in METHODS)
    yield from (("export", spec) for spec in EXPORTS)
    yield from (("honesty detector", spec) for spec in DETECTORS)
    yield from (("price component", spec) for spec in PRICE_COMPONENTS)
    yield from (("gate", spec) for spec in GATES)
    yield from (("fault", spec) for spec in FAULTS)
    yield from (("fault", spec) for spec in SHAPE_FAULTS)
    yield from (("cheat", spec) for spec in CHEATS)


def explain_name(name: str) -> None:
    """Print the advice of every plug-in of that name."""
    known = list(specs())
    wanted = name.replace("-", "_").lower()
    found = [entry for entry in known if entry[1].name.replace("-", "_") == wanted]
    if not found:
        names = sorted({spec.name for _, spec in known})
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(names)}."
        raise UnknownNameError(f"Nothing is called {name!r}. {hint}")
    page = "\n".join(
        f"# {spec.name} ({kind})\n\n{spec.summary}\n\n{spec.advice}\n" for kind, spec in found
    )
    if not sys.stdout.isatty():
        say(page)
        return
    from rich.markdown import Markdown

    make_console().print(Markdown(page))
