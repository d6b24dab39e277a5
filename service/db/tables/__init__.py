"""The tables, by noun. Importing this package registers all of them."""

from __future__ import annotations

from service.db.tables.alerts import AlertRow, AlertTransitionRow, RunPValuesRow
from service.db.tables.baselines import BaselineRetirementRow, BaselineRow, BaselineRunRow
from service.db.tables.content import PinRow, PolicyRow, SuiteRow, TextRow
from service.db.tables.golden import GoldenItemRow, GoldenMemberRow, GoldenVersionRow
from service.db.tables.notifications import (
    NotificationAttemptRow,
    NotificationRow,
    NotificationTransitionRow,
)
from service.db.tables.pin_checks import PinCheckRow
from service.db.tables.queue import HandedRunRow, KeyLeaseRow, RunShardRow, ShardState
from service.db.tables.runs import RunRow, RunTaskRow
from service.db.tables.samples import SampleRow, ScoreRow
from service.db.tables.schedules import ScheduleRow, ScheduleSource, SlotRow
from service.db.tables.slack_callbacks import SlackCallbackRow
from service.db.tables.tokens import TokenRow
from service.db.tables.verdicts import TaskVerdictRow, VerdictRow

__all__ = [
    "AlertRow",
    "AlertTransitionRow",
    "BaselineRetirementRow",
    "BaselineRow",
    "BaselineRunRow",
    "GoldenItemRow",
    "GoldenMemberRow",
    "GoldenVersionRow",
    "HandedRunRow",
    "KeyLeaseRow",
    "NotificationAttemptRow",
    "NotificationRow",
    "NotificationTransitionRow",
    "PinCheckRow",
    "PinRow",
    "PolicyRow",
    "RunPValuesRow",
    "RunRow",
    "RunShardRow",
    "RunTaskRow",
    "SampleRow",
    "ScheduleRow",
    "ScheduleSource",
    "ScoreRow",
    "ShardState",
    "SlackCallbackRow",
    "SlotRow",
    "SuiteRow",
    "TaskVerdictRow",
    "TextRow",
    "TokenRow",
    "VerdictRow",
]
