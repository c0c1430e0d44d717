"""What comes of a decision on many orders: for each the result, or why it was left as it is."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.approval.domain import Status


class Refusal(BaseModel):
    """Why this order was left as it is."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    order_id: str
    """The id as it was given."""
    status: int
    """The HTTP status that this order alone would have been answered with: 404 or 409."""
    code: str
    """One of those of a problem, or `newer`: it came or changed after `as_of`."""
    detail: str
    """Why, in words for people."""
    changes: list[str] = []
    """With `changed`: what has changed since the order was seen."""


class Outcome(BaseModel):
    """Who was approved and who was not; the ones do not wait for the others."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    approved: list[str]
    """The ids of the orders that are approved now."""
    refused: list[Refusal]
    """One entry for each order that is not."""
    approved_at: AwareDatetime
    """The moment of all these approvals."""
    goes_out_at: AwareDatetime | None
    """Until when the approvals can be taken back; None when they have gone out."""


class Undone(BaseModel):
    """Whose approval was taken back, and whose was not."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    undone: list[str]
    """The ids of the orders whose approval was taken back."""
    refused: list[Refusal]
    """One entry for each other order."""


def no_such(order_id: str) -> Refusal:
    """Say that there is no order of this id."""
    return Refusal(order_id=order_id, status=404, code="unknown", detail="No such order.")


def refusal_of(order_id: str, status: Status, approved_by: str | None) -> Refusal:
    """Say why an order in this status is not approved."""
    if status is Status.NEEDS_APPROVAL:
        code, detail = "changed", "It has changed since you saw it: look at it again."
    elif status is Status.CANCELLED:
        code, detail = "cancelled", "It was cancelled."
    elif approved_by:
        code, detail = "already_approved", f"It was approved already, by {approved_by}."
    else:
        code, detail = "not_ready", f"It is not ready: {status.label.lower()}."
    return Refusal(order_id=order_id, status=409, code=code, detail=detail)
