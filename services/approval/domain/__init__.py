"""The rules of approval, with no input and no output."""

from services.approval.domain.facts import Facts
from services.approval.domain.holds import Reason
from services.approval.domain.learning import learn
from services.approval.domain.retry import retry
from services.approval.domain.review import Approval, Review, hear_all
from services.approval.domain.snapshot import Snapshot, snapshot_of
from services.approval.domain.standing import Standing, Status, standing_of
from services.approval.domain.timeline import Happening, happening_of

__all__ = [
    "Approval",
    "Facts",
    "Happening",
    "Reason",
    "Review",
    "Snapshot",
    "Standing",
    "Status",
    "happening_of",
    "hear_all",
    "learn",
    "retry",
    "snapshot_of",
    "standing_of",
]
