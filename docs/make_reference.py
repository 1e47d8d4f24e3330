# ruff: noqa: INP001 - a script beside the pages that it writes, not a package
"""Write ``docs/reference``: commands, formats, metrics, findings, all plug-ins, lives.

Every page comes from the specs and from the command line itself, so what is registered is also
documented.  Run it after a change of either; a test fails while a page lags::

    python docs/make_reference.py
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from assay.assess.rules import RULES as ASSESS_RULES
from assay.cli.main import app
from assay.consensus.method import FusionMethod
from assay.consensus.registry import FUSION_METHODS
from assay.formats import FORMATS, RULES, Format
from assay.honesty import DETECTORS, Detector
from assay.metrics import Measure, Metric
from assay.metrics.agreement_statistics import STATISTICS
from assay.metrics.distance import DISTANCES
from assay.metrics.registry import MEASURES, METRICS
from assay.plugins import Spec
from assay.render.life import draw_life
from assay.render.validation.exports import EXPORTS
from assay.report.plan import DEFAULT_MEASURES
from assay.sampling import PLANS, AcceptancePlan
from assay.service.app import api_routes, right_of
from assay.service.jobs.kinds import BY_NAME, SCHEDULE
from assay.service.permissions import RIGHTS, ROLES
from assay.service.settings import Settings
from assay.service.webhooks.events import EVENTS
from assay.simulate.cheats import CHEATS, Cheat
from assay.simulate.faults import FAULTS, Fault
from assay.simulate.item_faults import ItemFaults
from assay.simulate.shape_faults import SHAPE_FAULTS, ShapeFault
from assay.sourcing.gates import GATES
from assay.sourcing.lives import LIVES, Life
from assay.sourcing.price import PriceComponent
from assay.sourcing.price_registry import PRICE_COMPONENTS
from assay.suspicion import METHODS as SUSPICION_METHODS
from assay.suspicion import RULES as SUSPECT_RULES
from assay.suspicion import Method as SuspicionMethod
from assay.validation import VALIDATION_RULES, ValidationRule

FOLDER = Path(__file__).parent / "reference"

_NOTE = "<!-- Written by docs/make_reference.py from the code; change it there. -->\n"


def pages() -> Mapping[str, str]:
    """Return the text of each page and picture by its file name."""
    return {
        "commands.md": commands_page(),
        "formats.md": formats_page(),
        "metrics.md": metrics_page(),
        "measures.md": measures_page(),
        "agreement.md": agreement_page(),
        "findings.md": findings_page(),
        "acceptance-plans.md": acceptance_plans_page(),
        "fusion-methods.md": fusion_methods_page(),
        "honesty-detectors.md": detectors_page(),
        "suspicion-methods.md": suspicion_methods_page(),
        "price-components.md": price_components_page(),
        "gates.md": gates_page(),
        "faults.md": faults_page(),
        "exports.md": exports_page(),
        "settings.md": settings_page(),
        "api.md": api_page(),
        "permissions.md": permissions_page(),
        "events.md": events_page(),
        "lives.md": lives_page(),
        **{f"lives/{life.thing}.svg": draw_life(life) for life in LIVES},
    }


def api_page() -> str:
    """Return every route of the service with the right that it demands."""
    tags: dict[str, list[str]] = {}
    for route in api_routes():
        right = right_of(route)
        told = f"`{right}`" if right else "no account"
        said = (route.description or route.name).strip().splitlines()[0]
        for method in sorted(route.methods or ()):
            line = f"| `{method} {route.path}` | {told} | {said} |"
            tags.setdefault(str(route.tags[0]) if route.tags else "service", []).append(line)
    head = ["| Route, after `/api/v1` | Right | What it does |", "|---|---|---|"]
    parts = [
        (
            "Every route of the service. The machine-readable description, with every field, is at "
            "`/api/v1/openapi.json` of a running service; who has which right stands in "
            "[the permission table](permissions.md). What may go wrong is "
            "`application/problem+json` everywhere; see [how the API speaks](../service/index.md)."
        ),
        *("\n".join([f"## {tag.capitalize()}", "", *head, *lines]) for tag, lines in tags.items()),
    ]
    return _page("The API", parts)


def permissions_page() -> str:
    """Return the permission table."""
    columns = [(kind, role) for kind, roles in ROLES.items() for role in roles]
    lines = [
        "| Right | " + " | ".join(role for _, role in columns) + " |",
        "|---" + "|:-:" * len(columns) + "|",
        *(
            f"| `{right}` | "
            + " | ".join("✓" if column in having else "" for column in columns)
            + " |"
            for right, having in RIGHTS.items()
        ),
    ]
    buyers, vendors = (", ".join(ROLES[kind]) for kind in ("buyer", "vendor"))
    parts = [
        (
            f"Roles at the buyer: {buyers}. Roles at a vendor: {vendors}. A token has some of its "
            "owner's rights."
        ),
        "\n".join(lines),
    ]
    return _page("Permissions", parts)


def commands_page() -> str:
    """Return every command with its arguments and options."""
    group: Any = typer.main.get_command(app)
    parts = [
        f"{group.help} {group.epilog}",
        "Every command says the same with `--help`.",
        *(_command(name, command) for name, command in _commands(group)),
    ]
    return _page("Commands", parts)


def formats_page() -> str:
    """Return every format: what it is, what survives it, how it is set."""
    rows = (
        (
            f"[`{entry.name}`](#{entry.name})",
            "yes",
            "no" if entry.write is None else "yes",
            "yes" if entry.lossless else "no",
            entry.summary,
        )
        for entry in FORMATS
    )
    parts = [
        (
            "Detection asks the formats in this order. *Lossless* means that any label map comes "
            "back unchanged."
        ),
        _table(("Format", "Reads", "Writes", "Lossless", "What it is"), rows),
        *(_section(entry, _format_facts(entry)) for entry in FORMATS),
    ]
    return _page("Formats", parts)


def metrics_page() -> str:
    """Return every metric."""
    rows = (
        (f"[`{metric.name}`](#{metric.name})", metric.level, f"`{metric.measure}`", metric.summary)
        for metric in METRICS
    )
    parts = [
        (
            "A metric turns the counts of a [measure](measures.md) into a score: of each class, or "
            "overall. Names are the keys of the JSON report."
        ),
        _table(("Metric", "Level", "Measure", "What it says"), rows),
        *(_section(metric, _metric_facts(metric)) for metric in METRICS),
    ]
    return _page("Metrics", parts)


def measures_page() -> str:
    """Return every measure."""
    rows = (
        (
            f"[`{measure.name}`](#{measure.name})",
            "yes" if measure.name in DEFAULT_MEASURES else "no",
            measure.summary,
        )
        for measure in MEASURES
    )
    parts = [
        (
            "A measure counts something of a pair of label maps, per class; counts of many images "
            "add up. `--measures` chooses."
        ),
        _table(("Measure", "By default", "What it counts"), rows),
        *(_section(measure, _measure_facts(measure)) for measure in MEASURES),
    ]
    return _page("Measures", parts)


def agreement_page() -> str:
    """Return every statistic of agreement, and every distance that alpha may weigh by."""
    statistics = (
        (f"[`{entry.name}`](#{entry.name})", _MADE_OF[entry.made_of], entry.summary)
        for entry in STATISTICS
    )
    distances = ((f"[`{entry.name}`](#{entry.name})", entry.summary) for entry in DISTANCES)
    parts = [
        (
            "`assay agree` takes these of several annotators, over all images, for each class, "
            "image and stratum. [Agreement](../agreement.md) says how to read them."
        ),
        _table(("Statistic", "Compares", "What it says"), statistics),
        "`--distance` says how Krippendorff's alpha weighs a disagreement:",
        _table(("Distance", "What it says"), distances),
        *(_section(entry, "") for entry in (*STATISTICS, *DISTANCES)),
    ]
    return _page("Agreement statistics", parts)


_MADE_OF = {
    "values": "all annotators at once",
    "overlaps": "each two annotators",
    "outlines": "each two annotators",
}


def findings_page() -> str:
    """Return every rule by which a finding is made."""
    checked = {rule.name: rule for rule in VALIDATION_RULES}
    read = tuple(rule for rule in (*ASSESS_RULES, *RULES) if rule.name not in checked)
    parts = [
        (
            "A finding is a vendor's mistake: a rule, a severity, the item, what is wrong with its "
            "values, and what to do. These are the rules."
        ),
        "## What `assay validate` looks for",
        "`--rules` chooses among these, `--set RULE.PARAMETER=VALUE` sets them.",
        _table(
            ("Rule", "What is wrong", "Needs"),
            (
                (f"[`{rule.name}`](#{rule.name})", rule.summary, _needs(rule))
                for rule in checked.values()
            ),
        ),
        "## What reading and judging finds",
        "Every command that reads a delivery reports these.",
        _table(
            ("Rule", "What is wrong"),
            ((f"[`{rule.name}`](#{rule.name})", rule.summary) for rule in read),
        ),
        "## What `assay suspects` finds",
        "Regions that are probably wrong; [label errors without gold](../suspects.md) says how.",
        _table(
            ("Rule", "What is wrong"),
            ((f"[`{rule.name}`](#{rule.name})", rule.summary) for rule in SUSPECT_RULES),
        ),
        *(_section(rule, _rule_facts(rule)) for rule in checked.values()),
        *(_section(rule, "") for rule in read),
        *(_section(rule, "") for rule in SUSPECT_RULES),
    ]
    return _page("Findings", parts)


def acceptance_plans_page() -> str:
    """Return every plan by which a batch can be accepted."""
    rows = (
        (f"[`{plan.name}`](#{plan.name})", "shares" if plan.shares_only else "any", plan.summary)
        for plan in PLANS
    )
    parts = [
        (
            "A plan decides about a batch from some of its images, at stated risks. An "
            "[acceptance file](../acceptance.md) names one for each claim. *Shares* are values of "
            "0 and 1: an image is right or faulty."
        ),
        _table(("Plan", "Values", "What it does"), rows),
        *(_section(plan, _plan_facts(plan)) for plan in PLANS),
    ]
    return _page("Acceptance plans", parts)


def fusion_methods_page() -> str:
    """Return every way to fuse several annotators."""
    rows = (
        (f"[`{method.name}`](#{method.name})", method.summary, _yes(method.hears_neighbours))
        for method in FUSION_METHODS
    )
    parts = [
        ("How [`assay fuse`](../consensus.md) makes one map of several. The default comes first."),
        _table(("Method", "What it does", "Asks neighbours"), rows),
        *(_section(method, _fusion_facts(method)) for method in FUSION_METHODS),
    ]
    return _page("Fusion methods", parts)


def detectors_page() -> str:
    """Return every detector of work that was not done."""
    rows = (
        (f"[`{entry.name}`](#{entry.name})", entry.summary, "; ".join(entry.needs))
        for entry in DETECTORS
    )
    parts = [
        (
            "`assay honesty` runs those that have what they need. Settings stand in the honesty "
            "file as `[detectors.NAME]`. [Honesty](../honesty.md) says how to read a report; a "
            "flag is a question and never a verdict."
        ),
        _table(("Detector", "What it sees", "Needs"), rows),
        *(_section(entry, _detector_facts(entry)) for entry in DETECTORS),
    ]
    return _page("Honesty detectors", parts)


def suspicion_methods_page() -> str:
    """Return every way to look for label errors without gold."""
    rows = (
        (f"[`{method.name}`](#{method.name})", method.summary, _yes(not method.thresholds))
        for method in SUSPICION_METHODS
    )
    parts = [
        (
            "How [`assay suspects`](../suspects.md) finds and scores regions whose labels are "
            "probably wrong. The default comes first."
        ),
        _table(("Method", "What it does", "Takes others' labels"), rows),
        *(_section(method, _suspicion_facts(method)) for method in SUSPICION_METHODS),
    ]
    return _page("Suspicion methods", parts)


def price_components_page() -> str:
    """Return every way in which vendors charge."""
    rows = (
        (f"[`{entry.name}`](#{entry.name})", _CHARGED[entry.when], entry.summary)
        for entry in PRICE_COMPONENTS
    )
    parts = [
        (
            "A [rate card](../rate-card.md) states some of these. Percentages are of what the "
            "units of work cost, so no fee is charged on a fee."
        ),
        _table(("Component", "Charged", "What it is"), rows),
        *(_section(entry, _price_facts(entry)) for entry in PRICE_COMPONENTS),
    ]
    return _page("Price components", parts)


def gates_page() -> str:
    """Return every gate that excludes vendors."""
    rows = ((f"[`{entry.name}`](#{entry.name})", entry.summary) for entry in GATES)
    parts = [
        (
            "A [scorecard](../quotes.md#the-scorecard) weighs answers; a gate excludes a vendor "
            "whatever its answers score."
        ),
        _table(("Gate", "What it demands"), rows),
        *(_section(entry, _settings("Settings:", entry.parameters)) for entry in GATES),
    ]
    return _page("Gates", parts)


_CHARGED = {
    "work": "by the unit",
    "batch": "on each batch",
    "period": "at the end of a period",
}


def faults_page() -> str:
    """Return every fault and every cheat that a simulated annotator may have."""
    rows = ((f"[`{fault.name}`](#{fault.name})", fault.summary) for fault in FAULTS)
    parts = [
        (
            "Simulated annotators go wrong in known ways, so that it can be tested whether a "
            "report finds what was put in."
        ),
        _table(("Fault", "What it does"), rows),
        "A fault spoils one image. A cheat concerns a whole batch:",
        _table(
            ("Cheat", "What it does"),
            ((f"[`{cheat.name}`](#{cheat.name})", cheat.summary) for cheat in CHEATS),
        ),
        "A fault of shapes is made while outlines are drawn, before they are painted:",
        _table(
            ("Fault of shapes", "What it does"),
            ((f"[`{fault.name}`](#{fault.name})", fault.summary) for fault in SHAPE_FAULTS),
        ),
        *(_section(fault, _fault_facts(fault)) for fault in (*FAULTS, *SHAPE_FAULTS)),
        *(_section(cheat, _fault_facts(cheat)) for cheat in CHEATS),
        "## Faults of items",
        (
            "Whole items go wrong as well: `assay.simulate.item_faults.spoil_items` leaves items "
            "out, gives them other names, the labels of another item or half their size, and adds "
            "some that nobody asked for."
        ),
        _settings("Parameters of `ItemFaults`:", ItemFaults),
    ]
    return _page("Simulated faults", parts)


def exports_page() -> str:
    """Return every form in which findings go to reviewers' tools."""
    rows = ((f"[`{export.name}`](#{export.name})", export.summary) for export in EXPORTS)
    parts = [
        (
            "`assay validate DELIVERY … --export NAME FILE` writes the findings for the tool in "
            "which reviewers look at them. The findings are those that the report lists."
        ),
        _table(("Export", "What it is"), rows),
        *(_section(export, "") for export in EXPORTS),
    ]
    return _page("Exports for reviewers", parts)


