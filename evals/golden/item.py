"""One line of ``items.jsonl``: from JSON values to an `Item`, and back."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from evals.digest import canonical_json
from evals.errors import GoldenSetError, ScorerError
from evals.golden.fields import Fields, json_fault, kind_of
from evals.golden.problems import Problems, did_you_mean
from evals.golden_set import ChatMessage, Item, ScorerSpec, Severity
from evals.scorers.registry import check_item, scorer_for

if TYPE_CHECKING:
    from collections.abc import Mapping


ITEM_KEYS = ("id", "input", "target", "scorer", "tags", "cluster", "severity", "notes")
ROLES = ("system", "user", "assistant")
LONGEST_ID = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemDefaults:
    """What a manifest says for all items.

    Attributes:
        scorer: For items that name none.
        severity: For items that name none.
        instruction: Appended, after a blank line, to the last user turn of each item.
        system: The system turn of each item that has none of its own.
    """

    scorer: ScorerSpec | None = None
    severity: Severity = Severity.NORMAL
    instruction: str | None = None
    system: str | None = None


def item_from(
    document: Mapping[str, Any], *, where: str, defaults: ItemDefaults, problems: Problems
) -> Item | None:
    """Build an item from one JSON object; note what is wrong with it, and return None then.

    ``where`` is the file and line that messages name.
    """
    fields = Fields(document, lambda key: f"{where}, field {key}", problems)
    before = len(problems)
    fields.refuse_unknown(ITEM_KEYS)
    messages = _messages(fields)
    item = Item(
        id=_id(fields),
        messages=messages,
        targets=fields.texts("target"),
        scorer=_scorer(fields, defaults),
        tags=_tags(fields),
        cluster=fields.text("cluster"),
        severity=severity_from(fields) or defaults.severity,
        notes=_notes(fields),
    )
    if len(problems) > before or problems.full or not _can_be_graded(item, fields):
        return None
    return replace(item, messages=render(messages, defaults))


def render(messages: tuple[ChatMessage, ...], defaults: ItemDefaults) -> tuple[ChatMessage, ...]:
    r"""Put the manifest's system text and instruction into an item's turns.

    >>> turns = (ChatMessage(role="user", content="1 + 1?"),)
    >>> render(turns, ItemDefaults(instruction="Digits only."))[0].content
    '1 + 1?\n\nDigits only.'
    """
    turns = list(messages)
    if defaults.instruction is not None:
        last = max(index for index, turn in enumerate(turns) if turn.role == "user")
        text = f"{turns[last].content}\n\n{defaults.instruction}"
        turns[last] = ChatMessage(role="user", content=text)
    if defaults.system is not None and all(turn.role != "system" for turn in turns):
        turns.insert(0, ChatMessage(role="system", content=defaults.system))
    return tuple(turns)


def item_document(item: Item) -> dict[str, Any]:
    """Return the item as one line of ``items.jsonl``, short forms where they say the same.

    Reading the line back without a manifest's instruction or system text gives an equal item.
    """
    only_user = len(item.messages) == 1 and item.messages[0].role == "user"
    turns = [{"role": turn.role, "content": turn.content} for turn in item.messages]
    document: dict[str, Any] = {
        "id": item.id,
        "input": item.messages[0].content if only_user else turns,
        "target": item.targets[0] if len(item.targets) == 1 else list(item.targets),
        "scorer": item.scorer.document() if item.scorer.options else item.scorer.name,
        "tags": list(item.tags),
        "cluster": item.cluster,
        "severity": None if item.severity is Severity.NORMAL else item.severity.value,
        "notes": item.notes,
    }
    return {key: value for key, value in document.items() if value not in ([], None, "")}


def scorer_from_text(text: str, *, where: str) -> ScorerSpec:
    """Read a scorer as it is written on a command line: a name, or a JSON object with ``type``.

    Raises:
        GoldenSetError: When there is no such scorer or its options are wrong.

    >>> scorer_from_text('{"type": "number", "tolerance": 1}', where="option --scorer").name
    'number'
    """
    problems = Problems()
    try:
        value = json.loads(text) if text.startswith("{") else text
    except (ValueError, RecursionError):
        value = []
    spec = scorer_spec(Fields({"scorer": value}, lambda _: where, problems))
    problems.raise_any("the scorer cannot be used")
    if spec is None:
        raise GoldenSetError("no scorer is named", where=where, fix="Name one, such as exact.")
    return spec


def scorer_spec(fields: Fields) -> ScorerSpec | None:
    """Read the field ``scorer``: a name, or an object with ``type`` and options."""
    value = fields.document.get("scorer")
    if value is None:
        return None
    if isinstance(value, str):
        value = {"type": value}
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        what = f"scorer is {kind_of(value)} without a type"
        fields.problem("scorer", what, 'Write "exact", or {"type": "number", "tolerance": 0.01}.')
        return None
    if fault := json_fault(value):
        fields.problem("scorer", f"scorer {fault}", "Use JSON values only.")
        return None
    spec = ScorerSpec(
        name=value["type"], options={key: part for key, part in value.items() if key != "type"}
    )
    return spec if _is_known(spec, fields) else None


def severity_from(fields: Fields) -> Severity | None:
    """Read the field ``severity``; None when it is absent or was noted as a problem."""
    text = fields.text("severity")
    known = [severity.value for severity in Severity]
    if text is not None and text not in known:
        fields.problem("severity", f"severity {text!r} is unknown", did_you_mean(text, known))
        return None
    return Severity(text) if text is not None else None


def _is_known(spec: ScorerSpec, fields: Fields) -> bool:
    error = _scorer_error(canonical_json(spec.document()))
    if error is not None:
        fields.problem("scorer", error.what, error.fix or "Name a scorer that exists.")
    return error is None


def _can_be_graded(item: Item, fields: Fields) -> bool:
    try:
        check_item(item)
    except ScorerError as error:
        fields.problem("target", error.what, error.fix or "Give the targets that it needs.")
        return False
    return True


@lru_cache(maxsize=256)
def _scorer_error(spec_json: str) -> ScorerError | None:
    # A set of many items names few scorers, and building one can compile a schema.
    document = json.loads(spec_json)
    try:
        scorer_for(ScorerSpec(name=document.pop("type"), options=document))
    except ScorerError as error:
        return error
    return None


def _scorer(fields: Fields, defaults: ItemDefaults) -> ScorerSpec:
    spec = scorer_spec(fields) or defaults.scorer
    if spec is None and fields.document.get("scorer") is None:
        fields.problem("scorer", "no scorer is named", "Name one here or in the manifest.")
    return spec or ScorerSpec(name="")


def _id(fields: Fields) -> str:
    item_id = fields.text("id", required=True) or ""
    if item_id != item_id.strip() or not item_id.isprintable() or len(item_id) > LONGEST_ID:
        what = f"id {item_id[:40]!r} is not a plain name"
        fix = f"Use at most {LONGEST_ID} printable characters, without spaces at the ends."
        fields.problem("id", what, fix)
    return item_id


def _messages(fields: Fields) -> tuple[ChatMessage, ...]:
    value = fields.document.get("input")
    if not isinstance(value, list):
        text = fields.text("input", required=True)
        return () if text is None else (ChatMessage(role="user", content=text),)
    turns = tuple(_turn(fields, turn) for turn in value)
    if all(turn is not None and turn.role != "user" for turn in turns):
        fields.problem("input", "input has no user turn", 'Add {"role": "user", "content": "..."}.')
    return tuple(turn for turn in turns if turn is not None)


def _turn(fields: Fields, value: object) -> ChatMessage | None:
    if not isinstance(value, dict) or set(value) != {"role", "content"}:
        fix = 'Write each turn as {"role": "user", "content": "..."}.'
        fields.problem("input", "a chat turn is not a role with a content", fix)
        return None
    if value["role"] not in ROLES:
        role = value["role"]
        fields.problem("input", f"role {role!r} is unknown", did_you_mean(str(role), ROLES))
        return None
    content = fields.checked_text("input", value["content"])
    return None if content is None else ChatMessage(role=value["role"], content=content)


def _tags(fields: Fields) -> tuple[str, ...]:
    value = fields.document.get("tags")
    if value is not None and not isinstance(value, list):
        fields.problem("tags", f"tags is {kind_of(value)} where a list is needed", 'Write ["a"].')
        return ()
    return fields.texts("tags")


def _notes(fields: Fields) -> str:
    return "" if fields.document.get("notes") == "" else fields.text("notes") or ""
