"""The command line: its commands in the order of its help, and how it ends."""

import gc
import sys
from typing import Annotated

import typer

from assay.cli.commands import annotators, client, files, purchase, quality, service
from assay.cli.commands.operating import audits, backups, keys
from assay.cli.commands.plan import plans
from assay.errors import AssayError

#: Exit code after Ctrl-C, as shells have it.
INTERRUPTED = 130

app = typer.Typer(
    name="assay",
    help="Judge the pixel labels that you buy: score, compare, accept and pay with evidence.",
    epilog="Exit codes: 0 done, 1 findings above the limit set, 2 wrong use.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Plain help: rich would take a fifth of a second to draw its boxes.
    rich_markup_mode=None,
)

#: Every command, as ``assay --help`` lists them.
_COMMANDS = (
    quality.evaluate,
    purchase.pilot,
    purchase.accept,
    quality.drift,
    quality.suspects,
    annotators.systematic,
    files.convert,
    quality.validate,
    annotators.agree,
    annotators.fuse,
    annotators.honesty,
    files.formats,
    files.explain,
    files.simulate,
    service.serve,
    service.worker,
    service.demo,
    client.deliver,
    client.login,
    client.logout,
    client.status,
)

_GROUPS = {"plan": plans, "audit": audits, "backup": backups, "keys": keys}

for _command in _COMMANDS:
    app.command()(_command)
for _name, _group in _GROUPS.items():
    app.add_typer(_group, name=_name)


@app.callback(invoke_without_command=True)
def root(*, version: Annotated[bool, typer.Option("--version", help="Print it.")] = False) -> None:
    """Hold the options that belong to no command."""
    if version:
        import assay

        typer.echo(assay.__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line; a caller's mistake is one message and exit code 2."""
    # Loading makes many objects and no garbage: looking for it takes a tenth of the start.
    # Commands that work for long switch it on again (see warming).
    gc.disable()
    try:
        app(prog_name="assay")
    except AssayError as error:
        typer.secho(f"assay: {one_line(str(error))}", fg=typer.colors.RED, err=True)
        sys.exit(2)
    except SystemExit as error:
        # What typer makes of Ctrl-C.
        if error.code == INTERRUPTED:
            typer.echo("assay: interrupted; nothing half written was left behind.", err=True)
        raise
    finally:
        gc.unfreeze()
        gc.enable()


def one_line(message: str) -> str:
    r"""Return a message without line breaks and control codes, which file names may hold.

    Examples
    --------
    >>> one_line("There is no 'a\nb\x1b[2J'.")
    "There is no 'a b\\x1b[2J'."
    """
    words = " ".join(message.splitlines())
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in words)
