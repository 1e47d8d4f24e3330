"""Every deliberate error, in one tree.

An :class:`AssayError` is the caller's mistake: its message names the values, then the way out.
A vendor's mistake is never an exception; it is a :class:`assay.delivery.Finding`.
"""


class AssayError(Exception):
    """A caller asked for something that cannot be done; the message says what to do instead."""


class LabelMapError(AssayError):
    """Runs, sizes or values that do not form a label map."""


class OntologyError(AssayError):
    """An ontology that contradicts itself, or a class that it does not have."""


class ParameterError(AssayError):
    """A parameter outside its range, or of an unknown name."""


class UnknownNameError(AssayError):
    """A plug-in, format or metric of that name does not exist."""


class SourceError(AssayError):
    """A path that is absent, unreadable, or holds nothing of the expected kind."""


class MalformedError(AssayError):
    """Bytes that break their own format; readers turn it into a finding.

    Parameters
    ----------
    rule
        Stable code of the fault, for example ``png-checksum``; becomes ``Finding.rule``.
    message
        What is wrong, with values.
    remedy
        What the vendor should do.
    """

    def __init__(self, rule: str, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.rule = rule
        self.message = message
        self.remedy = remedy


class AuditError(AssayError):
    """A log, head or key of the audit that is not what it should be."""


class StorageError(AssayError):
    """A stored object that is absent, damaged, or sealed by a key that is not at hand."""


class StorageUnavailableError(StorageError):
    """A disk or object store that did not do its work now; nothing was kept, so try again."""


class StateError(AssayError):
    """A step that a thing cannot take in the state in which it is; the message lists those it can.

    See :mod:`assay.sourcing.lives`.
    """


class TooLargeError(AssayError):
    """More bytes than are taken."""
