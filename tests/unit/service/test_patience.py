"""Patience: what fails while the database is away is done again; a full disk is told at once."""

from __future__ import annotations

import pytest

from service.db.patience import IMPATIENT, Patience
from service.errors import StoreFull, StoreUnavailable

PATIENT = Patience(seconds=60, pause_seconds=0)


class Away:
    """A database that is away for so many tries."""

    def __init__(self, tries: int, error: type[Exception] = StoreUnavailable) -> None:
        self.tries, self.error, self.seen = tries, error, 0

    def __call__(self) -> str:
        self.seen += 1
        if self.seen <= self.tries:
            raise self.error("it is away")
        return "done"


def test_what_a_restart_interrupts_is_done_again() -> None:
    away = Away(3)
    assert PATIENT(away) == "done"
    assert away.seen == 4


def test_a_person_hears_of_it_at_once() -> None:
    away = Away(1)
    with pytest.raises(StoreUnavailable):
        IMPATIENT(away)
    assert away.seen == 1


@pytest.mark.parametrize("error", [StoreFull, ValueError])
def test_what_waiting_cannot_mend_is_told_at_once(error: type[Exception]) -> None:
    away = Away(1, error)
    with pytest.raises(error):
        PATIENT(away)
    assert away.seen == 1
