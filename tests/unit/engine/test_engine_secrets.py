"""Keys and surroundings: what goes into the child, and what must never come out."""

from __future__ import annotations

import pickle
from pathlib import Path

import httpx2
import openai
from hypothesis import given
from hypothesis import strategies as st

from evals.endpoint import Endpoint
from evals.engine.plan import Asked, RunPlan, Secret
from evals.engine.surroundings import own_environment
from evals.redaction import REDACTED, redact, redact_error
from evals.suite import Sandbox

KEY = "sk-sentinel-0123456789"
JSON = st.recursive(
    st.none() | st.integers() | st.text() | st.just(f"the key {KEY}!"),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just(KEY), inner),
)


def test_a_plan_never_shows_its_key() -> None:
    endpoint = Endpoint(model="openai/gpt-4o-2024-08-06")
    asked = Asked(endpoint=endpoint, key=Secret(value=KEY))
    folder = Path("logs")
    plan = RunPlan(
        run_id="r",
        target=asked,
        judge=asked,
        tasks=(),
        sandbox=Sandbox.NONE,
        log_dir=folder,
        scratch_dir=folder,
    )
    assert KEY not in f"{plan!r} {plan}"
    restored: RunPlan = pickle.loads(pickle.dumps(plan))  # noqa: S301 - our own bytes: it must arrive
    assert restored.target.key.value == KEY


@given(document=JSON)
def test_redaction_leaves_no_key_and_keeps_all_else(document: object) -> None:
    redacted = redact(document, KEY)
    assert KEY not in repr(redacted)
    assert KEY in repr(document) or redacted == document


def test_the_judges_key_is_kept_out_like_the_targets_even_where_one_holds_the_other() -> None:
    longer = f"{KEY}-judge"
    said = f"{KEY} and {longer}"
    assert redact(said, KEY, longer) == redact(said, longer, KEY) == f"{REDACTED} and {REDACTED}"


def test_placeholder_keys_spoil_no_words() -> None:
    assert redact("a key is a key", "key") == "a key is a key"
    assert redact("nothing", None) == "nothing"


def test_an_error_keeps_its_type_but_not_the_key_and_so_do_its_causes() -> None:
    response = httpx2.Response(401, request=httpx2.Request("POST", "http://endpoint"))
    body = {"message": f"wrong key {KEY}"}
    error = openai.AuthenticationError(f"401 {KEY}", response=response, body=body)
    error.__cause__ = ValueError(f"header Bearer {KEY}")
    redact_error(error, KEY)
    shown = f"{error} {error!r} {error.body} {error.message} {error.__cause__}"
    assert KEY not in shown
    assert REDACTED in str(error)


def test_the_environment_cannot_redirect_a_pinned_endpoint_or_switch_inspect() -> None:
    inherited = {
        "OPENAI_BASE_URL": "http://elsewhere",
        "ANTHROPIC_BASE_URL": "http://elsewhere",
        "OPENAI_API_BASE": "http://elsewhere",
        "INSPECT_EVAL_MODEL": "another",
        "INSPECT_TRACE_FILE": "/dev/stderr",
        "HTTPS_PROXY": "http://proxy",
        "PATH": "/bin",
    }
    own = own_environment(inherited, Path("scratch"))
    assert not {name for name in own if name.endswith(("_BASE_URL", "_API_BASE"))}
    assert "INSPECT_EVAL_MODEL" not in own
    assert "INSPECT_TRACE_FILE" not in own
    assert own["HTTPS_PROXY"] == "http://proxy"
    assert own["PATH"] == "/bin"
    assert own["XDG_DATA_HOME"] == "scratch"
