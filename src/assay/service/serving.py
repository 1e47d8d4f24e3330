"""Starting the service: the server with its workers, or workers alone."""

import signal
import socket
import sys
import threading
from collections.abc import Callable

import uvicorn

from assay.errors import SourceError
from assay.service.accounts import actions, store
from assay.service.accounts.tables import UserRow
from assay.service.app import create_app
from assay.service.database import Database
from assay.service.jobs.kind import Workbench
from assay.service.jobs.kinds import BY_NAME, SCHEDULE
from assay.service.jobs.worker import Worker
from assay.service.logs import start_logging
from assay.service.migrations import upgrade
from assay.service.settings import Settings
from assay.service.storage.opening import open_blobs


def serve(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Serve until the process is asked to stop; then let requests and jobs end.

    Parameters
    ----------
    settings
        Choices of whoever runs the service.
    say
        Told the address, and at the first start how to make the first account.

    Raises
    ------
    SourceError
        When the port is taken.
    """
    start_logging(settings)
    app = create_app(settings)
    listener = _listen(settings.host, settings.port)
    address = settings.public_url or f"http://{settings.host}:{listener.getsockname()[1]}"
    say(f"Assay is served at {address}; Ctrl-C ends it.\n")
    invitation = first_invitation(app.state.database, settings)
    if invitation is not None:
        say(f"Nobody has an account yet. This invitation makes the first admin's: {invitation}\n")
    config = uvicorn.Config(
        app, log_config=None, server_header=False, timeout_graceful_shutdown=20, lifespan="on"
    )
    # Once it has stopped, uvicorn raises the signal anew: being asked to stop is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.Server(config).run(sockets=[listener])


def work(settings: Settings, *, threads: int, say: Callable[[str], None]) -> None:
    """Do jobs until the process is asked to stop; then let running ones end."""
    start_logging(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database)
    upgrade(database)
    blobs = open_blobs(settings.storage, settings.key_file, endpoint=settings.storage_endpoint)
    bench = Workbench(database, blobs, settings)
    worker = Worker(bench, BY_NAME, threads=threads, schedule=SCHEDULE)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    worker.start()
    say(f"Worker {worker.name} takes jobs; Ctrl-C ends it.\n")
    try:
        stopping.wait()
    finally:
        worker.stop()
        database.close()


def first_invitation(database: Database, settings: Settings) -> str | None:
    """Return an invitation for the first admin, or None where somebody has an account."""
    with database.writing() as session:
        if session.query(UserRow).first() is not None:
            return None
        buyer = store.buyer(session)
        name = buyer.name if buyer else "Buyer"
        return actions.found(session, name=name, email="admin@localhost", settings=settings)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once (TCP_NODELAY) only where the socket says that it is TCP; otherwise every
    # answer would wait 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SourceError(
            f"Nothing can be served at {host} port {port}: {error.strerror}. Set ASSAY_PORT or "
            "ASSAY_HOST to another."
        ) from None
    # Whoever reads the address may connect at once, and waits until requests are served.
    listener.listen(512)
    return listener
