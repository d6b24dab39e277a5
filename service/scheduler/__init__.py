"""The scheduler: it notices that a check is due. Any number of servers do so, and none leads.

The database settles who does what: a slot is unique, and moves by conditional updates.
"""

from __future__ import annotations

from service.scheduler.claiming import Claims, claim_due

__all__ = ["Claims", "claim_due"]