def settings_page() -> str:
    """Return every setting of the service: its variable, default, range and meaning."""
    prefix = Settings.model_config["env_prefix"]
    rows = (
        (
            f"`{prefix}{name.upper()}`",
            _setting_default(field),
            ", ".join(_bounds(field.metadata)) or _choices(field.annotation),
            str(field.description),
        )
        for name, field in Settings.model_fields.items()
    )
    parts = [
        (
            "The service reads its settings from the environment when it starts; one that cannot "
            "be used ends it with a message that names the variable. "
            "[Operations](../service/operations.md) says which to think about."
        ),
        _table(("Variable", "Default", "Allowed", "What it says"), rows),
    ]
    return _page("Settings of the service", parts)


def events_page() -> str:
    """Return what webhooks can subscribe to, and what the service does at fixed moments."""
    events = ((f"`{event.name}`", event.summary) for event in EVENTS)
    recurring = (
        (entry.summary, f"`{entry.kind}`", BY_NAME[entry.kind].summary) for entry in SCHEDULE
    )
    parts = [
        "[Webhooks](../service/webhooks.md) subscribe to events by these names.",
        _table(("Event", "What happened"), events),
        "At fixed moments the service does, once however many workers there are:",
        _table(("When", "Job", "What it does"), recurring),
    ]
    return _page("Events", parts)


