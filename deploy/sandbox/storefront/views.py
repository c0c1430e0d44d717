"""How the Admin API shows the store's records: Shopify's names over the REST resource.

A view is a dictionary of values and of functions that take the field's arguments, which is what
graphql-core resolves by itself.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from graphql import GraphQLError

from deploy.sandbox.records import Document
from deploy.sandbox.storefront import fulfilling
from deploy.sandbox.storefront.paging import connection, first_of


def gid(kind: str, number: int | None) -> str | None:
    """Write a number as one of Shopify's global ids."""
    return None if number is None else f"gid://shopify/{kind}/{number}"


def number_of(kind: str, global_id: str) -> int:
    """Read the number out of a global id, or raise a GraphQL error as Shopify does."""
    head, _, number = global_id.rpartition("/")
    if head != f"gid://shopify/{kind}" or not number.isdecimal():
        raise GraphQLError(f"Invalid global id '{global_id}'")
    return int(number)


def order_view(record: Document) -> Document:
    """Show an order."""
    order = record["order"]
    lines = {line["id"]: line_view(line) for line in order["line_items"]}
    opened = [fulfillment_order_view(each, lines) for each in record["fulfillment_orders"]]
    sent = [fulfillment_view(each, record) for each in order["fulfillments"]]
    shipping = order["shipping_lines"]
    return {
        "id": gid("Order", order["id"]),
        "legacyResourceId": str(order["id"]),
        **{name: order[name] for name in ("name", "number", "email", "note", "phone", "test")},
        "tags": [tag for tag in order["tags"].split(", ") if tag],
        "createdAt": _moment(order["created_at"]),
        "updatedAt": _moment(order["updated_at"]),
        "processedAt": _moment(order["processed_at"]),
        "cancelledAt": _moment(order["cancelled_at"]),
        "cancelReason": order["cancel_reason"] and order["cancel_reason"].upper(),
        "currencyCode": order["currency"],
        "displayFinancialStatus": order["financial_status"].upper(),
        "displayFulfillmentStatus": fulfilling.display_status(record),
        "customAttributes": _attributes(order["note_attributes"]),
        "customer": _customer(order["customer"]),
        "billingAddress": _address(order["billing_address"]),
        "shippingAddress": _address(order["shipping_address"]),
        "shippingLine": _shipping_line(shipping[0]) if shipping else None,
        "subtotalPriceSet": _money(order["subtotal_price_set"]),
        "totalPriceSet": _money(order["total_price_set"]),
        "currentTotalPriceSet": _money(order["current_total_price_set"]),
        "totalTaxSet": _money(order["total_tax_set"]),
        "totalShippingPriceSet": _money(order["total_shipping_price_set"]),
        "lineItems": connection(list(lines.values())),
        "fulfillmentOrders": connection(opened),
        "fulfillments": first_of(sent),
    }


def line_view(line: Document) -> Document:
    """Show a line item."""
    product, variant = line["product_id"], line["variant_id"]
    return {
        "id": gid("LineItem", line["id"]),
        "title": line["title"],
        "variantTitle": line["variant_title"],
        "sku": line["sku"],
        "quantity": line["quantity"],
        "currentQuantity": line["current_quantity"],
        "unfulfilledQuantity": line["fulfillable_quantity"],
        "requiresShipping": line["requires_shipping"],
        "customAttributes": _attributes(line["properties"]),
        "originalUnitPriceSet": _money(line["price_set"]),
        "product": product
        and {
            "id": gid("Product", product),
            "legacyResourceId": str(product),
            "title": line["title"],
        },
        "variant": variant
        and {
            "id": gid("ProductVariant", variant),
            "legacyResourceId": str(variant),
            "title": line["variant_title"] or "Default Title",
            "sku": line["sku"],
        },
    }


