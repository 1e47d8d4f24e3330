"""Small text files of the buyer: ontologies, pilots, strata."""

from pathlib import Path

from assay.errors import SourceError

#: A class list or a table of strata is small; a larger file is the wrong file.
MAX_BYTES = 2**26


def read_text(path: Path, what: str) -> str:
    """Return the text of a UTF-8 file.

    Raises
    ------
    SourceError
        When it is absent, unreadable, too large, or no text; the message says ``what`` it was to
        be.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SourceError(f"{path} is too large for {what}. Is it the right file?")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SourceError(f"There is no {what} at {path}. Check the path.") from None
    except UnicodeDecodeError:
        raise SourceError(f"{path} is not UTF-8 text. Save {what} as UTF-8.") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}).") from error
