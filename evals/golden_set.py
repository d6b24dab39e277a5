"""What is asked: items, golden sets, and the content address that makes a version immutable."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from evals.digest import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping

GENERATED_BY = "probe:"
"""Before the name of a set that a probe generates: no folder can have such a name."""

MAIN_ARM = "main"
"""The arm of a task that asks each item in one way only."""


class Severity(StrEnum):
    """How much a wrong answer to this item matters to its owner."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatMessage:
    """One turn of a conversation: role is ``system``, ``user`` or ``assistant``."""

    role: str
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScorerSpec:
    """Which scorer grades an item, and with which options.

    ``options`` are JSON values and are checked by the scorer itself (`evals.scorers`).
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return the canonical form: the name under ``type``, then the options."""
        return {"type": self.name, **self.options}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One row of a golden set.

    Attributes:
        id: Unique within the set; never reused for other content.
        messages: What is sent, as chat turns; a plain input is one user turn.
        targets: Accepted answers; any one of them is right. Empty where the scorer needs none.
        scorer: How the answer is graded.
        tags: Free labels, for reports.
        cluster: Items of one cluster (a document, a paraphrase) are summed before they are tested.
        severity: How much a wrong answer matters.
        notes: For the curator; never sent, never hashed into the comparison basis.
        arm: The way in which a probe asks: a position, a length, a kind of pushback.
        turns: What the user says next, one turn after each reply; the last reply is graded.
        conversation: Items of one conversation fork it: within an epoch, turns that they share are
            asked once. None stands for a conversation of its own.
        max_tokens: The longest reply, where the protocol sets it; else the endpoint's pin does.
        top_logprobs: How many alternatives of the first token to ask for; None asks for none.
        reply: Given instead of asked for: only how it is judged is measured.
    """

    id: str
    messages: tuple[ChatMessage, ...]
    targets: tuple[str, ...]
    scorer: ScorerSpec
    tags: tuple[str, ...] = ()
    cluster: str | None = None
    severity: Severity = Severity.NORMAL
    notes: str = ""
    arm: str = MAIN_ARM
    turns: tuple[str, ...] = ()
    conversation: str | None = None
    max_tokens: int | None = None
    top_logprobs: int | None = None
    reply: str | None = None

    @property
    def content_digest(self) -> str:
        """The comparison basis: what is sent and how it is graded, and nothing else.

        Two runs may be compared on an item exactly when this digest agrees; a new tag or note does
        not break a series.
        """
        return digest_of(
            {
                "messages": [[m.role, m.content] for m in self.messages],
                "targets": list(self.targets),
                "scorer": self.scorer.document(),
                **self._protocol(),
            }
        )

    def _protocol(self) -> dict[str, Any]:
        """Return how it is asked, where that is more than once and plainly."""
        said = {
            "turns": list(self.turns),
            "max_tokens": self.max_tokens,
            "top_logprobs": self.top_logprobs,
            "reply": self.reply,
        }
        return {name: value for name, value in said.items() if value}

    def document(self) -> dict[str, Any]:
        """Return the item as canonical JSON values, the form that a version's digest covers."""
        return {
            "id": self.id,
            "messages": [{"role": m.role, "content": m.content} for m in self.messages],
            "targets": list(self.targets),
            "scorer": self.scorer.document(),
            "tags": list(self.tags),
            "cluster": self.cluster,
            "severity": self.severity.value,
            "notes": self.notes,
            **({} if self.arm == MAIN_ARM else {"arm": self.arm}),
            **({} if self.conversation is None else {"conversation": self.conversation}),
            **self._protocol(),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class GoldenSet:
    """A curated, named collection of items under one version label.

    The label is for people; the digest is the version. Publishing a label binds it to its digest
    for good (`evals golden check`).
    """

    name: str
    version: str
    items: tuple[Item, ...]
    description: str = ""

    @property
    def task(self) -> str:
        """The name of the task that asks it; that of a probe's questions is the probe's own."""
        return self.name.removeprefix(GENERATED_BY)

    @property
    def digest(self) -> str:
        """The sha256 of the canonical items, in their order."""
        return digest_of([item.document() for item in self.items])


@dataclass(frozen=True, kw_only=True, slots=True)
class GoldenDiff:
    """What separates two versions of a golden set, by item id, in the order of the sets."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    relabelled: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both versions hold the same items."""
        return not (self.added or self.removed or self.changed or self.relabelled)


def diff(old: GoldenSet, new: GoldenSet) -> GoldenDiff:
    """Name the items that were added, removed or changed between two versions.

    ``changed`` items differ in what is sent or how it is graded, and leave the shared basis of a
    comparison; ``relabelled`` ones differ only in tags, cluster, severity or notes, and stay in it.
    """
    before = {item.id: item for item in old.items}
    after = {item.id: item for item in new.items}
    shared = [item_id for item_id in after if item_id in before]
    changed = tuple(i for i in shared if before[i].content_digest != after[i].content_digest)
    return GoldenDiff(
        added=tuple(i for i in after if i not in before),
        removed=tuple(i for i in before if i not in after),
        changed=changed,
        relabelled=tuple(i for i in shared if i not in changed and before[i] != after[i]),
    )