def lives_page() -> str:
    """Return the life of each thing that has states."""
    parts = [
        (
            "All that can happen to the things of a purchase, and at whose hand; `system` is the "
            "service itself. What is not here cannot be done: it is answered with 409 and with "
            "the steps that are possible. In a picture, a dot is a state in which a step is "
            "possible, and its arrow ends at the state after."
        ),
        *(_life(life) for life in LIVES),
    ]
    return _page("Lives", parts)


def _life(life: Life[Any, Any]) -> str:
    rows = (
        (f"`{move.state}`", move.step, f"`{move.becomes}`", " or ".join(move.who), move.means)
        for move in life.moves
    )
    table = _table(("State", "Step", "State after", "Who", "What it means"), rows)
    picture = f"![The life of a {life.thing}](lives/{life.thing}.svg)"
    return f"## {life.thing.capitalize()}\n\n{picture}\n\n{table}"


def _setting_default(field: FieldInfo) -> str:
    if field.default is None or field.default == ():
        return "none"
    text = str(field.default)
    return f"`{text.lower() if isinstance(field.default, bool) else text}`"


def _bounds(metadata: Iterable[object]) -> Iterator[str]:
    for bound in metadata:
        if hasattr(bound, "ge"):
            yield f"from {bound.ge}"
        if hasattr(bound, "le"):
            yield f"to {bound.le}"


