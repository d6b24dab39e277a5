"""The configuration of a process that stays: read again when its files change."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from evals.config import CONFIG_FILE, Config, load_config, parse_config
from evals.errors import ConfigError, EvalsError

if TYPE_CHECKING:
    from service.settings import Settings

    Stamps = tuple[tuple[Path, int, int] | None, ...]

Read = tuple[Config, list[Path]]
"""A configuration, and the folders that hold golden sets."""


@dataclass(slots=True)
class Configuration:
    """``evals.yaml`` as it is now; while it is broken, as it last was right.

    Attributes:
        path: The file; the system prompts that it names are watched, too.
        optional: A file that was never there is an empty configuration.
        problem: Why the file on disk is not followed; None while it is.
    """

    path: Path
    optional: bool = False
    problem: EvalsError | None = field(default=None, init=False)
    _good: Read | None = field(default=None, init=False)
    _stamps: Stamps = field(default=(), init=False)
    _watched: tuple[Path, ...] = field(default=(), init=False)
    _seen: Config | None = field(default=None, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    @classmethod
    def named(cls, path: Path | None, settings: Settings) -> Configuration:
        """Return the file ``path``, or the one that the environment or custom names."""
        found = path or settings.config_path
        return cls(found, optional=path is None and found == Path(CONFIG_FILE))

    def current(self) -> Read:
        """Return the configuration, read anew if a file changed since.

        Raises:
            ConfigError: It cannot be followed, and never could.
        """
        with self._lock:
            stamps = tuple(_stamp(path) for path in (self.path, *self._watched))
            if self._good is None or stamps != self._stamps:
                self._read()
            assert self._good is not None  # noqa: S101 - else it was raised
            return self._good

    def unseen(self) -> Config | None:
        """Return the configuration when it was not `seen` yet as it is now, and there is a file.

        Raises: As `current`.
        """
        config, _ = self.current()
        return None if config is self._seen or not self.path.exists() else config

    def seen(self, config: Config) -> None:
        """Note that all was done that ``config`` asks for."""
        self._seen = config

    def _read(self) -> None:
        # What changes while we read is read again: its stamp is older than it.
        files = (self.path, *_prompts_of(self.path))
        stamps = tuple(_stamp(path) for path in files)
        try:
            good = read(self.path, optional=self.optional and self._good is None)
        except EvalsError as problem:
            self.problem = problem
            if self._good is None:
                raise
        else:
            self._good, self.problem = good, None
        self._watched, self._stamps = files[1:], stamps


def read(path: Path, *, optional: bool = False) -> Read:
    """Read a configuration; return it with the folders that hold golden sets.

    An ``optional`` file may be missing, and is an empty configuration then: endpoints can be named
    as provider/model, and the shipped golden sets are there.

    Raises:
        ConfigError: The file cannot be read, or names a folder that is not there.
    """
    if optional and not path.exists():
        return Config(), [Path(folder) for folder in Config().golden_sets]
    config = load_config(path)
    folders = [path.parent / folder for folder in config.golden_sets]
    missing = next((folder for folder in folders if not folder.is_dir()), None)
    if missing is not None and "golden_sets" in config.model_fields_set:
        raise ConfigError(
            f"there is no folder {missing}",
            where=f"{path}, field golden_sets",
            fix="Make it, or name the folder that holds your golden sets.",
        )
    return config, folders


def _stamp(path: Path) -> tuple[Path, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return path, found.st_mtime_ns, found.st_size


def _prompts_of(path: Path) -> tuple[Path, ...]:
    """Return the system prompt files that a configuration names; none while it is broken."""
    try:
        config = parse_config(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, EvalsError):
        return ()
    named = (one.system_prompt_file for one in config.endpoints.values())
    return tuple(path.parent / name for name in named if name is not None)
