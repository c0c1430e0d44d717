"""Orders as a shop has them, for pages that people look at."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from playwright.async_api import Locator, Page

from shared.events import (
    ChargeRecorded,
    Cost,
    Event,
    LineItem,
    Money,
    OrderQuoted,
    OrderReceived,
    Preview,
    Property,
    Shopper,
)
from tests.support.events import (
    charge_recorded,
    dollars,
    fulfillment_started,
    line_item,
    order_cancelled,
    order_id,
    order_quoted,
    order_received,
    print_file,
    print_file_failed,
    print_file_ready,
    product_published,
    quote_refused,
    shipped,
    storefront_updated,
)
from tests.support.service import Driver

NAMES = (
    "Ada Lovelace",
    "Grace Hopper",
    "Alan Turing",
    "Mary Somerville",
    "Emmy Noether",
    "Srinivasa Ramanujan",
    "Hedy Lamarr",
    "Katherine Johnson",
    "Niels Abel",
    "Sofia Kovalevskaya",
)
TITLES = ("Adventure tee", "Family mug", "Star map poster", "Pet portrait tee", "Trail hoodie")


def line(number: int, name: str = "") -> LineItem:
    """Build the line of an order."""
    first = (name or NAMES[number % 10]).split()[0]
    return line_item(
        title=TITLES[number % 5],
        variant_title="Black / M",
        sku=f"{TITLES[number % 5].upper().replace(' ', '-')}-M",
        properties=(Property(name="Name", value=first), Property(name="Date", value="May 4")),
    )


def placed(number: int, **changes: object) -> OrderReceived:
    """Build an order; the higher its number, the later it was placed."""
    name = NAMES[number % 10]
    email = f"{name.split()[0].lower()}@example.com"
    moment = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=20 * (2010 - number))
    values = {
        "placed_at": moment,
        "changed_at": moment,
        "occurred_at": moment,
        "shopper": Shopper(name=name, email=email),
        "items": (line(number),),
        "total": Money(minor=2400 + 350 * (number % 9), currency="USD"),
    }
    return order_received(str(number), **values | changes)


def made(number: int, item: LineItem | None = None) -> Event:
    """Build the news that its print file is made."""
    sha = sha256(str(number).encode()).hexdigest()
    return print_file_ready(
        str(number),
        item_fingerprint=(item or line(number)).fingerprint,
        files=(print_file(sha256=sha),),
        preview=Preview(key=f"previews/{sha}.webp", width_px=340, height_px=400),
    )


def cost(number: int) -> int:
    """Give the cents of a product; one is dearer than what is paid for it."""
    return 2810 if number % 9 == 0 else 895 + 60 * (number % 5)


def quoted(number: int) -> OrderQuoted:
    """Build the news of what an order would cost."""
    parts = {"product": dollars(cost(number)), "shipping": dollars(475)}
    costs = tuple(Cost.model_validate({"kind": kind, "amount": parts[kind]}) for kind in parts)
    return order_quoted(str(number), costs=costs, total=dollars(cost(number) + 475))


def charged(number: int) -> list[ChargeRecorded]:
    """Build the charges of an order, a day apart."""
    at = placed(number).placed_at
    return [
        charge_recorded(str(number), amount=dollars(cost(number)), charged_at=at),
        charge_recorded(
            str(number),
            kind="shipping",
            amount=dollars(475),
            charged_at=at + timedelta(hours=20),
        ),
    ]


def a_shops_orders() -> list[Event]:
    """Give orders that stand everywhere an order can."""
    events: list[Event] = []
    for number in range(1975, 2000):
        events += [placed(number), made(number)]
    events += [quoted(number) for number in range(1975, 1998)]
    events += [quote_refused("1998"), quoted(1999)]
    for number in (1975, 1976, 1977, 1981):
        events += [fulfillment_started(str(number)), *charged(number), shipped(str(number))]
        events += [storefront_updated(str(number))]
    for number in (1978, 1979, 1985):
        events += [fulfillment_started(str(number)), charged(number)[0]]
    events += [order_cancelled("1980")]
    events += [placed(2000), print_file_failed("2000", item_fingerprint=line(2000).fingerprint)]
    events += [placed(2001, is_paid=False), made(2001), placed(2002)]
    return events


def products() -> list[Event]:
    """Give the products that the orders are of, as catalog says them."""
    return [product_published(title.lower().replace(" ", "-"), title=title) for title in TITLES]


def row(page: Page, number: int) -> Locator:
    """Give the row of an order."""
    return page.locator(f"#o-{order_id(str(number))}")


async def waiting(approval: Driver, *numbers: int) -> None:
    """Have orders come that wait for an approval."""
    for number in numbers:
        await approval.hears(placed(number), made(number))
