"""Files that come in parts: each part goes where the one before it ended."""

from typing import Protocol

from assay.errors import TooLargeError
from assay.service.problems import ConflictError

#: State of an upload that nobody went on with for long; its parts are gone.
LAPSED = "lapsed"


class Growing(Protocol):
    """Something that is uploaded in parts; ``received`` bytes of ``size`` are durable."""

    @property
    def state(self) -> str:
        """``open`` while parts are taken."""

    @property
    def received(self) -> int:
        """Bytes that are durable."""

    @property
    def size(self) -> int:
        """Bytes that it was said to have."""


def check_part(row: Growing, *, offset: int, size: int) -> None:
    """Refuse a part that does not follow what is there.

    Raises
    ------
    ConflictError
        When the upload is done, or the part begins elsewhere; the message says where to go on.
    TooLargeError
        When the upload would become larger than it was said to be.
    """
    _check_alive(row)
    if row.state != "open":
        raise ConflictError("This upload is done. Begin another for another archive.")
    if offset != row.received:
        raise ConflictError(
            f"This part begins at byte {offset:,}, but {row.received:,} bytes are here. Go on from "
            f"byte {row.received}."
        )
    if offset + size > row.size:
        raise TooLargeError(
            f"With this part the upload has {offset + size:,} bytes; it was said to have "
            f"{row.size:,}. Begin an upload of the right size."
        )


def check_whole(row: Growing) -> None:
    """Refuse to finish an upload of which bytes are missing, or that was given up.

    Raises
    ------
    ConflictError
        The message says where to go on.
    """
    _check_alive(row)
    if row.received != row.size:
        raise ConflictError(
            f"{row.received:,} of {row.size:,} bytes are here. Send the rest from byte "
            f"{row.received}, then finish."
        )


def _check_alive(row: Growing) -> None:
    if row.state == LAPSED:
        raise ConflictError("Nobody went on with this upload for a week. Begin another.")
