"""An address as the provider takes it: short lines, region codes, ISO countries."""

import re
import textwrap

from services.fulfillment.domain.regions import REGIONS
from shared.events import Address, Shopper

LINE_MAX = 35
"""What carriers print on a label; providers cut off the rest or refuse it."""

LINES_MAX = 2
COUNTRY_ALIASES = {"UK": "GB", "EL": "GR"}
NEED_POSTAL_CODE = frozenset({"US", "CA", "GB", "AU", "DE", "FR", "IT", "ES", "NL", "JP"})
SPACES = re.compile(r"[\s\x00-\x1f\x7f\u200b\ufeff]+")


class Unmailable(Exception):
    """The address cannot be shipped to as it is; the reason says what to correct."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def provider_address(
    address: Address, shopper: Shopper, *, line_max: int = LINE_MAX
) -> dict[str, str]:
    """Write the address in the provider's fields; raises Unmailable when a person must correct it.

    Long lines are broken between words, never cut: what does not fit is for a person to shorten.
    """
    country = COUNTRY_ALIASES.get(address.country.upper(), address.country.upper())
    lines = fit_lines(tidy(address.line1), tidy(address.line2), line_max)
    written = {
        "name": tidy(address.name) or tidy(shopper.name),
        "company": tidy(address.company),
        "line1": lines[0],
        "line2": lines[1] if len(lines) > 1 else "",
        "city": tidy(address.city),
        "region": region_code(country, tidy(address.region)),
        "postal_code": tidy(address.postal_code),
        "country": country,
        "phone": tidy(address.phone) or tidy(shopper.phone),
        "email": tidy(shopper.email),
    }
    refuse_incomplete(written)
    required = {"line1", "city", "postal_code", "country"}
    return {name: text for name, text in written.items() if text or name in required}


def refuse_incomplete(written: dict[str, str]) -> None:
    """Raise Unmailable for what every carrier asks for."""
    country = written["country"]
    if not written["line1"] or not written["city"]:
        raise Unmailable("address_incomplete", "the address has no street or no city: complete it")
    if country in NEED_POSTAL_CODE and not written["postal_code"]:
        raise Unmailable("address_incomplete", f"the address in {country} has no postal code")
    if country in REGIONS and not written.get("region"):
        raise Unmailable("address_incomplete", f"the address in {country} has no state or province")


def fit_lines(line1: str, line2: str, line_max: int) -> list[str]:
    """Lay the street out in two lines, keeping the shopper's own lines where they fit."""
    if len(line1) <= line_max and len(line2) <= line_max:
        return [line1, line2]
    for joint in (", ", " "):
        whole = joint.join(line for line in (line1, line2) if line)
        lines = textwrap.wrap(whole, line_max, break_long_words=False, break_on_hyphens=False)
        if len(lines) <= LINES_MAX and all(len(line) <= line_max for line in lines):
            return lines
    raise Unmailable(
        "address_too_long",
        f"the street does not fit in {LINES_MAX} lines of {line_max} characters: shorten it",
    )


def region_code(country: str, region: str) -> str:
    """Give the region's code where its country uses codes: `Texas` and `US-TX` are `TX`."""
    bare = region.upper().removeprefix(f"{country}-")
    known = REGIONS.get(country)
    if known is None or bare in known.values():
        return region if known is None else bare
    return known.get(region.casefold(), region)


def tidy(text: str) -> str:
    """Put on one line, without control characters and doubled spaces."""
    return SPACES.sub(" ", text).strip()
