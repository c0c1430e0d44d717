"""An Idempotency-Key: what is asked twice by one key is done once, and answered twice."""

from tests.integration.approval.test_acting import ask, wait_for_approval
from tests.support.service import Driver


async def test_the_same_key_does_it_once_and_answers_twice(approval: Driver) -> None:
    await wait_for_approval(approval)
    key = {"Idempotency-Key": "one"}

    answers = [await ask(approval, "approve", None, **key) for _ in range(2)]
    other = await ask(approval, "hold", {"reason": "x"}, **key)

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert other.status_code == 422
    assert len(await approval.says()) == 1


async def test_an_answer_is_forgotten_after_a_month(approval: Driver) -> None:
    await wait_for_approval(approval)
    await ask(approval, "hold", {"reason": "x"}, **{"Idempotency-Key": "old"})
    async with approval.service.database.transaction() as transaction:
        await transaction.execute("UPDATE answered SET answered_at = now() - interval '31 days'")
    await ask(approval, "release", None, **{"Idempotency-Key": "new"})

    assert await approval.does("forget_answers")

    again = [
        await ask(approval, act, body, **{"Idempotency-Key": key})
        for act, body, key in (("release", None, "new"), ("hold", {"reason": "x"}, "old"))
    ]
    assert ["Idempotent-Replayed" in answer.headers for answer in again] == [True, False]
