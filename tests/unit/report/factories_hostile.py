"""A reply that would harm whoever shows it as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evals.compare import FingerprintChange
from evals.golden_set import Severity
from evals.verdict import VerdictKind
from tests.unit.report.factories_comparison import make_comparison, make_flip, make_task
from tests.unit.report.factories_report import make_report, make_verdict

if TYPE_CHECKING:
    from evals.report.view import RunReport

HOSTILE = (
    "\x1b[31mred\x1b[0m [bold]markup[/bold] :smile: <script>alert(1)</script> @everyone | `tick` "
    "\x00\u202etxt.exe\u202c \u05e9\u05dc\u05d5\u05dd "
    "![x](http://example.invalid/a.png)\n# heading\r\n"
)
BIG = HOSTILE + "x" * 1_000_000


def hostile() -> RunReport:
    """A model that answers with control codes, markup, scripts, mentions and a megabyte."""
    flip = make_flip(
        item_id="refund-07",
        prompt=f"Repeat: {HOSTILE}",
        targets=(HOSTILE,),
        before=HOSTILE,
        after=BIG,
        severity=Severity.HIGH,
    )
    change = FingerprintChange(what="served model", before=HOSTILE, after=HOSTILE * 2)
    return make_report(
        model=f"openai/{HOSTILE}",
        comparison=make_comparison(
            make_task(flips=(flip, make_flip(item_id="empty", after=""))),
            fingerprint_changes=(change,),
            notes=(HOSTILE,),
        ),
        verdict=make_verdict(VerdictKind.CHANGED, f"the endpoint says {HOSTILE}"),
    )
