"""A database that is full, whose answer to a COMMIT is lost, or whose connection is cut."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, Self
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from assay.service.database import Database
from studies.story import Case

#: The end of PostgreSQL's answer: ready for the next query, outside of a transaction or in one.
_READY = b"Z\0\0\0\5"

_CHUNK = 1 << 20


class FullDatabase:
    """A SQLite database that may have so many pages, until it is healed."""

    def __init__(self, pages: int) -> None:
        self.failed = 0
        self._pages = pages

    def begin(self) -> None:
        """Nothing: it has been full all along."""

    def heal(self) -> None:
        """Make room."""
        self._pages = 2**30

    @contextmanager
    def used(self) -> Iterator[Self]:
        """Bound every connection for a while."""
        event.listen(Pool, "checkout", self._bound)
        event.listen(Engine, "handle_error", self._count)
        try:
            yield self
        finally:
            event.remove(Pool, "checkout", self._bound)
            event.remove(Engine, "handle_error", self._count)

    def _bound(self, connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={self._pages}")

    def _count(self, _: object) -> None:
        self.failed += 1


class UnheardCommit:
    """A database whose answer to the n-th COMMIT never comes, on either kind."""

    def __init__(self, first: int) -> None:
        self.passed = 0
        self._first = first
        self._counts = False

    def begin(self) -> None:
        """Count from now on."""
        self._counts = True

    def heal(self) -> None:
        """Nothing: it was one answer."""

    @contextmanager
    def used(self) -> Iterator[Self]:
        """Stand between this process and its database for a while."""
        writing, this = Database.writing, self

        @contextmanager
        def unheard(database: Database) -> Iterator[Session]:
            with writing(database) as session:
                yield session
            this.come_by()

        with patch.object(Database, "writing", unheard):
            yield self

    def come_by(self) -> None:
        """Count a commit, and lose its answer if it is its turn."""
        self.passed += self._counts
        if self._counts and self.passed == self._first:
            raise OperationalError("COMMIT", {}, OSError("connection reset"))


class CuttingProxy:
    """Stands before PostgreSQL, and cuts connections at the n-th thing that is said to it.

    Parameters
    ----------
    address
        Of the server, at a socket in a folder.
    first
        Number of what is said, from when it begins to count; 0 for none.
    commits
        Whether COMMITs alone count; of these the server's answer is awaited and then lost. Of
        others it is not even told.
    """

    def __init__(self, address: str, first: int, *, commits: bool) -> None:
        self.passed = 0
        self.cuts = 0
        self._first = first
        self._commits = commits
        self._counts = False
        self._away = False
        self._lock = threading.Lock()
        folder = parse_qs(urlsplit(address).query)["host"][0]
        self._server = f"{folder}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._open: set[socket.socket] = set()

    @property
    def port(self) -> int:
        """Return the port at which it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    def before(self, case: Case, address: str) -> Case:
        """Return a service that reaches the database of an address by this way."""
        name = urlsplit(address).path
        url = f"postgresql://postgres@127.0.0.1:{self.port}{name}"
        return replace(case, database_url=url)

    def begin(self) -> None:
        """Count from now on."""
        self._counts = True

    def heal(self) -> None:
        """Cut no more, and let new connections through again."""
        self._counts = self._away = False

    @contextmanager
    def used(self) -> Iterator[Self]:
        """Listen for a while."""
        self._threads[0].start()
        try:
            yield self
        finally:
            # Whoever waits for a connection is woken by one.
            self._counts, self._first = False, -1
            socket.create_connection(("127.0.0.1", self.port)).close()
            self._listener.close()
            for thread in self._threads:
                thread.join()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if self._first < 0:
                client.close()
                return
            if self._away:
                client.close()
                continue
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, selectors.DefaultSelector() as ready:
            server.connect(self._server)
            ready.register(client, selectors.EVENT_READ)
            ready.register(server, selectors.EVENT_READ)
            with suppress(OSError):
                while self._pass_on(ready, client, server):
                    pass

    def _pass_on(
        self, ready: selectors.BaseSelector, client: socket.socket, server: socket.socket
    ) -> bool:
        for key, _ in ready.select():
            said = key.fileobj.recv(_CHUNK)  # type: ignore[union-attr]  # sockets alone
            if not said:
                return False
            if key.fileobj is server:
                client.sendall(said)
            elif self._is_turn(said):
                if self._commits:
                    server.sendall(said)
                    _await(server)
                return False
            else:
                server.sendall(said)
        return True

    def _is_turn(self, said: bytes) -> bool:
        if not self._counts or (self._commits and b"commit\0" not in said.lower()):
            return False
        with self._lock:
            self.passed += 1
            if self.passed != self._first:
                return False
            self.cuts += 1
            self._away = not self._commits
        return True


def _await(server: socket.socket) -> None:
    """Wait until the server has done what it was told."""
    told = b""
    while _READY not in told:
        piece = server.recv(_CHUNK)
        if not piece:
            return
        told += piece
