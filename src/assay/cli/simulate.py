"""``assay simulate``: a pilot, a production or a workshop whose truth is known."""

from pathlib import Path
from typing import Any

from assay.cli.output import progress, say
from assay.cli.warming import announce_compilation
from assay.errors import ParameterError
from assay.simulate.pilot import simulate_pilot

#: What can be simulated.
KINDS = ("pilot", "production", "workshop")


def run_simulate(
    target: Path,
    *,
    kind: str,
    images: int | None,
    batches: int,
    height: int | None,
    width: int | None,
    soft: bool,
    seed: int,
) -> None:
    """Write what is simulated and say what to do with it."""
    if kind not in KINDS:
        raise ParameterError(f"--kind is {kind!r}; give {' or '.join(KINDS)}.")
    if soft and kind != "pilot":
        raise ParameterError("--soft writes the soft maps of a pilot. Leave it out, or --kind.")
    given = {"images": images, "height": height, "width": width}
    # Sizes that are not given have the defaults of what is made.
    sizes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    with announce_compilation(), progress("Simulating") as advance:
        if kind == "pilot":
            simulate_pilot(target, soft=soft, seed=seed, progress=advance, **sizes)
        elif kind == "workshop":
            from assay.simulate.workshop import simulate_workshop

            simulate_workshop(target, seed=seed, progress=advance, **sizes)
        else:
            from assay.simulate.production import simulate_production

            simulate_production(target, batches=batches, seed=seed, progress=advance, **sizes)
    command = {"pilot": "pilot", "production": "drift", "workshop": "honesty"}[kind]
    say(f"Wrote {target}. Judge it with: assay {command} {target / f'{command.upper()}.toml'}\n")
