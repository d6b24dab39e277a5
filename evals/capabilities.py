"""What an endpoint can do, read from what came back; a capability that vanishes is an event."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evals.records import SampleRecord

_LIMITS: Final = ("max_tokens", "max_completion_tokens", "max_output_tokens")
_CLEARLY_LIKELIER: Final = 0.1
"""Nats; nearer candidates can change places between two looks at the same weights."""
_ENOUGH: Final = 10
"""One-token replies that must all be the likeliest: sampled ones rarely are, ten times over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What an endpoint showed that it can do; None where nothing was asked that would tell.

    Attributes:
        logprobs: It returns logprobs when asked.
        temperature: At temperature 0 it says the likeliest token. Told only from one-token replies
            with their logprobs, and only from ten or more of them, or when it refuses the
            parameter.
        one_token: It keeps to a limit of one token.
    """

    logprobs: bool | None = None
    temperature: bool | None = None
    one_token: bool | None = None


def capabilities_of(samples: Iterable[SampleRecord]) -> Capabilities:
    """Tell the capabilities of an endpoint from samples of it.

    A request that fails says nothing, unless its error names the parameter that was refused.

    >>> capabilities_of([])
    Capabilities(logprobs=None, temperature=None, one_token=None)
    """
    seen = tuple(samples)
    return Capabilities(
        logprobs=_gives_logprobs(seen),
        temperature=_honours_temperature(seen),
        one_token=_keeps_to_one_token(seen),
    )


def vanished(now: Capabilities, before: Sequence[Capabilities]) -> tuple[str, ...]:
    """Name what ``now`` lacks though it was last seen before; unknown is not lacking.

    >>> vanished(Capabilities(logprobs=False), [Capabilities(logprobs=True), Capabilities()])
    ('logprobs',)
    """
    return tuple(
        field.name
        for field in fields(Capabilities)
        if getattr(now, field.name) is False and _last_known(field.name, before) is True
    )


def _last_known(name: str, before: Sequence[Capabilities]) -> bool | None:
    known = [getattr(one, name) for one in before]
    return next((value for value in reversed(known) if value is not None), None)


def _gives_logprobs(samples: Sequence[SampleRecord]) -> bool | None:
    if any(sample.top_logprobs for sample in samples):
        return True
    if _refused(samples, ("logprob",)):
        return False
    asked = (s for s in samples if s.sent_parameters.get("logprobs") and s.text is not None)
    return False if any(asked) else None


def _honours_temperature(samples: Sequence[SampleRecord]) -> bool | None:
    if _refused(samples, ("temperature",)):
        return False
    cold = [s for s in samples if s.sent_parameters.get("temperature") == 0 and _limit(s) == 1]
    behind = [gap for gap in map(_behind_the_likeliest, cold) if gap is not None]
    if any(gap > _CLEARLY_LIKELIER for gap in behind):
        return False
    return True if len(behind) >= _ENOUGH else None


def _keeps_to_one_token(samples: Sequence[SampleRecord]) -> bool | None:
    if _refused(samples, _LIMITS):
        return False
    counts = [s.output_tokens for s in samples if _limit(s) == 1 and s.text is not None]
    known = [count for count in counts if count is not None]
    return all(count <= 1 for count in known) if known else None


def _refused(samples: Iterable[SampleRecord], words: Sequence[str]) -> bool:
    errors = (sample.error.casefold() for sample in samples if sample.error)
    return any(word in error for error in errors for word in words)


def _limit(sample: SampleRecord) -> object:
    sent = sample.sent_parameters
    return next((sent[name] for name in _LIMITS if name in sent), None)


def _behind_the_likeliest(sample: SampleRecord) -> float | None:
    """Return by how many nats the token that was said is less likely than the likeliest one."""
    said = (sample.text or "").strip()
    if not sample.top_logprobs or not said:
        return None
    chances = sample.top_logprobs
    own = [chance for token, chance in chances.items() if token.strip() == said]
    return max(chances.values()) - max(own, default=min(chances.values()))
