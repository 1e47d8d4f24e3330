"""What the service needs beyond the library, and may lack."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assay.errors import SourceError

if TYPE_CHECKING:
    from assay.service.settings import Settings


@contextmanager
def service_extra() -> Iterator[None]:
    """Say how the service is installed where a part of it is absent.

    Raises
    ------
    SourceError
        When it is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise SourceError(
            "The service is not installed. Install it with: pip install 'assay[service]'. "
            f"({error.name} is absent.)"
        ) from None


def settings_of(data: Path | None) -> "Settings":
    """Return the settings of the environment; a folder that is given goes before its."""
    with service_extra():
        from assay.service.settings import read_settings
    return read_settings(**({} if data is None else {"data_dir": data}))
