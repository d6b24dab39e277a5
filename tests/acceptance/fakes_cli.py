"""Servers that the simulator cannot play: one that judges, and one that knows nobody's key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

FORBIDDEN_WORD = "sorry"


def fake_server() -> Starlette:
    """Serve `/judge/v1`, which passes what is not sorry, and `/locked/v1`, which answers 401."""
    path = "/v1/chat/completions"
    return Starlette(
        routes=[
            Route(f"/judge{path}", _judge, methods=["POST"]),
            Route(f"/locked{path}", _locked, methods=["POST"]),
        ]
    )


async def _judge(web: Request) -> JSONResponse:
    body = json.loads(await web.body())
    reply = body["messages"][-1]["content"].partition("the reply to grade\n")[2]
    material = reply.partition("\n\n==")[0]
    verdict = "fail" if FORBIDDEN_WORD in material.lower() else "pass"
    return JSONResponse(_completion(f"I read it.\nVERDICT: {verdict}", body["model"]))


async def _locked(web: Request) -> JSONResponse:
    said = f"Incorrect API key provided: {web.headers['authorization']}"
    return JSONResponse({"error": {"message": said, "type": "invalid_request_error"}}, 401)


def _completion(text: str, model: str) -> dict[str, Any]:
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": text},
            }
        ],
        "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
    }
