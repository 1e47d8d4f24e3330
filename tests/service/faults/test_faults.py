"""Whatever fails under a purchase, and where: nothing is lost, done twice or half done.

The study fails everything at many places; here a few of each suffice.
"""

import errno
import secrets
import sqlite3

import boto3
import obstore
import pytest
from obstore.store import S3Store
from studies.fault_clock import JumpingClock
from studies.fault_database import CuttingProxy, FullDatabase, UnheardCommit
from studies.fault_disk import FailingDisk, FailingPrograms
from studies.fault_objects import FailingStore, How
from studies.fault_trials import Ground, survive

from service.crashes.preparing import prepare
from staging.postgresql import named, say


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    home = tmp_path_factory.mktemp("faults")
    return Ground(home, prepare(home / "data", home, None))


@pytest.mark.parametrize(
    ("place", "error"),
    [(1, errno.ENOSPC), (20, errno.EIO), (83, errno.ENOSPC)],
)
def test_a_disk_that_fails_at_a_write(ground: Ground, place: int, error: int) -> None:
    with ground.case() as case:
        disk = FailingDisk(case.folder.parent, place, error, lasting=error == errno.ENOSPC)
        with disk.used():
            found = survive(case, disk)
    assert disk.failed
    assert found.well, found


def test_a_disk_that_is_full_during_a_backup(ground: Ground) -> None:
    with ground.case() as case:
        disk = FailingDisk(case.folder.parent, 300, errno.ENOSPC, lasting=True)
        with disk.used():
            found = survive(case, disk, backup=True)
    assert disk.failed
    assert found.well, found


def test_a_disk_that_is_full_where_a_delivery_is_judged(ground: Ground) -> None:
    with ground.case(judging=True) as case:
        programs = FailingPrograms(case.folder.parent, 7, errno.ENOSPC)
        with programs.used():
            found = survive(case, programs)
        assert programs.failed
    assert (found.waits, found.well) == (1, True)


def test_a_full_sqlite(ground: Ground) -> None:
    with sqlite3.connect(ground.data / "assay.db") as known:
        (pages,) = known.execute("PRAGMA page_count").fetchone()
    known.close()
    full = FullDatabase(pages + 3)
    with ground.case() as case, full.used():
        found = survive(case, full)
    assert full.failed
    assert found.well, found


@pytest.mark.parametrize("place", [6, 7])
def test_a_commit_of_which_nobody_hears(ground: Ground, place: int) -> None:
    unheard = UnheardCommit(place)
    with ground.case() as case, unheard.used():
        found = survive(case, unheard)
    assert unheard.passed > place
    assert found.well, found


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_jumps_an_hour(ground: Ground, hours: int) -> None:
    jumping = JumpingClock(hours, 25)
    with ground.case() as case, jumping.used():
        found = survive(case, jumping)
    assert jumping.passed > 25
    assert found.well, found


@pytest.fixture
def bucket(ground: Ground, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket with the files of the prepared service."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    name = f"faults-{secrets.token_hex(6)}"
    client = boto3.client("s3", endpoint_url=s3_endpoint)
    client.create_bucket(Bucket=name)
    client.close()
    store = S3Store(name, config={"endpoint": s3_endpoint}, client_options={"allow_http": True})
    files = ground.data / "files"
    for file in (each for each in files.rglob("*") if each.is_file()):
        obstore.put(store, file.relative_to(files).as_posix(), file.read_bytes())
    return name


@pytest.mark.parametrize(("how", "place"), [("busy", 4), ("silent", 4), ("cut", 8), ("changed", 8)])
def test_a_store_of_objects_that_fails(
    ground: Ground, s3_endpoint: str, bucket: str, how: How, place: int
) -> None:
    failing = FailingStore(s3_endpoint, place, how)
    with ground.case() as case, failing.used():
        found = survive(
            case, failing, storage_url=f"s3://{bucket}", storage_endpoint=failing.address
        )
    assert failing.failed
    assert found.well, found


@pytest.fixture(scope="module")
def postgresql_ground(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """The same service in the database ``template_faults``."""
    home = tmp_path_factory.mktemp("faults-postgresql")
    say(postgresql, "CREATE DATABASE template_faults TEMPLATE template_assay")
    return Ground(home, prepare(home / "data", home, named(postgresql, "template_faults")))


@pytest.mark.parametrize(("commits", "place"), [(True, 12), (False, 150)])
def test_a_postgresql_that_is_lost(
    postgresql: str, postgresql_ground: Ground, *, commits: bool, place: int
) -> None:
    name = f"f_{secrets.token_hex(6)}"
    say(postgresql, f"CREATE DATABASE {name} TEMPLATE template_faults")
    proxy = CuttingProxy(postgresql, place, commits=commits)
    with postgresql_ground.case() as case, proxy.used():
        found = survive(proxy.before(case, named(postgresql, name)), proxy)
    say(postgresql, f"DROP DATABASE {name} WITH (FORCE)")
    assert proxy.cuts == 1
    assert found.well, found
