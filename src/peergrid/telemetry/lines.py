"""Logs as one JSON object a line."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import override

from opentelemetry import trace


class JsonLines(logging.Formatter):
    """time, level, logger, message, and the trace it belongs to, if it is part of one.

    Of an error its kind and the lines that it passed are told, and not what it says: that may
    quote a row. What ``extra={"figures": …}`` holds is beside the rest.
    """

    @override
    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            said["trace_id"] = trace.format_trace_id(context.trace_id)
        if record.exc_info and record.exc_info[1]:
            said |= _error(record.exc_info[1])
        return json.dumps(said | getattr(record, "figures", {}), ensure_ascii=False)


def _error(error: BaseException) -> dict[str, object]:
    passed = traceback.extract_tb(error.__traceback__)
    return {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "passed": [f"{place.filename}:{place.lineno} {place.name}" for place in passed],
    }


def write_json() -> None:
    """From now on, all that is logged here is a line of JSON on standard output."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def is_json() -> bool:
    """Whether ``write_json`` was called in this process."""
    return any(isinstance(one.formatter, JsonLines) for one in logging.getLogger().handlers)
