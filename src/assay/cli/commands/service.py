"""Commands that run the service."""

from pathlib import Path
from typing import Annotated

import typer


def serve(
    *,
    data: Annotated[Path | None, typer.Option(help="Folder of the service's data.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen at; 127.0.0.1 by default.")] = "",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 8080 by default.")
    ] = None,
) -> None:
    """Run the service: the whole purchase, for a browser and for programs."""
    from assay.cli.serve import run_serve

    run_serve(data=data, host=host, port=port)


def worker(
    *,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Jobs done at once.")] = 2,
) -> None:
    """Do the service's jobs on another machine; settings come from the environment."""
    from assay.cli.serve import run_worker

    run_worker(threads=threads)


def demo(
    context: typer.Context,
    *,
    out: Annotated[Path, typer.Option(help="Folder for the pilot and its report.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Same seed, same files.")] = 1,
    serve: Annotated[bool, typer.Option(help="Keep the service running in the end.")] = True,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Its port; 0 for a free one.")] = 0,
) -> None:
    """Simulate a pilot, show the reports, then live through a purchase in the service."""
    from assay.cli.demo import run_demo

    run_demo(out, seed=seed, serve=serve, port=port, command=context.find_root().command)
