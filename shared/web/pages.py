"""Pages from templates, with the headers that keep them harmless."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined


class Pages:
    """Fills templates. Every value is escaped, and the browser runs nothing that is not ours."""

    def __init__(self, folder: Path, *, images_from: str) -> None:
        """Take templates from the folder, and allow pictures from this address beside our own."""
        self.templates = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        address = urlsplit(images_from)
        self._headers = {
            "Content-Security-Policy": (
                f"default-src 'none'; img-src 'self' {address.scheme}://{address.netloc}; "
                "style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
                "base-uri 'none'; frame-ancestors 'none'"
            ),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store",
        }

    def draw(self, template: str, macro: str, *values: Any) -> str:
        """Give a piece of a page, for one that is open already."""
        module = self.templates.get_template(template).module
        return str(getattr(module, macro)(*values))

    def show(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Answer with the filled template."""
        body = self.templates.get_template(template).render(**values)
        return HTMLResponse(body, status_code=status, headers=self._headers)
