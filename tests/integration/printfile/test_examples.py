"""The examples in the API's description are what the service really answers."""

from tests.support.examples import Example, try_all
from tests.support.service import Driver

FILE, KEY = "/files/{key}", f"prints/{'a' * 64}.png"


async def test_every_example_is_what_the_service_answers(printfile: Driver) -> None:
    forged = {"expires": "1800000000", "signature": "0" * 64}
    unsigned = {"expires": "1800000000"}
    await try_all(
        printfile,
        [
            Example(
                "A URL that is not ours", "GET", FILE, names={"key": KEY}, query=forged, status=403
            ),
            Example(
                "A URL without its signature",
                "GET",
                FILE,
                names={"key": KEY},
                query=unsigned,
                status=422,
            ),
        ],
    )
