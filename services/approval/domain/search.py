"""Which words find an order, and what a person's words ask for."""

from collections.abc import Iterator

from services.approval.domain.facts import Facts


def words_of(facts: Facts) -> list[str]:
    """Give the words that find the order: number, shopper, products, tracking numbers."""
    return sorted({word for text in texts_of(facts) for word in words_in(text)})


def words_differ(before: Facts, after: Facts) -> bool:
    """Tell whether anything that words come from is different; most events change none of it."""
    return (
        after.order is not before.order
        or after.started is not before.started
        or after.packages is not before.packages
        or after.tracking is not before.tracking
    )


def texts_of(facts: Facts) -> Iterator[str]:
    """Give every text that people search by."""
    if facts.order:
        order = facts.order
        yield from (order.order_number, order.order_number.lstrip("#"), order.storefront_order_id)
        yield from (order.shop, order.shopper.name, order.shopper.email)
        yield order.shipping_address.name if order.shipping_address else ""
        for line in order.items:
            yield from (line.sku or "", line.title)
    if facts.started:
        yield facts.started.provider_order_id
    yield from (package.tracking_number for package in facts.packages.values())
    yield from (corrected.tracking_number for corrected in facts.tracking.values())


def words_in(text: str) -> list[str]:
    """Cut at spaces only: an e-mail address and a SKU are one word each."""
    return [
        word.replace("\x00", "")[:200] for word in text.casefold().split() if word.strip("\x00")
    ]


def query_of(search: str) -> str | None:
    """Write what a person typed as a query for orders with all these beginnings of words."""
    return " & ".join(f"{quoted(word)}:*" for word in words_in(search)) or None


def exactly(text: str) -> str | None:
    """Write a query for orders with all of these words, and not only their beginnings."""
    return " & ".join(map(quoted, words_in(text))) or None


def quoted(word: str) -> str:
    """Write a word so that nothing in it is taken for an operator."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
