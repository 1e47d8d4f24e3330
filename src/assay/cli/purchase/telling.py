"""Telling the story of a purchase in a service that goes on."""

import signal
import time
from pathlib import Path
from threading import Event

from assay.cli.output import progress, say
from assay.cli.purchase.house import served, served_again
from assay.cli.purchase.players import PASSWORD
from assay.cli.purchase.stage import Stage
from assay.cli.purchase.story import IMAGES, Purchase, tell_story

#: Written last: a folder without it holds half a story.
_TOLD = "ACCOUNTS.txt"


def run_purchase(data: Path, *, seed: int, serve: bool, port: int) -> None:
    """Tell the story, once for each folder, and serve what came of it until Ctrl-C.

    Parameters
    ----------
    data
        Folder of the service's data.
    seed
        Fixes scenes and players; what the service draws is its own chance, as it must be.
    serve
        Whether to go on serving in the end.
    port
        Port to serve at; 0 takes a free one.
    """
    accounts = data / _TOLD
    if accounts.is_file():
        say(f"\nThe purchase was lived through before; remove {data} to see it again.\n")
        if serve:
            with served_again(data, port) as address:
                _keep(address, accounts)
        return
    say("\nA purchase in the service, every step by its API:\n")
    with progress("Drawing streets") as advance:
        stage = Stage.build(IMAGES, seed=seed, progress=advance)
    with served(_fresh(data), port) as (address, invitation):
        purchase = Purchase(address, stage, lambda line: say(f"{line}\n"))
        begun = time.monotonic()
        try:
            tell_story(purchase, invitation)
        finally:
            purchase.close()
        lines = [f"  {role:<14} {email}" for role, email in purchase.accounts]
        accounts.write_text("\n".join((*lines, f"  password       {PASSWORD}", "")), "utf-8")
        say(f"\nFrom the first account to the paid invoice in {time.monotonic() - begun:.0f} s.\n")
        if serve:
            _keep(address, accounts)


def _fresh(data: Path) -> Path:
    """Return a folder for a new story; half a story of an earlier try is put aside."""
    if data.exists():
        data.rename(data.with_name(f"{data.name}-interrupted-{time.time_ns()}"))
    return data


def _keep(address: str, accounts: Path) -> None:
    say(
        f"Serving at {address}/api/v1 until Ctrl-C. Sign in as:\n"
        f"{accounts.read_text(encoding='utf-8')}"
        f"What waits for whom: GET /projects/ID/insights/next-actions; see docs/service.\n"
    )
    stopping = Event()
    before = signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    try:
        stopping.wait()
    except KeyboardInterrupt:
        say("\nStopping.\n")
    finally:
        signal.signal(signal.SIGTERM, before)
