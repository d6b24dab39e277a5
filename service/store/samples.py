"""Samples go in exactly once, whoever tries, and come back as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from evals.digest import canonical_json, text_digest
from evals.records import SampleKey
from service.db.tables import SampleRow, ScoreRow
from service.store import texts
from service.store.absent import insert_absent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy.orm import Session

    from evals.records import SampleRecord, ScoreRecord

KEY_COLUMNS = ("task", "item_id", "arm", "epoch")
_KEYS = (SampleRow.task, SampleRow.item_id, SampleRow.arm, SampleRow.epoch)


def insert_all_absent(
    session: Session, run_id: str, records: Iterable[SampleRecord]
) -> frozenset[SampleKey]:
    """Store many samples, each at most once; return the keys of those that were new.

    Of several attempts with one key the first counts, within ``records`` and across processes: the
    database's unique key decides. Commit after each call: held locks keep other writers waiting.
    """
    by_key: dict[SampleKey, SampleRecord] = {}
    for record in records:
        by_key.setdefault(record.key, record)
    ordered = [by_key[key] for key in sorted(by_key)]
    texts.save(session, (text for record in ordered for text in _texts(record)))
    rows = [_sample_values(run_id, record) for record in ordered]
    ids = {
        SampleKey(task=task, item_id=item_id, arm=arm, epoch=epoch): sample_id
        for sample_id, task, item_id, arm, epoch in insert_absent(
            session, SampleRow, rows, "id", *KEY_COLUMNS
        )
    }
    scores = [_score_values(ids[key], by_key[key].score) for key in sorted(ids)]
    insert_absent(session, ScoreRow, scores)
    return frozenset(ids)


def add_scores(
    session: Session, run_id: str, scores: Mapping[SampleKey, ScoreRecord]
) -> frozenset[SampleKey]:
    """Add judgements of stored samples, from then on those that count; return whose were new.

    Left out are unknown samples, and those that this scorer version has judged before.
    """
    statement = select(SampleRow.id, *_KEYS).where(SampleRow.run_id == run_id)
    keys = {
        sample_id: SampleKey(task=task, item_id=item_id, arm=arm, epoch=epoch)
        for sample_id, task, item_id, arm, epoch in session.execute(statement)
    }
    rows = [_score_values(one, scores[keys[one]]) for one in sorted(keys) if keys[one] in scores]
    new = insert_absent(session, ScoreRow, rows, "sample_id")
    return frozenset(keys[row.sample_id] for row in new)


def done_keys(session: Session, run_id: str) -> frozenset[SampleKey]:
    """Return the keys that a resumed run need not ask again."""
    statement = select(*_KEYS).where(SampleRow.run_id == run_id)
    return frozenset(
        SampleKey(task=task, item_id=item_id, arm=arm, epoch=epoch)
        for task, item_id, arm, epoch in session.execute(statement)
    )


def _texts(record: SampleRecord) -> Iterator[str]:
    yield canonical_json(dict(record.sent_parameters))
    if record.text is not None:
        yield record.text
    if record.error is not None:
        yield record.error


def _json(logprobs: Mapping[str, float] | None) -> str | None:
    return None if logprobs is None else canonical_json(dict(logprobs))


def _digest(text: str | None) -> str | None:
    return None if text is None else text_digest(text)


def _sample_values(run_id: str, record: SampleRecord) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "task": record.key.task,
        "item_id": record.key.item_id,
        "arm": record.key.arm,
        "epoch": record.key.epoch,
        "item_digest": record.item_digest,
        "text_digest": _digest(record.text),
        "error_digest": _digest(record.error),
        "parameters_digest": text_digest(canonical_json(dict(record.sent_parameters))),
        "completed_at": record.completed_at,
        "latency_seconds": record.latency_seconds,
        "input_tokens": record.input_tokens,
        "output_tokens": record.output_tokens,
        "cost_usd": record.cost_usd,
        "stop_reason": record.stop_reason,
        "served_model": record.served_model,
        "system_fingerprint": record.system_fingerprint,
        "calls": record.calls,
        "retries": record.retries,
        "top_logprobs": _json(record.top_logprobs),
        "log_location": record.log_location,
        "log_sample_uuid": record.log_sample_uuid,
    }


def _score_values(sample_id: int, score: ScoreRecord) -> dict[str, Any]:
    return {
        "sample_id": sample_id,
        "scorer": score.scorer,
        "scorer_version": score.scorer_version,
        "state": score.state,
        "value": score.value,
        "passed": score.passed,
        "parsed": score.parsed,
        "reason": score.reason,
    }