def fulfillment_order_view(each: Document, lines: dict[int, Document]) -> Document:
    """Show a fulfillment order; what another service sends supports no action of ours."""
    status = fulfilling.status_of(each)
    ours = each["location"] == fulfilling.OURS and status in {"OPEN", "IN_PROGRESS"}
    return {
        "id": gid("FulfillmentOrder", each["id"]),
        "status": status,
        "supportedActions": [{"action": "CREATE_FULFILLMENT"}] if ours else [],
        "assignedLocation": {"name": each["location"], "countryCode": "US"},
        "lineItems": connection(
            [
                {
                    "id": gid("FulfillmentOrderLineItem", line["id"]),
                    "totalQuantity": line["total"],
                    "remainingQuantity": line["remaining"],
                    "lineItem": item,
                    "sku": item["sku"],
                    "productTitle": item["title"],
                    "variantTitle": item["variantTitle"],
                    "requiresShipping": item["requiresShipping"],
                }
                for line in each["lines"]
                for item in [lines[line["line_item_id"]]]
            ]
        ),
    }


def fulfillment_view(each: Document, record: Document) -> Document:
    """Show a fulfillment."""
    lines = {line["id"]: line_view(line) for line in record["order"]["line_items"]}
    numbers, urls = each["tracking_numbers"], each["tracking_urls"]
    tracked = [
        {
            "company": each["tracking_company"],
            "number": number,
            "url": urls[index] if index < len(urls) else None,
        }
        for index, number in enumerate(numbers)
    ]
    return {
        "id": gid("Fulfillment", each["id"]),
        "legacyResourceId": str(each["id"]),
        "name": each["name"],
        "status": each["status"].upper(),
        "displayStatus": "FULFILLED",
        "createdAt": _moment(each["created_at"]),
        "updatedAt": _moment(each["updated_at"]),
        "totalQuantity": sum(line["quantity"] for line in each["line_items"]),
        "requiresShipping": True,
        "trackingInfo": first_of(tracked),
        "fulfillmentLineItems": connection(
            [
                {
                    "id": gid("FulfillmentLineItem", each["id"] + 1 + index),
                    "quantity": line["quantity"],
                    "lineItem": lines[line["id"]],
                }
                for index, line in enumerate(each["line_items"])
            ]
        ),
        "order": lambda _: order_view(record),
    }


def _attributes(properties: Sequence[Document]) -> list[Document]:
    return [{"key": each["name"], "value": each["value"]} for each in properties]


def _moment(stamp: str | None) -> str | None:
    """Write a moment in UTC, as the Admin API does; webhooks have it in the shop's time."""
    return stamp and f"{datetime.fromisoformat(stamp).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _money(amounts: Document) -> Document:
    def money(amount: Document) -> Document:
        return {"amount": amount["amount"], "currencyCode": amount["currency_code"]}

    return {
        "shopMoney": money(amounts["shop_money"]),
        "presentmentMoney": money(amounts["presentment_money"]),
    }


def _shipping_line(line: Document) -> Document:
    return {
        "id": gid("ShippingLine", line["id"]),
        "title": line["title"],
        "code": line["code"],
        "originalPriceSet": _money(line["price_set"]),
    }


def _customer(customer: Document) -> Document:
    names = [name for name in (customer["first_name"], customer["last_name"]) if name]
    return {
        "id": gid("Customer", customer["id"]),
        "legacyResourceId": str(customer["id"]),
        "displayName": " ".join(names) or customer["email"],
        "firstName": customer["first_name"],
        "lastName": customer["last_name"],
        "defaultEmailAddress": customer["email"] and {"emailAddress": customer["email"]},
        "defaultPhoneNumber": customer["phone"] and {"phoneNumber": customer["phone"]},
    }


def _address(address: Document | None) -> Document | None:
    if address is None:
        return None
    same = (
        "name",
        "company",
        "address1",
        "address2",
        "city",
        "province",
        "zip",
        "country",
        "phone",
    )
    return {name: address.get(name) for name in same} | {
        "firstName": address.get("first_name"),
        "lastName": address.get("last_name"),
        "provinceCode": address.get("province_code"),
        "countryCodeV2": address.get("country_code"),
    }
