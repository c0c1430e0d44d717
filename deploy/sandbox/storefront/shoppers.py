"""The shoppers: who they are, where they live and what they want on their shirts."""

import random
from collections.abc import Sequence

from deploy.sandbox.records import Document
from deploy.sandbox.storefront.purchases import Line, Product, Property, Purchase, Question

FIRST_NAMES = ("Ada", "Amir", "Bea", "Chloé", "Diego", "Emeka", "Fatima", "Grace", "Hana", "Ines")
LAST_NAMES = ("Abbott", "Brooks", "Castillo", "Dietz", "Ekström", "Foster", "García", "Huang")
STREETS = ("Maple Avenue", "Oak Street", "Cedar Lane", "Lakeview Drive", "Hill Road", "Elm Court")
PLACES = (
    ("Nashville", "Tennessee", "TN", "37203"),
    ("Portland", "Oregon", "OR", "97205"),
    ("Austin", "Texas", "TX", "78701"),
    ("Madison", "Wisconsin", "WI", "53703"),
    ("Savannah", "Georgia", "GA", "31401"),
    ("Boulder", "Colorado", "CO", "80302"),
)
PHRASES = (
    "Best Grandma Ever",
    "Class of 2027",
    "Happy Birthday!",
    "Team Bride",
    "Est. 1986",
    "Coffee first",
    "Für Oma",
    "Los Abuelos",
)
NOTES = (None, None, None, "Please gift-wrap.", "It is a birthday present.")
YEAR_LENGTH = 4
PHOTOS = ("beach", "meadow", "dusk", "portrait")


def random_purchases(products: Sequence[Product], *, count: int, seed: int) -> list[Purchase]:
    """Make up orders of one to three lines, of what can be sent by our own hands."""
    chance = random.Random(seed)
    ours = [product for product in products if not product.fulfilled_by_others]
    return [_random_purchase(chance, ours) for _ in range(count)]


def random_address(chance: random.Random) -> Document:
    """Make up a shopper and an address that a parcel could go to."""
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    city, province, province_code, postcode = chance.choice(PLACES)
    return {
        "first_name": first,
        "last_name": last,
        "name": f"{first} {last}",
        "company": None,
        "address1": f"{chance.randint(1, 999)} {chance.choice(STREETS)}",
        "address2": chance.choice((None, None, f"Apt {chance.randint(1, 40)}")),
        "city": city,
        "province": province,
        "province_code": province_code,
        "zip": postcode,
        "country": "United States",
        "country_code": "US",
        "phone": f"+1 615-555-01{chance.randint(0, 99):02}",
        "latitude": None,
        "longitude": None,
    }


def _random_purchase(chance: random.Random, products: Sequence[Product]) -> Purchase:
    size = chance.choices((1, 2, 3), (70, 22, 8))[0]
    lines = tuple(_random_line(chance, chance.choice(products)) for _ in range(size))
    return Purchase(line_items=lines, note=chance.choice(NOTES), seed=chance.getrandbits(32))


def _random_line(chance: random.Random, product: Product) -> Line:
    return Line(
        variant_id=chance.choice(product.variants).id,
        quantity=chance.choices((1, 2), (85, 15))[0],
        properties=tuple(
            Property(name=question.name, value=_random_answer(chance, question))
            for question in product.questions
        ),
    )


def _random_answer(chance: random.Random, question: Question) -> str:
    if question.kind == "photo":
        return f"photo:{chance.choice(PHOTOS)}"
    if question.choices:
        return chance.choice(question.choices)
    if "name" in question.name.lower():
        return chance.choice(FIRST_NAMES)
    if question.max_length == YEAR_LENGTH:
        return str(chance.randint(1962, 2026))
    return chance.choice([phrase for phrase in PHRASES if len(phrase) <= question.max_length])
