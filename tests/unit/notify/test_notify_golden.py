"""Every message in every form, against files that a person has read.

After a wanted change: delete the files under ``golden/``, run this once (it writes what is missing
and fails), read the difference, commit it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evals.report.notice.links import linked
from evals.report.notice.terminal import notice_lines
from evals.report.notice.text import text_body, text_title
from evals.report.slack import payload, reply
from tests.slack_rules import check_message
from tests.unit.notify.factories_notify import NOTICES

GOLDEN = Path(__file__).parent / "golden"
SERVER = "https://pinwatch.example.org"
REPLIES = ("still_open", "acknowledged", "silenced", "resolved")


def assert_golden(path: Path, text: str) -> None:
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        pytest.fail(f"{path.name} was missing and is written now; read it, then run again")
    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("name", NOTICES)
def test_a_slack_message_is_what_was_read_and_agreed(name: str) -> None:
    message = payload(linked(NOTICES[name](), SERVER, buttons=True), buttons=True)
    check_message(message)
    text = json.dumps(message, indent=1, ensure_ascii=False) + "\n"
    assert_golden(GOLDEN / f"{name}.slack.json", text)


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_in_a_thread_is_what_was_read_and_agreed(name: str) -> None:
    message = reply(NOTICES[name]())
    check_message(message)
    text = json.dumps(message, indent=1, ensure_ascii=False) + "\n"
    assert_golden(GOLDEN / f"{name}.reply.json", text)


@pytest.mark.parametrize("name", NOTICES)
def test_a_plain_text_is_what_was_read_and_agreed(name: str) -> None:
    notice = linked(NOTICES[name](), None)
    assert_golden(GOLDEN / f"{name}.txt", f"{text_title(notice)}\n\n{text_body(notice)}\n")


@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("name", NOTICES)
def test_no_line_is_wider_than_the_screen(name: str, width: int) -> None:
    lines = notice_lines(linked(NOTICES[name](), None), width=width, buttons=("Open", "Silence"))
    assert max(line.cell_len for line in lines) <= width
    assert not any("\x1b" in line.plain for line in lines)


def test_no_line_breaks_between_a_figure_and_its_unit() -> None:
    for width in range(40, 81):
        lines = [
            one.plain.strip("\u258c ") for one in notice_lines(NOTICES["opened"](), width=width)
        ]
        assert not [one for one in lines if re.match("%|points|< ", one)]
