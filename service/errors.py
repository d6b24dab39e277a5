"""Errors of the keeper: each says what happened, where, and what to do next."""

from __future__ import annotations

from evals.errors import EvalsError


class ServiceError(EvalsError):
    """Root of the errors that the keeper raises on purpose."""


class StoreUnavailable(ServiceError):  # noqa: N818 - the name says what is wrong, not that it is wrong
    """The database does not answer, or not to us. Nothing was written."""


class StoreFull(StoreUnavailable):
    """The database has no room left. The open transaction was rolled back; stored rows are safe."""


class SchemaBehind(StoreUnavailable):
    """The database was made by an older Pinwatch and waits for `evals db upgrade`."""


class SchemaAhead(StoreUnavailable):
    """The database was made by a newer Pinwatch than this one."""


class RunNotFound(ServiceError):  # noqa: N818 - as above
    """No run has this id or prefix."""


class RunBusy(ServiceError):  # noqa: N818 - as above
    """Another process performs this run."""


class KeyBusy(ServiceError):  # noqa: N818 - as above
    """Others use every connection that a key's limit allows."""


class HandedBack(ServiceError):  # noqa: N818 - as above
    """This process ends; what it was doing goes on in another."""


class BaselineNotFound(ServiceError):  # noqa: N818 - as above
    """No baseline has this name."""


class BaselineRefused(ServiceError):  # noqa: N818 - as above
    """These runs cannot be blessed together, or not under this name."""


class BudgetRefused(ServiceError):  # noqa: N818 - as above
    """A run could break a budget of the month. Nothing was stored, and nothing asked."""


class BridgeRefused(ServiceError):  # noqa: N818 - as above
    """There is nothing to bridge, or the old way of asking is beyond this installation."""


class CopyRefused(ServiceError):  # noqa: N818 - as above
    """This copy of the store cannot be made, or not be put back. The store is as it was."""


class AmbiguousId(ServiceError):  # noqa: N818 - as above
    """A prefix fits more than one run."""


class RunFinished(ServiceError):  # noqa: N818 - as above
    """The run has ended, so that there is nothing to cancel."""


class RunCancelled(ServiceError):  # noqa: N818 - as above
    """Somebody asked for the run to be cancelled while it was performed."""


class TokenNotFound(ServiceError):  # noqa: N818 - as above
    """No token has this name."""


class TokenRefused(ServiceError):  # noqa: N818 - as above
    """No such token can be made."""


class AccessRefused(ServiceError):  # noqa: N818 - as above
    """The API does not let this caller do this."""


class TooManyWatchers(ServiceError):  # noqa: N818 - as above
    """The server keeps no more lines open for those who watch runs."""


class RequestRefused(ServiceError):  # noqa: N818 - as above
    """The API cannot follow this request."""


class ScheduleNotFound(ServiceError):  # noqa: N818 - as above
    """No schedule has this name."""


class ScheduleUnreadable(ServiceError):  # noqa: N818 - as above
    """A schedule that another server wrote cannot be followed by this one."""


class ScheduleRefused(ServiceError):  # noqa: N818 - as above
    """A schedule cannot be changed in this way."""


class SlotNotFound(ServiceError):  # noqa: N818 - as above
    """No slot has this number."""


class NameNotFound(ServiceError):  # noqa: N818 - as above
    """Nothing has this name."""


class AlertNotFound(ServiceError):  # noqa: N818 - as above
    """No alert has this number."""


class AlertRefused(ServiceError):  # noqa: N818 - as above
    """An alert cannot be changed in this way."""


class NotJudged(ServiceError):  # noqa: N818 - as above
    """Nobody judged the run yet, so that there is nothing to report."""


class AddressRefused(ServiceError):  # noqa: N818 - as above
    """Nothing can listen there."""


class ServerUnavailable(ServiceError):  # noqa: N818 - as above
    """No server of Pinwatch answers there."""
