"""Commands of people who work with a service elsewhere."""

from pathlib import Path
from typing import Annotated

import typer


def deliver(
    batch: Annotated[str, typer.Argument(help="Identifier of the batch.")],
    archive: Annotated[Path, typer.Argument(help="Zip or tar with the labels.")],
    *,
    wait: Annotated[
        bool, typer.Option(help="Wait until it is judged, and show what was found.")
    ] = True,
) -> None:
    """Upload labels for a batch; an upload that was cut off goes on where it stopped."""
    from assay.cli.deliver import run_deliver

    run_deliver(batch, archive, wait=wait)


def login(
    address: Annotated[str, typer.Argument(help="Address of the service.")],
    *,
    email: Annotated[str, typer.Option(prompt="Email", help="Your address.")],
    password: Annotated[
        str,
        typer.Option(
            prompt="Password",
            hide_input=True,
            envvar="ASSAY_PASSWORD",
            show_default=False,
            help="Asked for where it is not given; better not given here.",
        ),
    ],
    code: Annotated[
        str | None, typer.Option(help="Code of your phone, or for recovery, if you have any.")
    ] = None,
) -> None:
    """Sign in to a service: `status` and `deliver` then know it for 30 days.

    Who signs in by a provider and has no password makes a token at POST /api/v1/tokens instead,
    and sets ASSAY_URL and ASSAY_TOKEN.
    """
    from assay.cli.extra import service_extra

    with service_extra():
        from assay.cli.login import run_login

    run_login(address, email=email, password=password, code=code)


def logout() -> None:
    """Revoke the token that `login` made, and forget it."""
    from assay.cli.extra import service_extra

    with service_extra():
        from assay.cli.login import run_logout

    run_logout()


def status() -> None:
    """Say who you are at the service, and what waits there."""
    from assay.cli.extra import service_extra

    with service_extra():
        from assay.cli.login import run_status

    run_status()
