"""The demo's service: a real `assay serve` in a process of its own, with its first admin."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assay.cli.client import Client, RefusedError
from assay.errors import SourceError

_PATIENCE_S = 60


@contextmanager
def served(data: Path, port: int) -> Iterator[tuple[str, str]]:
    """Run a new service until the block ends; yield its address and the first invitation.

    Raises
    ------
    SourceError
        When it does not start.
    """
    with _running(data, port) as (process, address):
        yield address, _invitation(process, address)


@contextmanager
def served_again(data: Path, port: int) -> Iterator[str]:
    """Run a service that has accounts until the block ends; yield its address."""
    with _running(data, port) as (_, address):
        _wait_until_it_answers(address)
        yield address


@contextmanager
def _running(data: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = port or _free_port()
    environment = {
        **os.environ,
        "ASSAY_DATA_DIR": str(data),
        "ASSAY_PORT": str(port),
        "ASSAY_LOG_LEVEL": "error",
        "ASSAY_LOGINS_PER_MINUTE": "1000",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "assay", "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        if process.stdout is not None:
            process.stdout.close()


def _invitation(process: subprocess.Popen[str], address: str) -> str:
    """Return the invitation that the service prints at its first start, once it answers."""
    if process.stdout is None:
        raise AssertionError("The service's output is not read.")
    for line in process.stdout:
        if "ainv_" in line:
            _wait_until_it_answers(address)
            return line.split()[-1]
    raise SourceError("The service did not start; what it said stands above.")


def _wait_until_it_answers(address: str) -> None:
    begun = time.monotonic()
    with Client(address) as client:
        while time.monotonic() - begun < _PATIENCE_S:
            try:
                client.get("/health/live")
            except (RefusedError, SourceError):
                time.sleep(0.1)
            else:
                return
    raise SourceError(f"The service at {address} did not answer within {_PATIENCE_S} s.")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
