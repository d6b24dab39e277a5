"""The report as JUnit XML, for continuous integration: one test case a task.

`regressed` and `changed` fail, `invalid` is an error, `inconclusive` is skipped with its reason: a
run that could not tell is no pass and no fault of the endpoint. Where no task carries the verdict
of the run (a broken pin, a run that was stopped), a test case named ``run`` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from evals import numbers
from evals.report.marks import headline, mark_of
from evals.report.rows import task_rows
from evals.report.safe_text import visible
from evals.report.words import baseline_words, usage_words
from evals.verdict import VerdictKind

if TYPE_CHECKING:
    from evals.report.rows import TaskRow
    from evals.report.view import RunReport

_OUTCOMES: Final = {
    VerdictKind.OK: None,
    VerdictKind.IMPROVED: None,
    VerdictKind.REGRESSED: "failure",
    VerdictKind.CHANGED: "failure",
    VerdictKind.INVALID: "error",
    VerdictKind.INCONCLUSIVE: "skipped",
}
_COUNTED: Final = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def junit_report(report: RunReport) -> str:
    """Return the XML, without characters that XML forbids whatever the model wrote."""
    suites = ET.Element("testsuites")
    suite = ET.SubElement(suites, "testsuite", _suite_attributes(report))
    _add_properties(suite, report)
    for row in task_rows(report):
        _add_task(suite, report, row)
    if _speaks_for_no_task(report):
        _add_run(suite, report)
    _count(suite)
    suites.attrib.update({name: suite.attrib[name] for name in ("tests", *_COUNTED.values())})
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _suite_attributes(report: RunReport) -> dict[str, str]:
    started = report.run.started_at or report.run.created_at
    return {
        "name": _text(f"pinwatch.{report.run.suite}"),
        "timestamp": started.isoformat(),
        "time": f"{report.usage.seconds:.3f}",
    }


def _add_properties(suite: ET.Element, report: RunReport) -> None:
    properties = ET.SubElement(suite, "properties")
    values = {
        "run": report.run.id,
        "endpoint": report.run.endpoint,
        "model": report.model,
        "pin_digest": report.run.pin_digest,
        "verdict": mark_of(report.verdict).word,
        "baseline": baseline_words(report),
        "usage": usage_words(report),
    }
    for name, value in values.items():
        ET.SubElement(properties, "property", {"name": name, "value": _text(value)})


def _add_task(suite: ET.Element, report: RunReport, row: TaskRow) -> None:
    case = _case(suite, report, row.task)
    _add_outcome(case, row.kind, row.reasons)
    ET.SubElement(case, "system-out").text = _text(_figures(row))


def _figures(row: TaskRow) -> str:
    figures = [
        f"score {numbers.with_interval(row.score, row.interval)}",
        f"{row.samples} samples ok",
        f"baseline {row.baseline}" if row.baseline else "",
        f"change {numbers.with_interval(row.change, row.change_interval)}" if row.change else "",
        row.p,
        f"could see {row.seen}" if row.seen else "",
    ]
    return ", ".join(figure for figure in figures if figure)


def _speaks_for_no_task(report: RunReport) -> bool:
    verdict = report.verdict
    return verdict.pin_broken or all(judged.kind is not verdict.kind for judged in verdict.tasks)


def _add_run(suite: ET.Element, report: RunReport) -> None:
    verdict = report.verdict
    reasons = (headline(verdict), *verdict.reasons[1:])
    kind = VerdictKind.REGRESSED if verdict.pin_broken else verdict.kind
    _add_outcome(_case(suite, report, "run"), kind, reasons, word=mark_of(verdict).word.lower())


def _case(suite: ET.Element, report: RunReport, name: str) -> ET.Element:
    place = _text(f"{report.run.suite}.{report.run.endpoint}")
    return ET.SubElement(suite, "testcase", {"classname": place, "name": _text(name)})


def _add_outcome(
    case: ET.Element, kind: VerdictKind, reasons: tuple[str, ...], word: str | None = None
) -> None:
    outcome = _OUTCOMES[kind]
    if outcome is None:
        return
    word = word or kind.value
    message = f"{word}: {reasons[0]}" if reasons else word
    attributes = {"message": _text(message)}
    if outcome != "skipped":
        attributes["type"] = word.replace(" ", "_")
    element = ET.SubElement(case, outcome, attributes)
    element.text = _text("\n".join(reasons))


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    for outcome, counter in _COUNTED.items():
        suite.set(counter, str(len(suite.findall(f"testcase/{outcome}"))))


def _text(text: str) -> str:
    return visible(text, newlines=True)
