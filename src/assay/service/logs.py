"""The service's log: JSON, a line for each thing that happened, on standard error."""

import logging
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger

from assay.service.settings import Settings

#: Names of fields whose values are nobody's business.
_SECRET_NAMES = re.compile(r"password|secret|token|cookie|authorization|totp|key", re.IGNORECASE)

#: Secrets as the service makes them, bearer tokens, passwords in addresses.
_SECRETS = re.compile(
    r"\b(?:apat|ainv|ases|acsrf|asta|anon|aver|abro)_[\w-]+|(?i:bearer)\s+\S+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)

_HIDDEN = "(hidden)"


def start_logging(settings: Settings) -> None:
    """Send what the service and its libraries log to standard error, as lines of JSON."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # Without local variables: they hold what people sent.
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Requests are logged by the service itself, without what may be secret in them.
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("alembic").setLevel(logging.WARNING)


def hide_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace what is secret in a line of the log, wherever it stands.

    Examples
    --------
    >>> hide_secrets(None, "", {"event": "sent apat_abc to a@b", "password": "x"})
    {'event': 'sent (hidden) to a@b', 'password': '(hidden)'}
    """
    return {name: _hide(name, value) for name, value in event.items()}


def _hide(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever was logged
    if _SECRET_NAMES.search(name):
        return _HIDDEN
    if isinstance(value, str):
        return _SECRETS.sub(_HIDDEN, value)
    if isinstance(value, Mapping):
        return {inner: _hide(str(inner), each) for inner, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_hide("", each) for each in value]
    return value
