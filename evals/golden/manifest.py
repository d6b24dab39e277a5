"""``manifest.yaml``: what a golden set says about itself and about all of its items."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evals.golden.fields import Fields, kind_of
from evals.golden.item import ItemDefaults, scorer_spec, severity_from
from evals.golden.yaml import parse_yaml_mapping
from evals.golden_set import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.golden.problems import Problems

MANIFEST_KEYS = (
    "name",
    "version",
    "description",
    "license",
    "canary",
    "instruction",
    "system",
    "scorer",
    "severity",
    "published",
)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LABEL = re.compile(r"\d+\.\d+\.\d+([-+.][0-9A-Za-z.+-]+)?")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class GoldenManifest:
    """The head of a golden set.

    Attributes:
        name: Lower case letters, digits, ``-`` and ``_``; also the name of its folder.
        version: The current label, such as ``1.2.0``.
        defaults: What holds for all items.
        description: One sentence for lists.
        license: SPDX name of the licence of the items.
        canary: A GUID that marks the items, so that training data that contain them can be found.
        published: The digest that each label ever published is bound to.
    """

    name: str
    version: str
    defaults: ItemDefaults = field(default_factory=ItemDefaults)
    description: str = ""
    license: str = ""
    canary: str = ""
    published: Mapping[str, str] = field(default_factory=dict)


def parse_manifest(text: str, *, file: str, problems: Problems) -> GoldenManifest | None:
    """Read a manifest; note what is wrong with it, and return None then."""
    before = len(problems)
    source = parse_yaml_mapping(text, file=file, problems=problems)
    if source is None:
        return None
    manifest = _manifest(Fields(source.data, lambda key: source.place((key,)), problems))
    return manifest if len(problems) == before else None


def is_set_name(name: str) -> bool:
    """Whether ``name`` can name a golden set and its folder.

    >>> is_set_name("support-faq"), is_set_name("../faq")
    (True, False)
    """
    return _NAME.fullmatch(name) is not None


def is_label(label: str) -> bool:
    """Whether ``label`` can name a version.

    >>> is_label("1.2.0"), is_label("1.2.0-rc.1"), is_label("latest")
    (True, True, False)
    """
    return _LABEL.fullmatch(label) is not None


def _manifest(fields: Fields) -> GoldenManifest:
    fields.refuse_unknown(MANIFEST_KEYS)
    return GoldenManifest(
        name=_name(fields),
        version=_version(fields),
        defaults=_defaults(fields),
        description=fields.text("description") or "",
        license=fields.text("license") or "",
        canary=_canary(fields),
        published=_published(fields),
    )


def _defaults(fields: Fields) -> ItemDefaults:
    return ItemDefaults(
        scorer=scorer_spec(fields),
        severity=severity_from(fields) or Severity.NORMAL,
        instruction=_trimmed(fields, "instruction"),
        system=_trimmed(fields, "system"),
    )


def _trimmed(fields: Fields, key: str) -> str | None:
    # A YAML block scalar ends in a line break that nobody means to send.
    text = fields.text(key)
    return None if text is None else text.strip()


def _name(fields: Fields) -> str:
    name = fields.text("name", required=True) or ""
    if name and not is_set_name(name):
        fix = "Use lower case letters, digits, - and _; 64 at most."
        fields.problem("name", f"name {name!r} cannot name a folder", fix)
    return name


def _version(fields: Fields) -> str:
    version = fields.text("version", required=True) or ""
    if version and not is_label(version):
        fix = 'Write three numbers, such as "1.0.0".'
        fields.problem("version", f"version {version!r} is not a label", fix)
    return version


def _canary(fields: Fields) -> str:
    canary = fields.text("canary") or ""
    try:
        return canary and str(uuid.UUID(canary))
    except ValueError:
        fields.problem("canary", f"canary {canary!r} is not a GUID", "Write one, as uuidgen does.")
        return ""


def _published(fields: Fields) -> Mapping[str, str]:
    value = fields.document.get("published")
    if value is None:
        return {}
    if not isinstance(value, dict):
        what = f"published is {kind_of(value)} where a mapping is needed"
        fields.problem("published", what, "Run evals golden publish, which writes it.")
        return {}
    for label, digest in value.items():
        _check_published(fields, label, digest)
    return dict(value)


def _check_published(fields: Fields, label: object, digest: object) -> None:
    if not isinstance(label, str) or not is_label(label):
        what = f"published label {label!r} is not a label"
        fields.problem("published", what, 'Put it in quotes, such as "1.0.0".')
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        what = f"the digest published under {label!r} is not 64 hex digits"
        fields.problem("published", what, "Restore it from the file's history.")
