"""Anchors lie in a bucket as they lie in a folder."""

from assay.service.audit.anchors import AnchorStore
from assay.service.audit.merkle import grown
from assay.service.audit.verify import verify
from assay.service.storage.objects import Objects
from service.audit.logs import KEY, NOON, chained, event, lines


def test_heads_of_the_audit_log_are_kept_in_a_bucket_as_in_a_folder(objects: Objects) -> None:
    log = chained(event(number) for number in range(9))
    store = AnchorStore(objects)
    for size, before in ((4, 0), (9, 4)):
        digests = [entry.digest for entry in log[:size]]
        store.keep(KEY, grown(digests), digests[before:], NOON)
    anchors = store.read(KEY.public)
    assert anchors.size == len(anchors.leaves) == 9
    assert verify(lines(log), anchors).sound
    store.set_aside(beyond=4)
    assert (store.size(KEY.public), store.lost_size()) == (4, 9)