def _choices(annotation: object) -> str:
    if get_origin(annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(annotation))
    return "`true`, `false`" if annotation is bool else "any"


def write(folder: Path = FOLDER) -> None:
    """Write every page."""
    for name, text in pages().items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _page(title: str, parts: Iterable[str]) -> str:
    return "\n\n".join([f"# {title}", _NOTE.strip(), *(part.strip() for part in parts)]) + "\n"


def _section(spec: Spec, facts: str) -> str:
    parts = (f"## {spec.name}", _sentence(spec.summary), facts, _lowered(spec.advice))
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _lowered(markdown: str) -> str:
    """Return Markdown with headings one level lower, so that they stand below their spec's."""
    parts = re.split(r"(^```.*?^```)", markdown, flags=re.DOTALL | re.MULTILINE)
    parts[::2] = [re.sub(r"^(#+ )", r"#\1", part, flags=re.MULTILINE) for part in parts[::2]]
    return "".join(parts)


def _format_facts(entry: Format) -> str:
    return _settings("Options of `assay convert --option NAME=VALUE`:", entry.options)


def _metric_facts(metric: Metric) -> str:
    of = "each class" if metric.level == "class" else "everything together"
    better = "higher is better" if metric.higher_is_better else "lower is better"
    measure = f"[`{metric.measure}`](measures.md#{metric.measure})"
    return f"*{metric.title}*: one score of {of}; {better}. Counted by {measure}."


