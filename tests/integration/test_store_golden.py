"""Golden set versions and documents in the store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from evals.errors import GoldenSetError
from evals.golden_set import ChatMessage, Severity
from service.db.session import reading, writing
from service.db.tables import GoldenItemRow, GoldenMemberRow
from service.store import documents, golden
from tests.databases import opened
from tests.integration.store_factories import NOW, make_golden_set, make_item

if TYPE_CHECKING:
    from sqlalchemy import Engine

VERSION = make_golden_set()


def test_a_version_comes_back_as_it_was_stored(database: Engine) -> None:
    odd = make_item(
        "odd",
        messages=(
            ChatMessage(role="system", content="Be brief.\x00"),
            ChatMessage(role="user", content="¿Qué? 🦉 \ue000"),
        ),
        targets=(),
        tags=(),
        cluster="doc-1",
        severity=Severity.HIGH,
        notes="never sent",
    )
    stored = make_golden_set(make_item("z"), odd, make_item("a"))
    with writing(database) as session:
        golden.save(session, stored, now=NOW)
    with reading(database) as session:
        assert golden.load(session, name=stored.name, label="1.0") == stored


def test_an_unknown_version_is_none(database: Engine) -> None:
    with reading(database) as session:
        assert golden.load(session, name="no", label="1.0") is None
        assert golden.load_digest(session, "0" * 64) is None


def test_saving_again_does_nothing(database: Engine) -> None:
    for _ in range(2):
        with writing(database) as session:
            golden.save(session, VERSION, now=NOW)
    with reading(database) as session:
        assert golden.load(session, name=VERSION.name, label="1.0") == VERSION


def test_other_content_under_a_stored_label_is_refused_and_the_old_stays(
    database: Engine,
) -> None:
    with writing(database) as session:
        golden.save(session, VERSION, now=NOW)
    changed = replace(VERSION, items=(make_item("capital-fr", targets=("Rome",)),))
    with pytest.raises(GoldenSetError, match="new version"), writing(database) as session:
        golden.save(session, changed, now=NOW)
    with reading(database) as session:
        assert golden.load(session, name=VERSION.name, label="1.0") == VERSION


def test_old_versions_stay_readable_and_share_their_items(database: Engine) -> None:
    newer = replace(VERSION, version="1.1", items=(*VERSION.items, make_item("capital-it")))
    with writing(database) as session:
        golden.save(session, VERSION, now=NOW)
        golden.save(session, newer, now=NOW)
    with reading(database) as session:
        assert golden.load(session, name=VERSION.name, label="1.0") == VERSION
        assert golden.load_digest(session, newer.digest) == newer
        assert session.scalar(select(func.count()).select_from(GoldenItemRow)) == 3


def test_versions_that_share_items_can_be_saved_at_once(database: Engine) -> None:
    url = database.url.render_as_string(hide_password=False)
    items = tuple(make_item(f"item-{number}") for number in range(50))

    def save(label: str) -> None:
        ordered = items if label == "up" else items[::-1]
        with opened(url) as engine, writing(engine) as session:
            golden.save(session, make_golden_set(*ordered, version=label), now=NOW)
            golden.save(session, make_golden_set(*items, version="both"), now=NOW)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(save, ["up", "down"]))
    with reading(database) as session:
        assert session.scalar(select(func.count()).select_from(GoldenMemberRow)) == 150
        assert golden.load(session, name=VERSION.name, label="down") is not None


def test_documents_come_back_and_the_first_one_stays(database: Engine) -> None:
    first = {"model": "m", "parameters": {"stop": ["\x00"], "temperature": 0.5}, "z": None}
    with writing(database) as session:
        for document in (first, {"model": "other"}):
            documents.save_pin(
                session, endpoint="prod", digest="a" * 64, document=document, now=NOW
            )
            documents.save_suite(
                session, name="weekly", digest="b" * 64, document=document, now=NOW
            )
            documents.save_policy(session, digest="c" * 64, document=document, now=NOW)
    with reading(database) as session:
        assert documents.load_pin(session, endpoint="prod", digest="a" * 64) == first
        assert documents.load_suite(session, name="weekly", digest="b" * 64) == first
        assert documents.load_policy(session, "c" * 64) == first
        assert documents.load_pin(session, endpoint="canary", digest="a" * 64) is None
        assert documents.load_suite(session, name="weekly", digest="a" * 64) is None
        assert documents.load_policy(session, "a" * 64) is None
