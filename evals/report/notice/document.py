"""A notice as a JSON document: what the store keeps, and what a webhook sends.

A field keeps its name and meaning within a version; fields may be added, and unknown ones are
ignored, so that an older reader takes a newer document.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from evals.report.notice.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import TypeAdapter

FORMAT: Final = "pinwatch.notice"
VERSION: Final = 1


def to_document(notice: Notice) -> dict[str, Any]:
    """Return JSON values; what cannot be told is null, and moments are ISO 8601 with offset."""
    values: dict[str, Any] = _adapter().dump_python(notice, mode="json")
    return {"format": FORMAT, "version": VERSION, **values}


def from_document(document: Mapping[str, Any]) -> Notice:
    """Return the notice of `to_document`.

    Raises:
        ValueError: The document is of another format, of a later version, or broken.
    """
    found = document.get("format"), document.get("version")
    if found != (FORMAT, VERSION):
        raise ValueError(f"a notice is {FORMAT} version {VERSION}, and this is {found}")
    return _adapter().validate_python(dict(document))


@cache
def _adapter() -> TypeAdapter[Notice]:
    from pydantic import TypeAdapter

    return TypeAdapter(Notice)
