"""What the service says of how it is."""

from typing import Literal

from assay.service.schemas import Answer


class Alive(Answer):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Health(Answer):
    """Whether requests can be served.

    Parameters
    ----------
    status
        ``ready``, or ``unwell`` with status 503.
    parts
        Each part, and whether it works; the log says why one does not.
    """

    status: Literal["ready", "unwell"]
    parts: dict[str, bool]
