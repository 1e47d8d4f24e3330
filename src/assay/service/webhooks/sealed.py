"""Where a webhook leads and what it is signed with: sealed like every stored file, shown once."""

import json
from dataclasses import asdict, dataclass

from assay.service.storage.blobs import Blobs


@dataclass(frozen=True)
class Sealed:
    """What nobody is shown again.

    Parameters
    ----------
    url
        Where notices are sent; for a chat channel, who knows it can write there.
    secret
        What they are signed with.
    """

    url: str
    secret: str

    def put(self, blobs: Blobs) -> str:
        """Keep it; return the name of its blob, which says nothing of it."""
        return blobs.put([json.dumps(asdict(self)).encode()]).digest

    @classmethod
    def get(cls, blobs: Blobs, digest: str) -> "Sealed":
        """Return what was kept."""
        return cls(**json.loads(blobs.read(digest, limit=65536)))
