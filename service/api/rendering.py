"""Reports in every form that a person may want; each is rendered as the command line does."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from service.db.session import reading
from service.errors import NotJudged
from service.replaying import stored_policy
from service.stages.judge import report_of
from service.store import runs, verdicts
from service.thresholds import advertised_tokens, alias_allowed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from evals.config import Config
    from evals.records import RunRecord
    from evals.report.view import RunReport
    from service.store.verdicts import StoredVerdict
    from service.world import World


class Form(StrEnum):
    """How a report is written."""

    JSON = "json"
    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    JUNIT = "junit"


MEDIA_TYPES: Final = {
    Form.JSON: "application/json",
    Form.TEXT: "text/plain",
    Form.MARKDOWN: "text/markdown",
    Form.HTML: "text/html",
    Form.JUNIT: "application/xml",
}


def judged(session: Session, id_or_prefix: str) -> tuple[RunRecord, StoredVerdict]:
    """Return a run and its newest verdict.

    Raises:
        RunNotFound: There is no such run.
        NotJudged: Nobody judged it yet.
    """
    run = runs.get(session, id_or_prefix)
    stored = verdicts.latest(session, run.id)
    if stored is None:
        raise NotJudged(
            f"run {run.id} is {run.status.value} and not judged yet",
            fix=f"Wait for it: GET /api/v1/runs/{run.id}/events.",
        )
    return run, stored


def written(world: World, id_or_prefix: str, form: Form, *, width: int, height: int) -> str:
    """Return the report of a judged run as text, laid out again from what is stored.

    It is judged by the policy of its newest verdict. Raises as `judged`.
    """
    report = _report(world, id_or_prefix)
    if form is Form.MARKDOWN:
        from evals.report.markdown import markdown_report

        return markdown_report(report)
    if form is Form.HTML:
        from evals.report.html import html_report

        return html_report(report)
    if form is Form.JUNIT:
        from evals.report.junit import junit_report

        return junit_report(report)
    from evals.report.text import text_report

    return text_report(report, width=width, height=height)


def _report(world: World, id_or_prefix: str) -> RunReport:
    config: Config = world.configuration.current()[0]
    with reading(world.keeper.engine) as session:
        run, stored = judged(session, id_or_prefix)
        policy = stored_policy(session, stored.verdict.policy_digest)
        moves = alias_allowed(session, config, run)
    return report_of(
        world.keeper.engine,
        run.id,
        policy=policy,
        alias_allowed=moves,
        advertised_tokens=advertised_tokens(config, run),
    )
