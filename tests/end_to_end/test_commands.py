"""What an operator does about orders, from a terminal beside the running system."""

import asyncio
import json

from typer.testing import CliRunner, Result

from deploy.cli import app
from tests.end_to_end.world import World


async def platen(world: World, *words: str) -> Result:
    """Run the command beside the loop of the tests, as an operator would."""
    words = (*words, "--folder", str(world.running.home.folder))
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, words))


async def test_an_order_is_shown_and_approved_by_its_number(world: World) -> None:
    [name] = await world.orders(count=1, seed=41)
    order = await world.waits_for(name, "needs_approval")

    told = await platen(world, "orders", "show", name, "--json")
    shown = await platen(world, "orders", "show", name)
    approved = await platen(world, "orders", "approve", name.removeprefix("#"))
    again = await platen(world, "orders", "approve", name)
    unknown = await platen(world, "orders", "show", "#9")

    assert json.loads(told.stdout)["order_id"] == order["order_id"]
    assert shown.stdout.startswith(f"{name}  Needs approval\n{order['order_id']}  ")
    assert f"Order {name} received" in shown.stdout
    assert (approved.exit_code, approved.stdout) == (0, "1 order(s) approved.\n")
    assert again.exit_code == 1
    assert unknown.exit_code == 1
    assert "No order has the number #9" in unknown.stderr


async def test_more_orders_than_are_listed_are_said(world: World) -> None:
    for name in await world.orders(seed=42, count=2):
        await world.waits_for(name, "needs_approval")

    listed = await platen(world, "orders", "list", "--limit", "1")

    assert listed.stdout.count("\n") == 2
    assert "There are more" in listed.stderr