def _measure_facts(measure: Measure) -> str:
    columns = ", ".join(f"`{column}`" for column in measure.columns)
    scores = ", ".join(
        f"[`{metric.name}`](metrics.md#{metric.name})"
        for metric in METRICS
        if metric.measure == measure.name
    )
    counted = f"Columns: {columns}." + (f" Scored by {scores}." if scores else "")
    return "\n\n".join(
        part for part in (counted, _settings("Parameters:", measure.parameters)) if part
    )


def _needs(rule: ValidationRule) -> str:
    return "" if rule.needs is None else rule.needs.value


def _rule_facts(rule: ValidationRule) -> str:
    needs = "" if rule.needs is None else f"Is run where these are given: {rule.needs.value}."
    settings = _settings("Parameters:", rule.parameters)
    return "\n\n".join(part for part in (needs, settings) if part)


def _plan_facts(plan: AcceptancePlan) -> str:
    return _settings("Settings in an acceptance file:", plan.parameters)


def _fusion_facts(method: FusionMethod) -> str:
    return _settings("Settings of `assay fuse --set NAME=VALUE`:", method.parameters)


def _suspicion_facts(method: SuspicionMethod) -> str:
    return _settings("Settings of `assay suspects --set NAME=VALUE`:", method.parameters)


def _yes(said: bool) -> str:  # noqa: FBT001 - the value of a cell
    return "yes" if said else "no"


