"""Files that hold secrets: made once, whole, and readable by the server's user alone."""

import os
from pathlib import Path

from assay.errors import StorageError


def make_secret(path: Path, text: str) -> bool:
    """Write a new file that only this user reads; return whether there was none before.

    Two processes that start at once make one file between them: the second finds the first's.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    _write(temporary, text)
    try:
        # A link fails where the name is taken, so that no secret is ever overwritten.
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    return True


def replace_secret(path: Path, text: str) -> None:
    """Write a file that only this user reads in the place of the one before."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    _write(temporary, text)
    temporary.replace(path)


def read_secret(path: Path) -> str:
    """Return what a file holds.

    Raises
    ------
    StorageError
        When it cannot be read, or others than its owner may read it.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(
            f"The secret file {path} cannot be read ({type(error).__name__}). Restore it."
        ) from error
    if mode & 0o077:
        raise StorageError(
            f"Others may read the secret file {path}. Run `chmod 600 {path}`, and think about "
            "whether somebody has."
        )
    return text


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
