"""Does it say the same thing twice? Twenty pinned prompts, five times each.

Protocol: ten prompts whose reply is cut after one token, six short questions that end in
``FINAL: <answer>``, four texts that are cut after 300 tokens; each asked five times in one run, at
the parameters of the pin. A reply that is cut by the probe's own limit is whole: it is compared as
far as it goes. Every cache must be off.

Figures, over the prompts with N replies (N is the number of passes), after Atil et al.:

- TARr@N: share of prompts whose N raw replies are all the same text
- TARa@N: share of prompts whose N parsed answers are all the same; a text that has no answer counts
  as its own, white space aside
- agreement: mean over prompts of the share of equal pairs among the raw replies; free of N, so
  that it may be compared with runs of other lengths
- unique: mean number of different raw replies to a prompt
- common_prefix: median over prompts of the longest common beginning of the raw replies, as a share
  of the longest of them

An alarm goes both ways. A fall says that batching, hardware or routing changed, or that the
temperature is no longer honoured; a jump to 1 often means that a cache answers, and then no other
figure of the run measures the model.

Limits: twenty prompts bound the share by about 20 points either way; a prompt that lost one of its
replies is missing, with the state of that reply. TARr@N and TARa@N fall as N grows: only runs with
the same number of passes are comparable on them.

Sources: Atil et al., "Non-determinism of 'deterministic' LLM settings" (arXiv 2408.04667); He et
al., "Defeating nondeterminism in LLM inference" (2025).
"""

from evals.probes.determinism.probe import PROBE

__all__ = ["PROBE"]
