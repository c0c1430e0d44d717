"""The SQL of signing in."""

from shared.database import Transaction


async def use_link(transaction: Transaction, token_id: str) -> bool:
    """Take a sign-in link out of use; False when it had been used."""
    taken = await transaction.execute(
        "INSERT INTO used_link (token_id) VALUES ($1) ON CONFLICT DO NOTHING", token_id
    )
    return taken == 1
