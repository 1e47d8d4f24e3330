"""The verifier's verdict, for programs and for people."""

from assay.render.document import Document
from assay.render.writing import count, noun
from assay.service.audit.verify import Verdict


def verdict_document(verdict: Verdict) -> Document:
    """Return the verdict as ``assay.audit/1``."""
    fault = verdict.fault
    return {
        "schema": "assay.audit/1",
        "sound": verdict.sound,
        "sentence": sentences(verdict)[0],
        "entries": verdict.entries,
        "anchored": verdict.anchored,
        "heads": verdict.heads,
        "fault": None
        if fault is None
        else {"sequence": fault.sequence, "sound": fault.sound, "reason": fault.reason},
    }


def sentences(verdict: Verdict) -> list[str]:
    """Return the verdict in words, the verdict itself first."""
    if verdict.fault is not None:
        return [f"Changed. {verdict.fault}", f"signed heads: {count(verdict.heads)}"]
    heads = noun(verdict.heads, "signed head says", "signed heads say")
    return [
        f"Sound: {noun(verdict.anchored, 'entry is', 'entries are')} what {heads}.",
        f"entries: {count(verdict.entries)}",
        f"not yet in a head: {count(verdict.entries - verdict.anchored)}",
    ]
