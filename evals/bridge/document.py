"""A bridge as a JSON document; `docs/bridge.md` says what each field means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from evals.swap import swap_document

if TYPE_CHECKING:
    from evals.bridge.bridge import BridgeReport

FORMAT: Final = "pinwatch.bridge"
VERSION: Final = 1


def bridge_document(report: BridgeReport, *, blessed: bool) -> dict[str, Any]:
    """Return the bridge as JSON values; ``blessed`` says whether the new baseline was made."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "outcome": report.outcome.value,
        "exit_code": report.exit_code,
        "endpoint": report.endpoint,
        "suite": report.suite,
        "baseline": report.baseline,
        "anchor": report.anchor if blessed else None,
        "changes": list(report.changes),
        "meanwhile": {
            "kind": report.verdict.kind.value,
            "reasons": list(report.verdict.reasons),
            "runs": list(report.old_runs),
        },
        "new_runs": list(report.new_runs),
        "offset": None if report.offset is None else swap_document(report.offset)["tasks"],
    }