def _detector_facts(entry: Detector) -> str:
    asked = f"*{entry.title}.* Ask: {entry.question}"
    honest = "\n".join(f"- {reason}" for reason in entry.innocent)
    settings = _settings(f"Settings in `[detectors.{entry.name}]`:", entry.parameters)
    return "\n\n".join([asked, f"Honest explanations:\n\n{honest}", settings])


def _price_facts(entry: PriceComponent) -> str:
    settings = _settings(f"Settings in `[price.{entry.name}]`:", entry.parameters)
    return f"*{entry.title}* on invoices.\n\n{settings}"


def _fault_facts(fault: Fault | Cheat | ShapeFault) -> str:
    return _settings(f"Parameters of `{fault.parameters.__name__}`:", fault.parameters)


def _settings(title: str, values: type[Any]) -> str:
    """Return the fields of a dataclass of settings with their defaults; "" where it has none."""
    rows = [(f"`{field.name}`", _field_default(field)) for field in fields(values)]
    return f"{title}\n\n{_table(('Name', 'Default'), rows)}" if rows else ""


def _field_default(field: Field[Any]) -> str:
    if field.default_factory is not MISSING:
        return f"`{field.default_factory()!r}`"
    return "required" if field.default is MISSING else f"`{field.default!r}`"


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer keeps its class to itself
    """Yield every command by its whole name; those of a group after the group itself."""
    for name, command in group.commands.items():
        yield before + name, command
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")


def _command(name: str, command: Any) -> str:  # noqa: ANN401 - typer keeps its class to itself
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option"]
    usage = " ".join(
        [
            "assay",
            name,
            *(["COMMAND"] if hasattr(command, "commands") else []),
            *(argument.name.upper() for argument in arguments),
            "[OPTIONS]",
        ]
    )
    parts = [f"## {name}", command.help, f"```console\n$ {usage}\n```"]
    if arguments:
        rows = ((f"`{param.name.upper()}`", param.help) for param in arguments)
        parts.append(_table(("Argument", "What it is"), rows))
    if options:
        parts.append(_table(("Option", "Default", "What it is"), map(_option, options)))
    return "\n\n".join(parts)


def _option(option: Any) -> tuple[str, str, str]:  # noqa: ANN401 - typer keeps its class to itself
    names = ", ".join(f"`{name}`" for name in option.opts)
    return names, _default(option), option.help + (" Repeatable." if option.multiple else "")


def _default(option: Any) -> str:  # noqa: ANN401 - typer keeps its class to itself
    if option.required:
        return "required"
    if option.default is None or option.default is False or option.default in ("", ()):
        return ""
    return f"`{option.default}`"


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    def lines() -> Iterator[str]:
        yield "| " + " | ".join(titles) + " |"
        yield "|" + "---|" * len(titles)
        for row in rows:
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"

    return "\n".join(lines())


if __name__ == "__main__":
    write()
