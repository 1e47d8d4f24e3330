"""Keys are made once, kept from others, and never lost unseen."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assay.errors import StorageError
from assay.service.storage.opening import add_master_key, open_blobs
from assay.service.storage.secret_files import make_secret, read_secret


def test_the_first_start_makes_a_key_and_the_next_finds_it(tmp_path: Path) -> None:
    keys, place = tmp_path / "data" / "keys", str(tmp_path / "files")
    digest = open_blobs(place, keys).put([b"pixels"]).digest
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert b"".join(open_blobs(place, keys).get(digest)) == b"pixels"


def test_no_new_key_is_made_for_blobs_that_it_would_not_open(tmp_path: Path) -> None:
    keys, place = tmp_path / "keys", str(tmp_path / "files")
    open_blobs(place, keys).put([b"pixels"])
    keys.unlink()
    with pytest.raises(StorageError, match="Restore the file"):
        open_blobs(place, keys)
    assert not keys.exists()


def test_processes_that_start_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: make_secret(path, str(number)), range(8)))
    assert sum(made) == 1
    assert read_secret(path) == str(made.index(True))
    assert list(tmp_path.iterdir()) == [path]


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    make_secret(path, "secret")
    path.chmod(0o640)
    with pytest.raises(StorageError, match="chmod 600"):
        read_secret(path)
    with pytest.raises(StorageError, match="cannot be read"):
        read_secret(tmp_path / "absent")


def test_a_new_key_comes_first_and_the_old_still_opens(tmp_path: Path) -> None:
    keys, place = tmp_path / "keys", str(tmp_path / "files")
    digest = open_blobs(place, keys).put([b"pixels"]).digest
    add_master_key(keys, "2027")
    blobs = open_blobs(place, keys)
    assert blobs.keyring.current == "2027"
    assert b"".join(blobs.get(digest)) == b"pixels"
    assert blobs.rotate(digest)
    for name in ("2027", "", "a b"):
        with pytest.raises(StorageError):
            add_master_key(keys, name)
    assert list(open_blobs(place, keys).keyring.keys) == ["2027", "1"]
