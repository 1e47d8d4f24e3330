"""Archives made by hand, sound and broken, for tests."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path


def zip_bytes(entries: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a sound zip of those entries."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return target.getvalue()


def tar_bytes(entries: Mapping[str, bytes], *, form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a sound tar of those entries."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as archive:
        for name, data in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


def special_tar(kind: bytes, *, link: str = "") -> bytes:
    """Return a tar with one link, device or pipe called ``a.png``."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        info = tarfile.TarInfo("a.png")
        info.type = kind
        info.linkname = link
        archive.addfile(info)
    return target.getvalue()


def special_zip(mode: int) -> bytes:
    """Return a zip whose entry ``a.png`` has that Unix mode."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        info = zipfile.ZipInfo("a.png")
        info.create_system = 3
        info.external_attr = mode << 16
        archive.writestr(info, b"/etc/passwd")
    return target.getvalue()


def patched(data: bytes, at: int, replacement: bytes) -> bytes:
    """Return the bytes with some replaced."""
    return data[:at] + replacement + data[at + len(replacement) :]


def saved(folder: Path, name: str, data: bytes) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(data)
    return path
