"""Files that cannot be deleted, as a person sees them and has it tried again."""

from tests.integration.approval.pressing import page, press, wishes
from tests.support.events import order_id, order_received
from tests.support.failures import ended, kept
from tests.support.service import Driver

FILES = ("prints/1a.png", "prints/2b.png")


async def test_files_that_stay_are_shown_with_what_to_do(signed_in: Driver) -> None:
    await signed_in.hears(*map(kept, FILES))

    banner, shown = await page(signed_in, "/"), await page(signed_in)

    assert "2 deletions of files fail again and again." in banner
    assert "printfile cannot delete 2 files that no order needs" in shown
    assert "look whether the object store answers" in shown
    assert "the object store did not delete it (PermissionDeniedError)" in shown
    assert "first <time" in shown
    assert "What came after it waits" not in shown


async def test_an_order_whose_files_stay_is_named_and_linked(signed_in: Driver) -> None:
    reason = "Platen met an error of its own (KeyError); its log tells more"
    await signed_in.hears(order_received("7"), kept(order_id("7"), subject="order", reason=reason))

    banner, shown = await page(signed_in, "/"), await page(signed_in)

    assert "1 deletion of files fails again and again." in banner
    assert "printfile cannot delete the files of #7" in shown
    assert f'<a href="/orders/{order_id("7")}">#7</a>' in shown


async def test_deletions_can_be_tried_again_and_not_given_up(signed_in: Driver) -> None:
    await signed_in.hears(*map(kept, FILES))

    shown = await page(signed_in)
    await press(signed_in, "retry", shown)

    assert "Give up" not in shown
    assert wishes(await signed_in.says()) == [
        ("FailureRetryRequested", "printfile", "deletion", FILES)
    ]


async def test_what_is_deleted_at_last_is_shown_no_more(signed_in: Driver) -> None:
    await signed_in.hears(*map(kept, FILES))

    await signed_in.hears(*[ended(kept(name)) for name in FILES])

    assert "Nothing has failed" in await page(signed_in)
    assert "again and again" not in await page(signed_in, "/")
