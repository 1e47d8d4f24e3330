"""What settings name: a place for objects, and the keys of the blobs in it."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from assay.errors import ParameterError, StorageError
from assay.service.storage.blobs import Blobs
from assay.service.storage.local import LocalObjects
from assay.service.storage.objects import Objects
from assay.service.storage.s3 import S3Objects
from assay.service.storage.sealing import Keyring, new_master_key
from assay.service.storage.secret_files import make_secret, read_secret, replace_secret


def open_objects(url: str, *, endpoint: str | None = None) -> Objects:
    """Return the objects at a place.

    Parameters
    ----------
    url
        A folder (a path or ``file://...``), made where it is absent, or
        ``s3://BUCKET/PREFIX``.  The credentials of S3 are those of the usual
        ``AWS_...`` variables.
    endpoint
        Address of an S3 API that is not Amazon's.

    Raises
    ------
    ParameterError
        When it is neither.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3" and parts.netloc:
        return S3Objects.open(parts.netloc, parts.path.strip("/"), endpoint=endpoint)
    if parts.scheme == "file" and not parts.netloc:
        return LocalObjects(Path(unquote(parts.path)))
    if parts.scheme or not url:
        raise ParameterError(
            f"{url!r} is no place to store in. Give a folder or s3://BUCKET/PREFIX."
        )
    return LocalObjects(Path(url))


def open_blobs(url: str, key_file: Path, *, endpoint: str | None = None) -> Blobs:
    """Return the blobs at a place, sealed under the master keys of a file.

    Parameters
    ----------
    url, endpoint
        As :func:`open_objects` takes them.
    key_file
        One ``ID:BASE64`` a line, the newest first.  Made where it is absent and no blob is there
        yet.

    Raises
    ------
    StorageError
        When the file is absent but blobs are there: a new key would not open them.
    """
    objects = open_objects(url, endpoint=endpoint)
    if not key_file.exists():
        if next(iter(objects.list("blobs")), None) is not None:
            raise StorageError(
                f"The file of master keys {key_file} is gone, and what is stored at {url} does not "
                "open without them. Restore the file."
            )
        make_secret(key_file, new_master_key("1") + "\n")
    return Blobs(objects, Keyring.parse(read_secret(key_file)))


def add_master_key(key_file: Path, name: str) -> None:
    """Put a new master key before the others; they still open what they sealed.

    Raises
    ------
    StorageError
        When the id is taken or cannot be one, or the file cannot be read.
    """
    before = read_secret(key_file)
    if name in Keyring.parse(before).keys:
        raise StorageError(f"There is a master key {name!r} already. Give another id.")
    after = f"{new_master_key(name)}\n{before}"
    Keyring.parse(after)
    replace_secret(key_file, after)
