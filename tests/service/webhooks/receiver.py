"""A receiver of webhooks on this machine, which does as it is told."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass
class Letter:
    """What came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Answers with the statuses of a list, the last for ever; ``trickles`` never ends its head."""

    statuses: list[int] = field(default_factory=lambda: [200])
    trickles: bool = False
    letters: list[Letter] = field(default_factory=list)

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.letters.append(Letter(self.path, headers, body))
                if receiver.trickles:
                    self._trickle()
                    return
                left = receiver.statuses
                self.send_response(left.pop(0) if len(left) > 1 else left[0])
                self.send_header("location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def _trickle(self) -> None:
                try:
                    while True:
                        self.wfile.write(b"HTTP")
                        self.wfile.flush()
                        time.sleep(0.05)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/services/T0/SECRET?x=1"
