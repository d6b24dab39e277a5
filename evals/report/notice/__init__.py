"""What a message says, decided once; every channel only lays it out.

`Notice` and its document are light. What makes notices lies beside them: `of_report` from a run,
`of_condition` from everything else, `digest` from a week without news.
"""

from evals.report.chart import ChartRow
from evals.report.notice.document import from_document, to_document
from evals.report.notice.notice import (
    Advice,
    ChangedItem,
    CheckLine,
    Digest,
    FingerprintLine,
    Link,
    Notice,
    NoticeKind,
    Onset,
    SeriesLine,
)

__all__ = [
    "Advice",
    "ChangedItem",
    "ChartRow",
    "CheckLine",
    "Digest",
    "FingerprintLine",
    "Link",
    "Notice",
    "NoticeKind",
    "Onset",
    "SeriesLine",
    "from_document",
    "to_document",
]
