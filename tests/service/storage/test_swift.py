"""The contract of blobs holds on OpenStack Swift where it is installed; elsewhere it is skipped."""

from collections.abc import Callable, Iterator
from secrets import token_hex

import pytest

from assay.service.storage.blobs import Blobs
from assay.service.storage.opening import open_objects
from assay.service.storage.sealing import Keyring
from service.storage import test_blobs as contract
from staging.swift import Swift, missing, swift

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing())]


@pytest.fixture(scope="module")
def store() -> Iterator[Swift]:
    """A Swift of its own."""
    with swift() as running:
        yield running


@pytest.fixture
def blobs(store: Swift, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    """No blobs yet, in a place of their own."""
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    return Blobs(open_objects(f"s3://assay/{token_hex(4)}"), Keyring.parse(contract.MASTER))


@pytest.mark.parametrize(
    "claim",
    [
        contract.test_a_blob_is_named_by_its_content_and_comes_back,
        contract.test_some_bytes_of_a_blob_are_read_alone,
        contract.test_the_same_bytes_are_kept_once,
        contract.test_more_bytes_than_allowed_are_refused_and_leave_nothing,
        contract.test_a_blob_that_is_absent_is_told_at_once,
        contract.test_damaged_data_is_refused_and_mended_by_sending_it_again,
        contract.test_a_blob_is_discarded_unless_somebody_has_put_it,
        contract.test_deletion_leaves_nothing,
    ],
    ids=lambda claim: claim.__name__,
)
def test_swift_keeps_the_contract(claim: Callable[[Blobs], None], blobs: Blobs) -> None:
    claim(blobs)
