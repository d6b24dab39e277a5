"""A model swap: two endpoints, the same items, one window; is B not worse than A by a margin?"""

from evals.swap.comparing import DEFAULT_MARGIN_POINTS, compare_endpoints
from evals.swap.document import swap_document, swap_json
from evals.swap.markdown import swap_markdown
from evals.swap.swap import EXIT_CODES, SwapReport, SwapRow, SwapSide, SwapTask
from evals.swap.text import print_swap, swap_text

__all__ = [
    "DEFAULT_MARGIN_POINTS",
    "EXIT_CODES",
    "SwapReport",
    "SwapRow",
    "SwapSide",
    "SwapTask",
    "compare_endpoints",
    "print_swap",
    "swap_document",
    "swap_json",
    "swap_markdown",
    "swap_text",
]
