"""Label maps as pictures for people."""

from sqlalchemy.orm import Session

from assay.formats.assay_runs import decode_runs, index_digest
from assay.formats.png_writing import encode_colors
from assay.labels import Ontology
from assay.service.batches.tables import BatchRow
from assay.service.deliveries.tables import ItemVersionRow
from assay.service.projects.tables import OntologyRow
from assay.service.storage.blobs import Blobs

#: A run cache that is larger is none of ours.
_MOST_BYTES = 256 * 2**20


def labels_png(session: Session, blobs: Blobs, version: ItemVersionRow) -> bytes:
    """Return the labels of a readable version in the colours of their classes."""
    batch = session.get_one(BatchRow, version.batch_id)
    return map_png(session, blobs, ontology_id=batch.ontology_id, labels=version.labels or "")


def map_png(session: Session, blobs: Blobs, *, ontology_id: str, labels: str) -> bytes:
    """Return a stored label map in the colours of the classes that it was written for."""
    ontology = Ontology.from_toml(session.get_one(OntologyRow, ontology_id).document)
    data = blobs.read(labels, limit=_MOST_BYTES)
    label_map = decode_runs(data, index_digest(ontology), size=ontology.size)
    return encode_colors(ontology.colors[label_map.to_dense()])
