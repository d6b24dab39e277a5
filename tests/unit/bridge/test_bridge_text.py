"""What a bridge says, read by a person and kept."""

from __future__ import annotations

from evals.bridge import bridge_text, reason_to_bless
from tests.factories import an_item
from tests.unit.bridge.factories_bridge import ITEMS, a_bridge, passes

HOLDS = """\
✓ RE-ANCHORED: baseline first-bridge, 3 passes, takes over from first
  What we changed: parameters: temperature 0 -> 1
  Asked the old way, beside first: ok
    {reason}
  The new way less the old one, in one window (90 % interval):
    facts: -8.0 points (-15.5 to +0.1 points), 50 items, 8.0 % of them not right equally often
      10 items not compared: asked the new way only
      10 items not compared: asked the old way only
"""
MOVED = """\
✗ NOT RE-ANCHORED: asked as for baseline first, the endpoint is not what was blessed
  What we changed: parameters: temperature 0 -> 1
  Asked the old way, beside first: invalid
    the served model was acme-1 and is acme-2
    it reports another served model: acme-1 -> acme-2
  The new way less the old one, in one window (90 % interval):
    facts: 0.0 points (-3.8 to +3.8 points), 60 items, 0.0 % of them not right equally often
  To start anew from what it is today, and lose the thread to what was before:
    evals baseline bless new-1 new-2 new-3 --name first-bridge --why ...
"""


def test_a_bridge_that_holds_says_what_our_change_amounts_to() -> None:
    joined = [an_item(number) for number in range(10, 70)]
    report = a_bridge(
        passes("old", 3, wrong=[5]),
        passes("new", 3, asked=joined, wrong=range(4)),
        known=[*ITEMS, *joined],
    )
    assert bridge_text(report) == HOLDS.format(reason=report.verdict.reasons[0])
    assert reason_to_bless(report) == (
        "bridge from first: parameters: temperature 0 -> 1; "
        "facts -8.0 points (-15.5 to +0.1 points)"
    )


def test_a_bridge_that_does_not_hold_says_why_and_how_to_start_anew() -> None:
    report = a_bridge(passes("old", 3, wrong=[5], served_models=("acme-2",)))
    assert bridge_text(report) == MOVED
