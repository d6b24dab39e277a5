"""Does the code run as it comes? The probe of a documented silent change of form.

Protocol: twenty-five small functions of our own specification; the reply is to be nothing but the
code. Every reply is graded twice, in one call:

- as_is: the reply as it stands, nothing removed, is Python that defines the function, and passes
  every test
- stripped: the same for the code inside the one fence that holds the function, or for the reply
  itself where there is none

The tests run in a sandbox only; the suite must grant one (``sandbox: subprocess`` or ``docker``).

Figures, over the functions whose reply holds the function somewhere:

- executable as_is, executable stripped: shares that pass every test
- parses as_is, parses stripped: shares that are Python at all
- format_cost = executable stripped - executable as_is: what the form alone costs
- fenced: share of replies with a code fence

Two scores always, since a change of form and a change of skill are different news: between March
and June 2023 GPT-4's directly executable code fell from 52 to 10 %, while the same code without its
fences rose from 52 to 70 %.

Limits: twenty-five functions bound a share by about 19 points either way. A reply without the
function is unparsed in both scores.

Source of the idea and of the published figures: Chen, Zaharia, Zou, "How is ChatGPT's behavior
changing over time?" (arXiv 2307.09009); the stripped figures are recomputed from its data.
"""

from evals.probes.code_format.probe import PROBE

__all__ = ["PROBE"]
