"""A database that refuses something of one order: an error that nobody expects."""

from shared.service import Service
from tests.support.events import order_id


async def refuse(service: Service, table: str, what: str, number: str = "1001") -> None:
    """Have every DELETE, INSERT or UPDATE of a row of the order fail."""
    row = "NEW" if what == "INSERT" else "OLD"
    async with service.database.transaction() as transaction:
        await transaction.execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'not this one';
            END $$
            """
        )
        await transaction.execute(
            f"""
            CREATE TRIGGER refused BEFORE {what} ON {table}
            FOR EACH ROW WHEN ({row}.order_id::text = '{order_id(number)}')
            EXECUTE FUNCTION refuse()
            """
        )


async def allow(service: Service) -> None:
    """Mend it."""
    async with service.database.transaction() as transaction:
        await transaction.execute("DROP FUNCTION refuse CASCADE")
