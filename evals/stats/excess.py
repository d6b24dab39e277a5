"""More often than it should be: evidence that may be looked at after every single call."""

from __future__ import annotations

from math import log, log1p

from scipy import special


def log_e_of_excess(hits: int, draws: int, *, share: float) -> float:
    """Return the log e-value of ``hits`` in ``draws`` against "at most ``share`` of them".

    E = average over q, uniform on (share, 1), of (q / share)^hits ((1 - q) / (1 - share))^misses.
    Each factor has mean at most 1 while the true share stays below ``share``, so E may be looked at
    after every draw, and P(E ever reaches 1 / alpha) <= alpha. Draws must come in an order that
    their outcome did not choose. Two uses: answers that differ from the recorded ones, against the
    share that an unchanged endpoint would change; and, of the answers that became right or wrong,
    the share that became wrong, against 1/2, which is McNemar's test made sequential. Source:
    mixture martingales, Robbins, Annals of Mathematical Statistics 41 (1970).

    >>> round(log_e_of_excess(6, 8, share=0.12), 1)
    7.6
    >>> log_e_of_excess(0, 0, share=0.12)
    0.0
    """
    if draws == 0:
        return 0.0
    misses = draws - hits
    above = special.betaincc(hits + 1, misses + 1, share)
    mixture = special.betaln(hits + 1, misses + 1) + log(max(float(above), 1e-300))
    return float(mixture - log1p(-share) - hits * log(share) - misses * log1p(-share))
