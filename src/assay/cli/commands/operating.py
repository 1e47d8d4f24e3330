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


@audits.command(name="accept-loss")
def audit_accept_loss(*, data: Data = None) -> None:
    """Go on with a log that lost its end; the heads are set aside, and the log says so."""
    from assay.cli.audit import run_accept_loss

    run_accept_loss(data=data)


backups = typer.Typer(
    help="Keep all that the service knows at another place, and put it back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

#: Where backups are.
Place = Annotated[str, typer.Argument(help="A folder or s3://BUCKET/PREFIX.")]
Name = Annotated[str, typer.Option(help="Name of the backup; the newest by default.")]


@backups.command(name="make")
def backup_make(
    place: Place,
    *,
    anew: Annotated[
        bool, typer.Option("--anew", help="Copy again what is there: mends damaged files.")
    ] = False,
    data: Data = None,
) -> None:
    """Add a backup, while the service runs; files that are there are not copied again."""
    from assay.cli.backup import run_make

    run_make(place, anew=anew, data=data)


@backups.command(name="check")
def backup_check(place: Place, *, name: Name = "", data: Data = None) -> None:
    """Read every byte of a backup and compare it with its digest; exit with 1 on a fault."""
    from assay.cli.backup import run_check

    run_check(place, name=name, data=data)


@backups.command(name="restore")
def backup_restore(
    place: Place,
    *,
    name: Name = "",
    data: Data = None,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Take a backup older than the signed log.")
    ] = False,
) -> None:
    """Put a backup into an empty service, every file compared with its digest."""
    from assay.cli.backup import run_restore

    run_restore(place, name=name, data=data, accept_loss=accept_loss)


keys = typer.Typer(
    help="Change the master keys that open what is stored.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@keys.command(name="add")
def keys_add(
    identifier: Annotated[str, typer.Argument(help="Name of the new key: a year, a number.")],
    *,
    data: Data = None,
) -> None:
    """Put a new master key before the others; restart the service, then rotate."""
    from assay.cli.backup import run_add_key

    run_add_key(identifier, data=data)


@keys.command(name="rotate")
def keys_rotate(*, data: Data = None) -> None:
    """Wrap the keys of all files by the newest master key; the files stay as they are."""
    from assay.cli.backup import run_rotate

    run_rotate(data=data)
