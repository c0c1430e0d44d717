"""The regions of those countries whose carriers want a code, by their English names."""

_US = (
    "Alabama AL,Alaska AK,American Samoa AS,Arizona AZ,Arkansas AR,California CA,Colorado CO,"
    "Connecticut CT,Delaware DE,District of Columbia DC,Washington DC DC,Florida FL,Georgia GA,"
    "Guam GU,Hawaii HI,Idaho ID,Illinois IL,Indiana IN,Iowa IA,Kansas KS,Kentucky KY,Louisiana LA,"
    "Maine ME,Maryland MD,Massachusetts MA,Michigan MI,Minnesota MN,Mississippi MS,Missouri MO,"
    "Montana MT,Nebraska NE,Nevada NV,New Hampshire NH,New Jersey NJ,New Mexico NM,New York NY,"
    "North Carolina NC,North Dakota ND,Northern Mariana Islands MP,Ohio OH,Oklahoma OK,Oregon OR,"
    "Pennsylvania PA,Puerto Rico PR,Rhode Island RI,South Carolina SC,South Dakota SD,Tennessee TN,"
    "Texas TX,U.S. Virgin Islands VI,Utah UT,Vermont VT,Virginia VA,Washington WA,West Virginia WV,"
    "Wisconsin WI,Wyoming WY,Armed Forces Americas AA,Armed Forces Europe AE,"
    "Armed Forces Pacific AP"
)
_CA = (
    "Alberta AB,British Columbia BC,Manitoba MB,New Brunswick NB,Newfoundland and Labrador NL,"
    "Newfoundland NL,Northwest Territories NT,Nova Scotia NS,Nunavut NU,Ontario ON,"
    "Prince Edward Island PE,Quebec QC,Québec QC,Saskatchewan SK,Yukon YT"
)
_AU = (
    "Australian Capital Territory ACT,New South Wales NSW,Northern Territory NT,Queensland QLD,"
    "South Australia SA,Tasmania TAS,Victoria VIC,Western Australia WA"
)


def _read(table: str) -> dict[str, str]:
    """Read `Name CODE,Name CODE`; names are found whatever their case."""
    pairs = (entry.rpartition(" ") for entry in table.split(","))
    return {name.casefold(): code for name, _, code in pairs}


REGIONS = {"US": _read(_US), "CA": _read(_CA), "AU": _read(_AU)}
"""Country → region name in lower case → code."""
