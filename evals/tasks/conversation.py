"""Asks a conversation: a question, whatever follows it, and every way in which it forks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from inspect_ai.log import transcript
from inspect_ai.model import (
    ChatMessageUser,
    GenerateConfig,
    ModelOutput,
    get_model,
)
from inspect_ai.util import LimitExceededError

from evals.call_state import CallState
from evals.tasks.failure import CallFailure, call_failure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from inspect_ai.model import ChatMessage

    from evals.golden_set import Item

_Path: TypeAlias = "tuple[object, ...]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What came back for one item of a conversation.

    Attributes:
        outputs: Of the calls that were made for this item; the last one is its reply. An item that
            asks nothing new shares the reply of the one before it, in ``shared``.
        shared: The reply to the same turns, asked for another item.
        failure: Why there is no reply.
        calls: Calls that were made for this item, whatever came of them, retries aside.
        retries: Attempts before those that counted.
    """

    outputs: tuple[ModelOutput, ...] = ()
    shared: ModelOutput | None = None
    failure: CallFailure | None = None
    calls: int = 0
    retries: int = 0

    @property
    def output(self) -> ModelOutput | None:
        """The reply that is graded; None when the last call brought none."""
        if self.failure is not None:
            return None
        found = self.outputs[-1] if self.outputs else self.shared
        return found if found is not None and found.choices else None

    def document(self) -> dict[str, Any]:
        """Return it as JSON values, for the sample's store."""
        failure = self.failure
        return {
            "outputs": [_dump(output) for output in self.outputs],
            "shared": _dump(self.shared) if self.shared else None,
            "failure": {"state": failure.state.value, "words": failure.words} if failure else None,
            "calls": self.calls,
            "retries": self.retries,
        }


def reply_from(document: Mapping[str, Any]) -> Reply:
    """Undo `Reply.document`."""
    failure, shared = document["failure"], document["shared"]
    return Reply(
        outputs=tuple(ModelOutput.model_validate(output) for output in document["outputs"]),
        shared=ModelOutput.model_validate(shared) if shared else None,
        failure=CallFailure(state=CallState(failure["state"]), words=failure["words"])
        if failure
        else None,
        calls=document["calls"],
        retries=document["retries"],
    )


@dataclass(slots=True)
class Conversation:
    """A tree of turns: what two items have in common is asked once.

    A call that fails for good is noted, not raised, so that its state is ours; whatever would have
    followed it fails with it, unasked.
    """

    before_call: Callable[[], Awaitable[None]]
    said: dict[_Path, ModelOutput | CallFailure] = field(default_factory=dict)
    messages: list[ChatMessage] = field(default_factory=list)
    """The last fork, as it went on."""

    async def ask(self, item: Item, opening: Sequence[ChatMessage]) -> Reply:
        """Ask what is new in ``item``; ``opening`` is its first messages, as Inspect has them."""
        self.messages = list(opening)
        if item.reply is not None:
            return Reply(shared=ModelOutput.from_content(model="", content=item.reply))
        path: _Path = (item.messages, item.max_tokens, item.top_logprobs)
        made: list[ModelOutput | CallFailure] = []
        attempts = _attempts()
        for turn in (None, *item.turns):
            if turn is not None:
                self.messages.append(ChatMessageUser(content=turn))
                path = (*path, turn)
            if path not in self.said:
                self.said[path] = await self._call(item)
                made.append(self.said[path])
            said = self.said[path]
            if isinstance(said, CallFailure):
                break
            if said.choices:
                self.messages.append(said.choices[0].message)
        return Reply(
            outputs=tuple(one for one in made if isinstance(one, ModelOutput)),
            shared=said if isinstance(said, ModelOutput) and not made else None,
            failure=said if isinstance(said, CallFailure) else None,
            calls=len(made),
            retries=max(0, _attempts() - attempts - len(made)),
        )

    async def _call(self, item: Item) -> ModelOutput | CallFailure:
        config = GenerateConfig(
            max_tokens=item.max_tokens,
            logprobs=True if item.top_logprobs else None,
            top_logprobs=item.top_logprobs,
        )
        try:
            await self.before_call()
            return await get_model().generate(self.messages, config=config)
        except LimitExceededError:
            raise  # Inspect's own stop signal, though it is a plain Exception
        except Exception as error:  # noqa: BLE001 - each provider raises its own kinds
            return call_failure(error)


def _attempts() -> int:
    """Count the requests of this sample so far; Inspect notes each as an event of its own."""
    return sum(event.event == "model" for event in transcript().events)


def _dump(output: ModelOutput) -> dict[str, Any]:
    return output.model_dump(mode="json", exclude_none=True)
