"""``assay serve`` and ``assay worker``."""

from pathlib import Path

from assay.cli.extra import service_extra
from assay.cli.output import say


def run_serve(*, data: Path | None, host: str, port: int | None) -> None:
    """Serve; options go before the environment."""
    with service_extra():
        from assay.service.serving import serve
        from assay.service.settings import read_settings
    given = {"data_dir": data, "host": host or None, "port": port}
    chosen = {name: value for name, value in given.items() if value is not None}
    serve(read_settings(**chosen), say=say)


def run_worker(*, threads: int) -> None:
    """Do the service's jobs in a process of its own."""
    with service_extra():
        from assay.service.serving import work
        from assay.service.settings import read_settings
    work(read_settings(), threads=threads, say=say)
