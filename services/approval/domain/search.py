"""Which words find an order, and what a person's words ask for."""

from services.approval.domain.facts import Facts


def words_of(facts: Facts) -> list[str]:
    """Give the words that find the order: number, shopper, products, tracking numbers."""
    return sorted(set(words_in(" ".join(texts_of(facts)))))


def words_differ(before: Facts, after: Facts) -> bool:
    """Tell whether anything that words come from is different; most events change none of it."""
    return (
        after.order is not before.order
        or after.started is not before.started
        or after.packages is not before.packages
        or after.tracking is not before.tracking
    )


def texts_of(facts: Facts) -> list[str]:
    """Give every text that people search by."""
    texts: list[str] = []
    if order := facts.order:
        texts += [order.order_number, order.order_number.lstrip("#"), order.storefront_order_id]
        texts += [order.shop, order.shopper.name, order.shopper.email]
        texts += [order.shipping_address.name] if order.shipping_address else []
        texts += [text for line in order.items for text in (line.sku, line.title) if text]
    if facts.started:
        texts.append(facts.started.provider_order_id)
    texts += [package.tracking_number for package in facts.packages.values()]
    texts += [corrected.tracking_number for corrected in facts.tracking.values()]
    return texts


def words_in(text: str) -> list[str]:
    """Cut at spaces only: an e-mail address and a SKU are one word each."""
    return [word[:200] for word in text.replace("\x00", "").casefold().split()]


def query_of(search: str) -> str | None:
    """Write what a person typed as a query for orders with all these beginnings of words."""
    return " & ".join(f"{quoted(word)}:*" for word in words_in(search)) or None


def exactly(text: str) -> str | None:
    """Write a query for orders with all of these words, and not only their beginnings."""
    return " & ".join(map(quoted, words_in(text))) or None


def quoted(word: str) -> str:
    """Write a word so that nothing in it is taken for an operator."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
