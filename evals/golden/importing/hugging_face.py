"""Hugging Face data sets, by name on the hub or as a folder on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evals.errors import GoldenSetError
from evals.golden.importing.records import check_columns, item_fields
from evals.golden.importing.source import ImportedRow, needs_extra, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from evals.golden.importing.source import ImportLog, ImportSource

_SAVED = ("dataset_info.json", "dataset_dict.json")


def hugging_face_rows(source: ImportSource, log: ImportLog) -> Iterator[ImportedRow]:
    """Yield the rows of one split of a data set, streamed.

    Raises:
        GoldenSetError: When the extra ``data`` is missing, the data set cannot be had, the split is
            not said and there are several, or a column is not there.
    """
    records, columns = _one_split(_load(source), source), source.columns
    for number, record in enumerate(_guarded(records, source), start=1):
        where = f"{source.location}, row {number}"
        if number == 1:
            columns = check_columns(record, columns, where=where, log=log)
        yield ImportedRow(where=where, document=item_fields(record, columns))


def _load(source: ImportSource) -> Any:
    try:
        import datasets
    except ImportError as error:
        raise needs_extra(error) from error
    try:
        if any((source.path / name).is_file() for name in _SAVED):
            return datasets.load_from_disk(source.location)
        return datasets.load_dataset(source.location, name=source.subset, streaming=True)
    except Exception as error:  # the library raises dozens of unrelated types
        fix = "Check the name, --subset and the network, or give a local folder."
        raise unreadable(source, error, fix) from error


def _one_split(loaded: Any, source: ImportSource) -> Iterable[Mapping[str, Any]]:
    if not isinstance(loaded, dict):
        return loaded  # type: ignore[no-any-return]  # one split, saved alone
    names = list(loaded)
    wanted = source.split if source.split is not None or len(names) != 1 else names[0]
    if wanted not in loaded:
        what = f"split {wanted!r} is not there" if wanted else "the data set has several splits"
        fix = f"Choose one with --split: {', '.join(map(str, names))}."
        raise GoldenSetError(what, where=source.location, fix=fix)
    return loaded[wanted]  # type: ignore[no-any-return]  # datasets has no types


def _guarded(
    records: Iterable[Mapping[str, Any]], source: ImportSource
) -> Iterator[Mapping[str, Any]]:
    rows = iter(records)
    while True:
        try:
            record = next(rows, None)
        except Exception as error:  # streaming fails in as many ways as loading
            raise unreadable(source, error, "Check the data set and the network.") from error
        if record is None:
            return
        yield record
