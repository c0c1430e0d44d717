"""One order of one T-shirt, for benchmarks that need many alike."""

from datetime import UTC, datetime

from shared.events import (
    Address,
    LineItem,
    Money,
    OrderReceived,
    Preview,
    PrintFile,
    PrintFileReady,
    Property,
    Shopper,
)

LINE = LineItem(
    line_item_id="7001",
    storefront_product_id="8001",
    storefront_variant_id="9001",
    sku="TEE-BLACK-M",
    title="Adventure tee",
    variant_title="Black / M",
    quantity=1,
    price=Money(minor=2900, currency="USD"),
    properties=(Property(name="Name", value="Ada"), Property(name="Date", value="May 4")),
)


def order(order_id: str) -> OrderReceived:
    """Make a paid order."""
    now = datetime.now(UTC)
    return OrderReceived(
        order_id=order_id,
        shop="bench.myshopify.com",
        storefront_order_id="5550000000001",
        order_number="#0",
        placed_at=now,
        changed_at=now,
        shopper=Shopper(name="A Shopper", email="shopper@example.com"),
        shipping_address=Address(
            name="A Shopper",
            line1="12 Analytical Way",
            city="Austin",
            region="TX",
            postal_code="78701",
            country="US",
        ),
        items=(LINE,),
        total=Money(minor=3400, currency="USD"),
        is_paid=True,
    )


def ready(order_id: str) -> PrintFileReady:
    """Say that its print file is made."""
    file = PrintFile(
        print_location="front",
        key=f"prints/{'a' * 64}.png",
        sha256="a" * 64,
        size_bytes=20_000_000,
        width_px=4500,
        height_px=5400,
        dpi=300,
    )
    return PrintFileReady(
        order_id=order_id,
        line_item_id=LINE.line_item_id,
        item_fingerprint=LINE.fingerprint,
        product_id="adventure-tee",
        variant_id="black-m",
        template_version=1,
        files=(file,),
        preview=Preview(key=f"previews/{'b' * 64}.webp", width_px=600, height_px=720),
    )
