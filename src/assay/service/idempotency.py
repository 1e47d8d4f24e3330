"""A POST that is sent again is answered again, not done again."""

import hashlib
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from sqlalchemy import LargeBinary, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from assay.service import clock
from assay.service.actor import Actor
from assay.service.database import Base
from assay.service.problems import ServiceError

_KEPT = ("etag", "location", "content-type")


class AnswerRow(Base):
    """An answer that was given to a key."""

    __tablename__ = "idempotent_answers"

    user_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    answered: Mapped[datetime]


def look_up(request: Request) -> Response | None:
    """Return the answer that the key of a request has got before."""
    place = _place(request)
    if place is None:
        return None
    session: Session = request.state.session
    _wait_for_twins(session, place)
    row = session.get(AnswerRow, place)
    if row is None:
        return None
    if row.fingerprint != _fingerprint(request):
        raise ServiceError(
            f"The Idempotency-Key {place[1]!r} was used for another request. Make a new key for "
            "each thing that is to be done once."
        )
    headers = {**row.headers, "idempotent-replay": "true"}
    return Response(row.body, row.status, headers)


def keep(request: Request, response: Response) -> None:
    """Store an answer beside what was done for it."""
    place = _place(request)
    if place is None:
        return
    session: Session = request.state.session
    session.add(
        AnswerRow(
            user_id=place[0],
            key=place[1],
            fingerprint=_fingerprint(request),
            status=response.status_code,
            headers={name: response.headers[name] for name in _KEPT if name in response.headers},
            body=bytes(response.body),
            answered=clock.now(),
        )
    )


def _place(request: Request) -> tuple[str, str] | None:
    key = request.headers.get("idempotency-key")
    actor: Actor | None = request.state.actor
    if key is None or actor is None or request.method != "POST":
        return None
    if not (0 < len(key) <= 200 and key.isascii() and key.isprintable()):
        raise ServiceError("An Idempotency-Key has 1 to 200 printable ASCII characters.")
    return actor.user, key


def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    digest.update(getattr(request, "_body", b""))
    return digest.hexdigest()


def _wait_for_twins(session: Session, place: tuple[str, str]) -> None:
    # SQLite has one writer; PostgreSQL would let two requests with one key run side by side.
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256("\n".join(place).encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))
