"""Terminal colours by meaning; Rich leaves them out where NO_COLOR is set."""

from __future__ import annotations

from typing import Final

STYLES: Final = {"good": "green", "bad": "red", "notice": "yellow", "unknown": "magenta"}
