"""How a number is written in every report: one form each, and words where it cannot be told.

Rates and effects come in as fractions; they go out as ``84.0 %`` and ``-3.2 points``.
"""

from __future__ import annotations

from datetime import UTC
from math import isfinite
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

CANNOT_TELL: Final = "cannot tell"
UNKNOWN: Final = "unknown"

_FINEST_P: Final = 0.001
_SECONDS_A_MINUTE: Final = 60
_MINUTES_AN_HOUR: Final = 60


def is_known(*values: float | None) -> bool:
    """Say whether every value is there and finite.

    >>> is_known(0.0, 1.0), is_known(0.0, float("nan")), is_known(None)
    (True, False, False)
    """
    return all(value is not None and isfinite(value) for value in values)


def percent(rate: float | None) -> str:
    """Write a share of 0 to 1.

    >>> percent(0.84), percent(None)
    ('84.0 %', 'cannot tell')
    """
    return CANNOT_TELL if rate is None or not isfinite(rate) else f"{_one_decimal(rate)} %"


def percent_range(low: float, high: float) -> str:
    """Write an interval of shares; the unit stands beside it.

    >>> percent_range(0.781, 0.886)
    '78.1 to 88.6 %'
    """
    if not is_known(low, high):
        return CANNOT_TELL
    return f"{_one_decimal(low)} to {_one_decimal(high)} %"


def points(effect: float) -> str:
    """Write a difference of two shares, with its sign.

    >>> points(-0.032), points(0.05), points(-0.00001), points(float("nan"))
    ('-3.2 points', '+5.0 points', '0.0 points', 'cannot tell')
    """
    return f"{signed(effect)} points" if isfinite(effect) else CANNOT_TELL


def size(effect: float) -> str:
    """Write how large a difference is, whichever way it goes.

    >>> size(0.041), size(-0.041), size(float("nan"))
    ('4.1 points', '4.1 points', 'cannot tell')
    """
    return f"{_one_decimal(abs(effect))} points" if isfinite(effect) else CANNOT_TELL


def points_range(low: float, high: float) -> str:
    """Write an interval of differences.

    >>> points_range(-0.11, 0.004)
    '-11.0 to +0.4 points'
    """
    return f"{signed(low)} to {signed(high)} points" if is_known(low, high) else CANNOT_TELL


def signed(effect: float) -> str:
    """Write a difference in points without the word; zero has no sign.

    >>> signed(0.034), signed(-0.0001)
    ('+3.4', '0.0')
    """
    text = f"{100 * effect:+.1f}"
    return "0.0" if float(text) == 0 else text


def unsigned(rate: float) -> str:
    """Write a share or a size in hundredths, without sign or unit.

    >>> unsigned(0.9246)
    '92.5'
    """
    return _one_decimal(rate)


def p_value(p: float | None, *, alpha: float = _FINEST_P) -> str:
    """Write a p-value, sign included; never as zero.

    The finest step is 0.001, or the power of ten below ``alpha`` where that is smaller, so that
    ``<`` always means "below the level of the test".

    >>> p_value(0.00001), p_value(0.0123), p_value(0.4712), p_value(1.0)
    ('p < 0.001', 'p = 0.012', 'p = 0.47', 'p > 0.99')
    >>> p_value(0.0004, alpha=0.0002), p_value(float("nan"))
    ('p = 0.0004', 'cannot tell')
    """
    bare = bare_p_value(p, alpha=alpha)
    if bare == CANNOT_TELL:
        return bare
    return f"p {bare}" if bare[0] in "<>" else f"p = {bare}"


def bare_p_value(p: float | None, *, alpha: float = _FINEST_P) -> str:
    """Write a p-value for a column that is headed ``p``.

    >>> bare_p_value(0.00001), bare_p_value(0.0123)
    ('< 0.001', '0.012')
    """
    if p is None or not isfinite(p):
        return CANNOT_TELL
    decimals = 3
    while 10**-decimals > alpha > 0:
        decimals += 1
    if p < 10**-decimals:
        return f"< {10**-decimals:.{decimals}f}"
    if p > 0.99:
        return "> 0.99"
    return f"{p:.{decimals}f}" if p < 0.1 else f"{p:.2f}"


def smallest_seen(mde: float) -> str:
    """Write the smallest detectable effect as what could have been seen.

    >>> smallest_seen(0.041), smallest_seen(1.3), smallest_seen(float("nan"))
    ('>= 4.1 points', 'no change', 'cannot tell')
    """
    if not isfinite(mde):
        return CANNOT_TELL
    return f">= {_one_decimal(mde)} points" if mde < 1 else "no change"


def with_interval(figure: str, interval: str) -> str:
    """Set a figure before its interval; words that stand for either are said once.

    >>> with_interval("84.0 %", "77.3 to 89.0 %"), with_interval(CANNOT_TELL, CANNOT_TELL)
    ('84.0 % (77.3 to 89.0 %)', 'cannot tell')
    """
    return f"{figure} ({interval})" if interval and interval != figure else figure


def level(alpha: float) -> str:
    """Write the level of a test with two significant digits.

    >>> level(1 / 260), level(0.05)
    ('0.0038', '0.05')
    """
    return f"{alpha:.2g}" if alpha >= 1e-4 else f"{alpha:.1e}"


def count(number: int) -> str:
    """Write a whole number with commas.

    >>> count(36120)
    '36,120'
    """
    return f"{number:,}"


def plural(number: int, noun: str, nouns: str | None = None) -> str:
    """Write a number with its noun.

    >>> plural(1, "pass", "passes"), plural(16, "pass", "passes"), plural(1200, "call")
    ('1 pass', '16 passes', '1,200 calls')
    """
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def dollars(cost_usd: float | None) -> str:
    """Write money; an unknown price stays unknown.

    >>> dollars(1.5), dollars(0.0042), dollars(0.0), dollars(None)
    ('$1.50', '$0.0042', '$0.00', 'unknown')
    """
    if cost_usd is None or not isfinite(cost_usd):
        return UNKNOWN
    small = 0 < cost_usd < 0.01
    return f"${cost_usd:.2g}" if small and cost_usd >= 1e-4 else _cents(cost_usd)


def duration(seconds: float | None) -> str:
    """Write a time span in the two largest units that matter.

    >>> duration(0.834), duration(132), duration(3700), duration(None)
    ('0.83 s', '2 min 12 s', '1 h 1 min', 'unknown')
    """
    if seconds is None or not isfinite(seconds):
        return UNKNOWN
    if seconds < _SECONDS_A_MINUTE:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), _SECONDS_A_MINUTE)
    if minutes < _MINUTES_AN_HOUR:
        return f"{minutes} min {rest} s"
    return f"{minutes // _MINUTES_AN_HOUR} h {minutes % _MINUTES_AN_HOUR} min"


def moment(when: datetime) -> str:
    """Return a moment to the minute, in UTC, so that it can be compared with any other.

    >>> from datetime import datetime
    >>> moment(datetime.fromisoformat("2026-01-05T06:30:20+02:00"))
    '2026-01-05 04:30 UTC'
    """
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _one_decimal(rate: float) -> str:
    return f"{100 * rate:.1f}"


def _cents(cost_usd: float) -> str:
    return f"${cost_usd:,.2f}" if cost_usd == 0 or cost_usd >= 0.01 else "< $0.0001"
