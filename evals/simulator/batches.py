"""Batches in OpenAI's words: a file of requests goes in, and comes back answered a little later."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from itertools import count
from typing import TYPE_CHECKING, Any

from evals.simulator.openai_chat import OpenAIChat
from evals.simulator.protocol import BadRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.simulator.endpoint import SimulatedEndpoint

LOOKS_IN_PROGRESS = 1
"""How often a batch is found in progress before it is found complete."""


@dataclass(slots=True)
class Batches:
    """The files and batches of one endpoint. Faults of the line do not reach a batch."""

    endpoint: SimulatedEndpoint
    _files: dict[str, bytes] = field(default_factory=dict)
    _batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    _looks: dict[str, int] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def upload(self, body: bytes, content_type: str) -> dict[str, Any]:
        """Keep a file that came as a form; raises BadRequestError where there is none."""
        head = f"Content-Type: {content_type}\r\n\r\n".encode()
        form = BytesParser(policy=HTTP).parsebytes(head + body)
        parts = [part for part in form.walk() if part.get_filename() is not None]
        if not parts:
            raise BadRequestError("the form holds no file")
        content = parts[0].get_payload(decode=True)
        if not isinstance(content, bytes):
            raise BadRequestError("the file holds no bytes")
        return self._keep(content)

    def content(self, file_id: str) -> bytes | None:
        """Return a file; None for an unknown one."""
        return self._files.get(file_id)

    def submit(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer a file of requests, and hold the answers back for a look or two."""
        requests = self._files.get(str(body.get("input_file_id")))
        if requests is None:
            raise BadRequestError("there is no such file")
        lines = [self._answer(json.loads(line)) for line in requests.splitlines() if line.strip()]
        output = self._keep("\n".join(json.dumps(line) for line in lines).encode())
        batch_id = f"batch_{next(self._numbers)}"
        counts = {"total": len(lines), "completed": len(lines), "failed": 0}
        self._batches[batch_id] = {
            "id": batch_id,
            "object": "batch",
            "endpoint": body.get("endpoint"),
            "input_file_id": body["input_file_id"],
            "completion_window": "24h",
            "created_at": 0,
            "output_file_id": output["id"],
            "request_counts": counts,
        }
        self._looks[batch_id] = 0
        return {**self._batches[batch_id], "status": "validating", "output_file_id": None}

    def look(self, batch_id: str) -> dict[str, Any] | None:
        """Return a batch as it stands; None for an unknown one."""
        batch = self._batches.get(batch_id)
        if batch is None:
            return None
        self._looks[batch_id] += 1
        if self._looks[batch_id] <= LOOKS_IN_PROGRESS:
            return {**batch, "status": "in_progress", "output_file_id": None}
        return {**batch, "status": "completed"}

    def _keep(self, content: bytes) -> dict[str, Any]:
        file_id = f"file-{next(self._numbers)}"
        self._files[file_id] = content
        return {
            "id": file_id,
            "object": "file",
            "bytes": len(content),
            "created_at": 0,
            "filename": "batch.jsonl",
            "purpose": "batch",
            "status": "processed",
        }

    def _answer(self, line: dict[str, Any]) -> dict[str, Any]:
        protocol = OpenAIChat()
        body = line["body"]
        outcome = self.endpoint.ask(protocol.parse(body), protocol=protocol.name, body=body)
        answer = protocol.document(outcome.reply, outcome.number)
        return {
            "id": f"batch_req_{outcome.number}",
            "custom_id": line["custom_id"],
            "response": {"status_code": 200, "request_id": "sim", "body": answer},
            "error": None,
        }
