"""Effective context: how long may a text be before its reader loses the thread?

**Asked.** Five families of questions with invented names and codes: ``lookup`` (one record),
``keys`` (four keys at once, each with a near duplicate), ``tracing`` (a code handed on four
times), ``reports`` (the third report on one place, among those on another) and ``marks`` (the most
frequent of four marks, six against four). Texts have 0.5K, 1K (the base), 4K, 16K, 64K or 128K
nominal tokens of four characters, to the character; the same question grows by filler alone. Its
decisive line stands at 10, 50 or 90 % of the text, the three in turn; marks are all over it. Two
worked questions about a last line of the text come before the one that counts.

**Read.** Over graded answers:

- L_eff: the longest length L at which accuracy is at least 0.85 times that at 1K, as it is at
  every tested length below; ``>16K`` if at all that were tested, ``<0.5K`` if at none,
  ``non_monotone`` if at a longer one again, ``no base`` if accuracy at 1K is under 0.6. L_eff_low
  is the same with the lower ends of the Wilson intervals in the place of the accuracies.
  `share_of_advertised` holds L_eff against the context that the provider promises.
- accuracy by length, family and depth
- intact: share of the prompts from the third length on whose reported input tokens are at most 2 %
  under what the two shortest lengths let expect; fewer is silent truncation (`truncation`). A
  prompt that always took the same tokens and now takes others is seen by the fingerprint.

**Series.** One a length, the longest being the headline, and ``intact``. Each question is a
cluster.

**Limits.** Lengths are nominal: a token has four characters in English, more or less by tokenizer
(``characters a token`` tells). A prompt beyond the endpoint's window is refused as an error, so
that its length is not measured, and not wrong: leave such lengths out. Where providers report
cached input tokens apart, prompts that were cached look truncated; a drift run has every cache
off. Thirty questions a length see a fall of 20 points in five of six checks at the 1 % level, if
the endpoint repeats itself (simulated); a noisier one needs more.

**Source.** The tasks follow ideas of RULER (Hsieh et al. 2024, arXiv 2404.06654), the threshold of
0.85 times the base is NoLiMa's (Modarressi et al. 2025, arXiv 2502.05167); prompts and code are
our own.
"""

from evals.probes.context_length.probe import PROBE

__all__ = ["PROBE"]
