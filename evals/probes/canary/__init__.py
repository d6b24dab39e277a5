"""Is it still the same model? Twenty calls of one token, cheap enough for every hour.

Protocol. Twenty pinned prompts, each asked once with one token to answer, in one of three modes:

- ``logprobs`` (default): the five likeliest first tokens and their logprobs come back
- ``border``: the same prompts without logprobs, for endpoints that give none. Each has many good
  first words, so that a model stands near a border between two of them, and a small change of
  weights tips some over
- ``short``: twenty short questions with whole answers, for endpoints that cannot stop after a
  token

Series, one row a prompt; each is also tested for changed answers, and there lies its power:

- ``likeliest`` (with logprobs): the answer is the three likeliest tokens in their order; the share
  counts prompts of which the likeliest has at least half of the mass
- ``first token``: the answer is the first token; the share counts those that begin with a letter
  or digit. In short mode: the first word, and the share of right answers
- ``form`` (in short mode): the answer is length (in doubling steps) and marks of the reply; the
  share counts bare replies, one line without markdown

Prompts that vary by themselves are learned from the baseline, as with every item: what is stable
there carries the evidence. These series say ``changed``, never ``regressed``, so a rise and a fall
are the same news.

Figures: ``sure`` (as in ``likeliest``), ``first_logprob`` (mean logprob of the likeliest token, in
nats), ``opens_with_word``, ``logprobs`` (share of replies that came with them) and ``one_token``
(share that kept to it); in short mode ``accuracy``, ``bare`` and ``length`` (median characters).

The sharpest comparison needs both sides at once: `evals.probes.canary.drift.drift`, a permutation
test on mean logprobs (`evals.stats.logprobs`). What an endpoint can do is read from the samples by
`evals.capabilities.capabilities_of`: a capability that vanishes is an event, and the series that
needs it falls silent, never wrong.

Limits. One token says that something moved, not what, nor whether it matters: the suites with
questions say that. Logprobs tremble with batching; the baseline must span some days. A gateway that
spreads one name over several models shows as noise.

Sources: tracking of logprobs (arXiv 2512.03816), border inputs (arXiv 2602.11083).
"""

from evals.probes.canary.probe import PROBE

__all__ = ["PROBE"]
