"""Commands for whoever runs the service or audits it; each imports what it needs when it runs."""

from pathlib import Path
from typing import Annotated

import typer

#: Where the service's data are; the environment says the rest.
Data = Annotated[Path | None, typer.Option(help="Folder of the service's data.")]

audits = typer.Typer(
    help="Show that nobody rewrote what was done: the log, its export, its public key.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@audits.command(name="verify")
def audit_verify(
    log: Annotated[Path, typer.Argument(help="Exported log; - for standard input.")],
    *,
    key: Annotated[Path, typer.Option(help="File with the log's public key.")],
    anchors: Annotated[str, typer.Option(help="Signed heads: a folder or s3://BUCKET/PREFIX.")],
    endpoint: Annotated[str, typer.Option(help="Address of an S3 API; empty for Amazon's.")] = "",
    json: Annotated[
        Path | None, typer.Option(help="Write the JSON document; - for standard output.")
    ] = None,
) -> None:
    """Check a log against its anchors; exit with 1 where it was changed, and say where."""
    from assay.cli.audit import run_verify

    run_verify(log, key=key, anchors=anchors, endpoint=endpoint, json=json)


@audits.command(name="export")
def audit_export(
    out: Annotated[Path, typer.Argument(help="File to write; - for standard output.")],
    *,
    data: Data = None,
) -> None:
    """Write the log as it is stored, one entry a line."""
    from assay.cli.audit import run_export

    run_export(out, data=data)


@audits.command(name="key")
def audit_key(*, data: Data = None) -> None:
    """Print the public key that checks signed heads; give it to auditors once, by hand."""
    from assay.cli.audit import run_key

    run_key(data=data)
