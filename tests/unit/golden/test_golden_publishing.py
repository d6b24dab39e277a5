from __future__ import annotations

import re
from pathlib import Path

import pytest

from evals.errors import GoldenSetError
from evals.golden.folder import GoldenFolder, parse_golden_set
from evals.golden.publishing import publication_faults, published_text

ITEMS = '{"id": "a", "input": "1 + 1?", "target": "2", "scorer": "exact"}\n'
OLD = "a" * 64
HEAD = "# ours\nname: faq  # short\nversion: 1.1.0\n"


def folder(manifest: str, *, items: str = ITEMS, changelog: str = "## 1.1.0\n") -> GoldenFolder:
    head, golden_set = parse_golden_set(manifest, items)
    return GoldenFolder(path=Path("faq"), manifest=head, golden_set=golden_set, changelog=changelog)


def faults(subject: GoldenFolder) -> list[str]:
    return [str(fault) for fault in publication_faults(subject)]


def _comments(text: str) -> list[str]:
    return [line[line.index("#") :] for line in text.splitlines() if "#" in line]


def _keys(text: str) -> list[str]:
    return re.findall(r"^(\w+):", text, re.MULTILINE)


@pytest.mark.parametrize(
    "tail",
    [
        "",
        "published:\n",
        "published: {}\n",
        "published: {}  # none yet\nlicense: MIT\n",
        f"published:\n  1.0.0: {OLD}\n",
        f"published:\n  1.0.0: {OLD}",
        f"published:\n    1.0.0: {OLD}  # first\n\n# last words\nlicense: MIT\n",
        f"published: {{1.0.0: {OLD}}}\nlicense: MIT\n",
        f'published:\r\n  "1.0.0": "{OLD}"\r\nlicense: MIT\r\n',
    ],
)
def test_publishing_adds_one_entry_and_keeps_the_rest(tail: str) -> None:
    before = folder(HEAD + tail)
    text = published_text(HEAD + tail, before)
    after = folder(text)
    assert faults(after) == []
    assert after.manifest.published == {
        **before.manifest.published,
        "1.1.0": before.golden_set.digest,
    }
    assert all(comment in text for comment in _comments(HEAD + tail))
    assert _keys(text) == list(dict.fromkeys([*_keys(HEAD + tail), "published"]))


def test_publishing_twice_changes_nothing() -> None:
    text = published_text(HEAD, folder(HEAD))
    assert published_text(text, folder(text)) == text


def test_changed_content_under_a_published_label_fails_and_cannot_be_published() -> None:
    text = published_text(HEAD, folder(HEAD))
    changed = folder(text, items=ITEMS.replace("2", "3"))
    assert "Bump the version in the manifest, or restore the items" in faults(changed)[0]
    with pytest.raises(GoldenSetError, match="was published as"):
        published_text(text, changed)


def test_an_unpublished_label_says_how_to_publish() -> None:
    assert "Run: evals golden publish faq" in faults(folder(HEAD))[0]


def test_a_version_without_a_word_in_the_changelog_fails() -> None:
    text = published_text(HEAD, folder(HEAD))
    assert "says nothing about version 1.1.0" in faults(folder(text, changelog="## 1.0.0"))[0]


def test_a_set_in_a_folder_of_another_name_fails() -> None:
    head = HEAD.replace("faq", "other")
    assert "in a folder called 'faq'" in faults(folder(published_text(head, folder(head))))[0]


def test_a_manifest_that_cannot_be_added_to_says_what_to_write() -> None:
    text = HEAD + "...\n"
    with pytest.raises(GoldenSetError, match="Add the line yourself"):
        published_text(text, folder(text))
