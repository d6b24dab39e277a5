"""The cases that every form of a report must show well, by name."""

from __future__ import annotations

from tests.unit.report.factories_hostile import hostile
from tests.unit.report.factories_moved import changed, improved, regressed, waiting
from tests.unit.report.factories_probes import probes
from tests.unit.report.factories_report import make_report
from tests.unit.report.factories_several import several
from tests.unit.report.factories_unmeasured import blind, no_baseline, pin_broken, storm

CASES = {
    "ok": make_report,
    "regressed": regressed,
    "waiting": waiting,
    "changed": changed,
    "improved": improved,
    "no_baseline": no_baseline,
    "blind": blind,
    "storm": storm,
    "pin_broken": pin_broken,
    "several": several,
    "probes": probes,
    "hostile": hostile,
}
