"""Carriers as Shopify spells them: only by these names does it link to the tracking page."""

import re

# Published with the type FulfillmentTrackingInfo of the Admin API; capitals matter.
SPELLINGS = (
    "4PX",
    "Amazon",
    "Amazon Logistics UK",
    "An Post",
    "APC",
    "Asendia USA",
    "Australia Post",
    "BPost",
    "BPost International",
    "Canada Post",
    "Canpar",
    "CDL Last Mile",
    "China Post",
    "Chronopost",
    "Colissimo",
    "Correios",
    "Correos",
    "Deutsche Post",
    "DHL",
    "DHL eCommerce",
    "DHL eCommerce Asia",
    "DHL Express",
    "DPD",
    "DPD Local",
    "DPD UK",
    "Estes",
    "Evri",
    "FedEx",
    "GLS",
    "Inpost",
    "Israel Post",
    "Japan Post (EN)",
    "La Poste Colissimo",
    "Lasership",
    "Lone Star Overnight",
    "Mondial Relay",
    "New Zealand Post",
    "OnTrac",
    "Packeta",
    "Parcelforce",
    "Pitney Bowes",
    "Poste Italiane",
    "PostNL",
    "PostNord DK",
    "PostNord NO",
    "PostNord SE",
    "Purolator",
    "Royal Mail",
    "Sendle",
    "SEUR",
    "SF Express",
    "Singapore Post",
    "StarTrack",
    "Swiss Post",
    "TForce Final Mile",
    "TNT",
    "Toll IPEC",
    "United Delivery Service",
    "UPS",
    "USPS",
    "Whistl",
    "XPO Logistics",
    "Yamato (EN)",
    "Yodel",
    "YunExpress",
)

OTHER_NAMES = {
    "Asendia": "Asendia USA",
    "DHL Global Mail": "DHL eCommerce",
    "Federal Express": "FedEx",
    "Hermes": "Evri",
    "Japan Post": "Japan Post (EN)",
    "LSO": "Lone Star Overnight",
    "United Parcel Service": "UPS",
    "United States Postal Service": "USPS",
    "US Postal Service": "USPS",
    "UDS": "United Delivery Service",
}

_WORDS = re.compile(r"[a-z0-9]+")


def _plain(name: str) -> str:
    return "".join(_WORDS.findall(name.casefold()))


_KNOWN = {_plain(name): name for name in SPELLINGS} | {
    _plain(name): spelled for name, spelled in OTHER_NAMES.items()
}


def shopify_spelling(carrier: str) -> str:
    """Give the carrier's name as Shopify spells it, or as it is when Shopify has none for it.

    A service behind the name does not hide it: `usps_ground_advantage` is `USPS`.
    """
    words = _WORDS.findall(carrier.casefold())
    for end in range(len(words), 0, -1):
        spelled = _KNOWN.get("".join(words[:end]))
        if spelled is not None:
            return spelled
    return carrier.strip()
