"""How artwork is taken in, and that no template draws what is not there."""

from pathlib import Path

from services.catalog.domain.artwork import BYTES_MAX
from tests.integration.catalog.drafts import art, draft, picture, side, template, text
from tests.support.service import Driver


async def test_artwork_is_kept_under_its_hash(catalog: Driver, tmp_path: Path) -> None:
    name, content = picture(width=3, height=2)

    answer = await catalog.http.put(f"/v1/assets/{name}", content=content)

    assert answer.status_code == 201
    assert (answer.json()["width_px"], answer.json()["height_px"]) == (3, 2)
    assert (tmp_path / "files" / "assets" / f"{name}.png").read_bytes() == content


async def test_known_artwork_is_taken_again_quietly(catalog: Driver) -> None:
    name, content = picture()
    await catalog.http.put(f"/v1/assets/{name}", content=content)

    answer = await catalog.http.put(f"/v1/assets/{name}", content=content)

    assert answer.status_code == 200


async def test_artwork_under_a_wrong_hash_is_refused(catalog: Driver, tmp_path: Path) -> None:
    name, content = picture()

    answer = await catalog.http.put(f"/v1/assets/{'0' * 64}", content=content)

    assert answer.status_code == 422
    assert name in answer.json()["detail"]
    assert not (tmp_path / "files" / "assets").exists()


async def test_artwork_that_is_no_png_is_refused(catalog: Driver) -> None:
    name = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    answer = await catalog.http.put(f"/v1/assets/{name}", content=b"")

    assert answer.status_code == 422
    assert "not a PNG" in answer.json()["detail"]


async def test_artwork_beyond_any_print_is_refused(catalog: Driver) -> None:
    name, content = picture(width=20_001, height=1)

    answer = await catalog.http.put(f"/v1/assets/{name}", content=content)

    assert answer.status_code == 422
    assert "20001 x 1" in answer.json()["detail"]


async def test_artwork_with_too_many_bytes_is_refused(catalog: Driver) -> None:
    answer = await catalog.http.put(f"/v1/assets/{'0' * 64}", content=bytes(BYTES_MAX + 1))

    assert answer.status_code == 413


async def test_a_template_with_unknown_artwork_is_refused(catalog: Driver) -> None:
    name, content = picture()
    drawn = template(locations=[side(layers=[text(), art(name)])])

    before = await catalog.http.put("/v1/products/tee", json=draft(template=drawn))
    await catalog.http.put(f"/v1/assets/{name}", content=content)
    after = await catalog.http.put("/v1/products/tee", json=draft(template=drawn))

    assert (before.status_code, before.json()["unknown"]) == (422, [name])
    assert after.status_code == 201


async def test_while_the_object_store_is_away_artwork_is_refused(
    catalog: Driver, tmp_path: Path
) -> None:
    name, content = picture()
    (tmp_path / "files" / "assets").write_text("in the way")

    refused = await catalog.http.put(f"/v1/assets/{name}", content=content)
    (tmp_path / "files" / "assets").unlink()
    taken = await catalog.http.put(f"/v1/assets/{name}", content=content)

    assert (refused.status_code, taken.status_code) == (503, 201)
