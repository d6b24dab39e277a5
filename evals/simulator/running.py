"""The simulator for tests, the demo and the command line."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evals.simulator.app import simulator_app
from evals.simulator.endpoint import SimulatedEndpoint, SimulatorConfig
from evals.simulator.loopback import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.simulator.behaviour import Behaviour
    from evals.simulator.endpoint import LoggedRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningSimulator:
    """A handle on a simulator that is being served.

    Attributes:
        url: Base URL without a path.
        endpoint: The state behind it.
    """

    url: str
    endpoint: SimulatedEndpoint

    @property
    def openai_base_url(self) -> str:
        """What the OpenAI client takes as ``base_url``."""
        return f"{self.url}/v1"

    @property
    def anthropic_base_url(self) -> str:
        """What the Anthropic client takes as ``base_url``."""
        return self.url

    @property
    def requests(self) -> list[LoggedRequest]:
        """The latest requests, up to 50,000, in order of arrival; headers are never kept."""
        return self.endpoint.log()

    def behave(self, **change: Any) -> Behaviour:
        """Change the behaviour from the next request on.

        Names are the fields of Persona and Behaviour, e.g. ``behave(skill_drop=0.3,
        faults=[{"kind": "rate_limit", "count": 3}])``. Raises ConfigError for unknown names.
        """
        return self.endpoint.behave(change)


@contextmanager
def running_simulator(
    config: SimulatorConfig | None = None, *, port: int = 0
) -> Iterator[RunningSimulator]:
    """Serve a simulator in a thread and yield its handle; port 0 takes any free one."""
    endpoint = SimulatedEndpoint(config or SimulatorConfig())
    with served(simulator_app(endpoint), port=port) as url:
        yield RunningSimulator(url=url, endpoint=endpoint)
