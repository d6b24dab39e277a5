"""A client of the API: the same shapes, the same errors. Small on purpose."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

import httpx
from pydantic import ValidationError

from evals.versions import code_version
from service.api.kinds import error_of
from service.api.shapes.base import Page
from service.api.shapes.endpoints import Endpoint
from service.api.shapes.problem import MEDIA_TYPE, Problem
from service.api.shapes.runs import Moment, Run, RunProgress, StartRun
from service.api.shapes.samples import Sample
from service.api.shapes.suites import Suite
from service.api.shapes.verdicts import Verdict
from service.errors import ServerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from service.api.shapes.alerts import Alert
    from service.api.shapes.base import Shape
    from service.api.shapes.schedules import ScheduleRecord

    S = TypeVar("S", bound=Shape)

PREFIX: Final = "/api/v1"
MOST_ROWS: Final = 200
MOST_CUTS: Final = 6
"""How often in a row a watched line may be cut before anything was told."""
_TIMEOUT: Final = httpx.Timeout(30.0, read=60.0)
"""Seconds; a line that is watched says something every 15."""


@dataclass(kw_only=True, slots=True)
class Client:
    """Speaks to one server. Use it as a context manager, or `close` it.

    Every method raises the error that the server names, as the same command would raise it here,
    and `ServerUnavailable` where there is no such server.

    Attributes:
        wait: Sleeps so many seconds.
    """

    http: httpx.Client = field(repr=False)
    wait: Callable[[float], None] = time.sleep

    @classmethod
    def of(cls, url: str, token: str | None = None) -> Client:
        """Return a client of the server at ``url``.

        Raises:
            ServerUnavailable: ``url`` is none.
        """
        headers = {"User-Agent": f"pinwatch/{code_version()}"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            http = httpx.Client(
                base_url=url.rstrip("/") + PREFIX, headers=headers, timeout=_TIMEOUT
            )
        except (httpx.InvalidURL, UnicodeEncodeError):
            http = None
        if http is None or http.base_url.scheme not in ("http", "https") or not http.base_url.host:
            raise ServerUnavailable(
                "the address of the server is none",
                fix="Write it as https://host or http://host:8765.",
            )
        return cls(http=http)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    def endpoints(self) -> Iterator[Endpoint]:
        """Yield the endpoints that the server watches."""
        return self._every("/endpoints", Endpoint)

    def suites(self) -> Iterator[Suite]:
        """Yield the suites that the server knows."""
        return self._every("/suites", Suite)

    def runs(self, *, endpoint: str | None = None, suite: str | None = None) -> Iterator[Run]:
        """Yield runs, the newest first; pages are fetched as they are needed."""
        return self._every("/runs", Run, endpoint=endpoint, suite=suite)

    def run(self, run_id: str) -> Run:
        """Return the run with this id or prefix."""
        return Run.model_validate(self._json("GET", f"/runs/{_part(run_id)}"))

    def start(self, order: StartRun) -> Run:
        """Have a run planned and performed."""
        body = order.model_dump(mode="json", exclude_none=True)
        return Run.model_validate(self._json("POST", "/runs", json=body))

    def cancel(self, run_id: str) -> Run:
        """Ask for a run to be cancelled."""
        return Run.model_validate(self._json("POST", f"/runs/{_part(run_id)}/cancel"))

    def samples(self, run_id: str) -> Iterator[Sample]:
        """Yield the samples of a run in the order in which they were stored."""
        return self._every(f"/runs/{_part(run_id)}/samples", Sample)

    def verdict(self, run_id: str) -> Verdict:
        """Return the newest verdict on a run."""
        return Verdict.model_validate(self._json("GET", f"/runs/{_part(run_id)}/verdict"))

    def report(self, run_id: str) -> dict[str, Any]:
        """Return the report of a judged run as a document."""
        found: dict[str, Any] = self._json("GET", f"/runs/{_part(run_id)}/report")
        return found

    def written_report(self, run_id: str, form: str, *, width: int = 100, height: int = 40) -> str:
        """Return the report of a judged run as text: text, markdown, html or junit."""
        params = {"form": form, "width": width, "height": height}
        return self._send("GET", f"/runs/{_part(run_id)}/report", params=params).text

    def alerts(self, *, states: Sequence[str] = (), endpoint: str | None = None) -> Iterator[Alert]:
        """Yield alerts, the newest first; only those in one of ``states``, if any is named."""
        from service.api.shapes.alerts import Alert  # loads the store's tables, as few need

        return self._every("/alerts", Alert, state=list(states) or None, endpoint=endpoint)

    def schedules(self, *, retired: bool = False) -> Iterator[ScheduleRecord]:
        """Yield schedules by name; those out of force, too, if they are wanted."""
        from service.api.shapes.schedules import ScheduleRecord  # likewise

        return self._every("/schedules", ScheduleRecord, retired=retired)

    def watch(self, run_id: str) -> Iterator[tuple[Moment, RunProgress]]:
        """Yield each change of a run until it has ended; a line that is cut is taken up again."""
        cuts = 0
        while True:
            try:
                for told in self._events(f"/runs/{_part(run_id)}/events"):
                    cuts = 0
                    yield told
                    if told[0] is Moment.ENDED:
                        return
                cut: ServerUnavailable | None = None  # the server left; its successor goes on
            except ServerUnavailable as error:
                cut = error
            cuts += 1
            if cuts >= MOST_CUTS:
                raise cut or ServerUnavailable("the server ends every line", where=self._place)
            self.wait(min(2.0**cuts, 15.0))

    def _events(self, path: str) -> Iterator[tuple[Moment, RunProgress]]:
        try:
            with self.http.stream("GET", path) as response:
                if not response.is_success:
                    response.read()
                    raise self._error(response)
                event = data = ""
                for line in response.iter_lines():
                    if line.startswith("event: "):
                        event = line.removeprefix("event: ")
                    elif line.startswith("data: "):
                        data = line.removeprefix("data: ")
                    elif not line and event and data:
                        yield Moment(event), RunProgress.model_validate_json(data)
                        event = data = ""
        except httpx.TransportError as error:
            raise self._unreachable(error) from error

    def _every(self, path: str, shape: type[S], **params: Any) -> Iterator[S]:
        wanted = {name: value for name, value in params.items() if value is not None}
        cursor: str | None = None
        while True:
            query = wanted | ({"cursor": cursor} if cursor else {})
            if "limit" not in query and path not in _WHOLE:
                query["limit"] = MOST_ROWS
            page = Page[shape].model_validate(self._json("GET", path, params=query))  # type: ignore[valid-type]
            yield from page.items
            cursor = page.next
            if cursor is None:
                return

    def _json(self, method: str, path: str, **options: Any) -> Any:
        response = self._send(method, path, **options)
        try:
            return response.json()
        except ValueError as error:
            raise self._stranger() from error

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            response = self.http.request(method, path, **options)
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        if not response.is_success:
            raise self._error(response)
        return response

    def _error(self, response: httpx.Response) -> Exception:
        if response.headers.get("content-type", "").startswith(MEDIA_TYPE):
            try:
                return error_of(Problem.model_validate_json(response.content))
            except ValidationError:
                return self._stranger()
        return self._stranger(f" (HTTP {response.status_code})")

    def _stranger(self, seen: str = "") -> ServerUnavailable:
        return ServerUnavailable(
            f"what answers is no server of Pinwatch{seen}",
            where=self._place,
            fix="Name the address of `evals serve`, without /api.",
        )

    def _unreachable(self, error: httpx.TransportError) -> ServerUnavailable:
        return ServerUnavailable(
            f"the server cannot be reached: {type(error).__name__}",
            where=self._place,
            fix="Is `evals serve` running there?",
        )

    @property
    def _place(self) -> str:
        url = self.http.base_url
        return f"{url.scheme}://{url.netloc.decode()}"


_WHOLE: Final = ("/endpoints", "/suites")
"""Lists that always come in one page."""


def _part(text: str) -> str:
    """Return ``text`` as one part of a path."""
    from urllib.parse import quote

    return quote(text, safe="")
