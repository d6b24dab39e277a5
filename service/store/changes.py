"""Conditional updates: the database says whether somebody else was faster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from sqlalchemy import CursorResult, Delete, Update
    from sqlalchemy.orm import Session


def count_changed(session: Session, statement: Update | Delete) -> int:
    """Carry out a statement and return how many rows met its conditions."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount
