"""The place that a setting names."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from assay.errors import ParameterError
from assay.service.storage.local import LocalObjects
from assay.service.storage.objects import Objects
from assay.service.storage.s3 import S3Objects


def open_objects(url: str) -> Objects:
    """Return the objects at a place.

    Parameters
    ----------
    url
        A folder (a path or ``file://...``), made where it is absent, or
        ``s3://BUCKET/PREFIX``.  The endpoint and credentials of S3 are those of the usual
        ``AWS_...`` variables.

    Raises
    ------
    ParameterError
        When it is neither.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3" and parts.netloc:
        return S3Objects.open(parts.netloc, parts.path.strip("/"))
    if parts.scheme == "file" and not parts.netloc:
        return LocalObjects(Path(unquote(parts.path)))
    if parts.scheme or not url:
        raise ParameterError(
            f"{url!r} is no place to store in. Give a folder or s3://BUCKET/PREFIX."
        )
    return LocalObjects(Path(url))
