"""What an endpoint reports of itself, beside what it reported in the baseline."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from statistics import median
from typing import TYPE_CHECKING, Any

from evals.capabilities import Capabilities, capabilities_of, vanished
from evals.compare.comparison import FingerprintChange
from evals.records import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from evals.records import SampleRecord

NOTHING = "none"


def fingerprint_of(
    samples: Sequence[SampleRecord],
    *,
    requested_parameters: Mapping[str, Any],
    pinned_prompts: Collection[str],
) -> Fingerprint:
    """Gather what the endpoint revealed over the samples of one run.

    ``pinned_prompts`` are the digests of the items whose whole prompt is ours: with turns that
    follow a reply, its size depends on the reply.
    """
    sent: dict[str, Any] = {}
    for sample in samples:
        sent.update(sample.sent_parameters)
    return Fingerprint(
        served_models=_distinct(sample.served_model for sample in samples),
        system_fingerprints=_distinct(sample.system_fingerprint for sample in samples),
        stop_reasons=dict(sorted(Counter(s.stop_reason for s in samples if s.stop_reason).items())),
        requested_parameters=dict(requested_parameters),
        sent_parameters=sent,
        input_tokens={
            (s.key.task, s.item_digest): s.input_tokens
            for s in samples
            if s.input_tokens is not None and s.calls == 1 and s.item_digest in pinned_prompts
        },
        capabilities={
            name: shown
            for name, shown in asdict(capabilities_of(samples)).items()
            if shown is not None
        },
    )


def fingerprint_changes(
    now: Fingerprint, before: Sequence[Fingerprint], *, alias_allowed: bool
) -> tuple[FingerprintChange, ...]:
    """Name what differs from every run of the baseline; empty without a baseline.

    A served model that the baseline never saw breaks the pin, unless the endpoint is an alias that
    is allowed to move. A new system fingerprint or another size of the same prompt is evidence, not
    proof: the scores decide.
    """
    if not before:
        return ()
    changes = (
        _set_change(
            "served model",
            now.served_models,
            [one.served_models for one in before],
            breaks_pin=not alias_allowed,
        ),
        _set_change(
            "system fingerprint",
            now.system_fingerprints,
            [one.system_fingerprints for one in before],
        ),
        _parameters_change(now, before[-1]),
        _token_change(now, before),
        *_lost(now, before),
    )
    return tuple(change for change in changes if change is not None)


def _lost(now: Fingerprint, before: Sequence[Fingerprint]) -> list[FingerprintChange]:
    """Name what the endpoint could do and can no more."""
    known = [Capabilities(**one.capabilities) for one in before]
    return [
        FingerprintChange(what=f"capability {name.replace('_', ' ')}", before="yes", after="no")
        for name in vanished(Capabilities(**now.capabilities), known)
    ]


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def _set_change(
    what: str, now: Sequence[str], before: Sequence[Sequence[str]], *, breaks_pin: bool = False
) -> FingerprintChange | None:
    known = {value for one in before for value in one}
    if set(now) <= known and (now or not known):
        return None
    if not now and not any(before):
        return None
    return FingerprintChange(
        what=what,
        before=", ".join(sorted(known)) or NOTHING,
        after=", ".join(now) or NOTHING,
        breaks_pin=breaks_pin and bool(now) and bool(known),
    )


def _parameters_change(now: Fingerprint, before: Fingerprint) -> FingerprintChange | None:
    names = sorted(
        name
        for name in {*now.sent_parameters, *before.sent_parameters}
        if now.sent_parameters.get(name) != before.sent_parameters.get(name)
    )
    if not names or not now.sent_parameters or not before.sent_parameters:
        return None
    return FingerprintChange(
        what="parameters that were sent",
        before=_settings(before, names),
        after=_settings(now, names),
    )


def _settings(one: Fingerprint, names: Sequence[str]) -> str:
    return ", ".join(f"{name}={one.sent_parameters.get(name, 'not sent')}" for name in names)


def _token_change(now: Fingerprint, before: Sequence[Fingerprint]) -> FingerprintChange | None:
    """Compare prompt sizes item by item: the same bytes must count the same tokens for ever."""
    known: dict[tuple[str, str], set[int]] = {}
    for one in before:
        for key, tokens in one.input_tokens.items():
            known.setdefault(key, set()).add(tokens)
    shared = [key for key in now.input_tokens if key in known]
    moved = [key for key in shared if now.input_tokens[key] not in known[key]]
    if not moved:
        return None
    shift = median(now.input_tokens[key] - median(known[key]) for key in moved)
    size = median(median(known[key]) for key in moved)
    return FingerprintChange(
        what=f"input tokens of {len(moved)} of {len(shared)} pinned prompts",
        before=f"{size:g} (median)",
        after=f"{size + shift:g} ({shift:+g}: hidden text, another template or tokenizer)",
    )
