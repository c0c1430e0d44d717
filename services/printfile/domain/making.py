"""From a line and its product to what must be drawn, and from what was drawn to what is said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from services.printfile.domain.answers import Answers, is_answered, read_answers
from services.printfile.domain.findings import Finding, Severities, judged
from services.printfile.domain.jobs import Failed, Item, Photo, Product
from shared.events import Finding as ToldFinding
from shared.events import Preview, PrintFile, PrintFileReady
from shared.templates.faults import faults_of, told
from shared.templates.template import VARIANT, Template

TEMPLATES_KEPT = 128


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be drawn for a line."""

    item: Item
    product: Product
    template: Template
    answers: Answers
    severities: Severities = field(default_factory=dict, hash=False)

    @property
    def is_alike_for_all(self) -> bool:
        """Tell that the shopper is asked nothing: whoever orders the ware gets the same print.

        No personalized product is like that, since its lines lack answers then.
        """
        asked = {field.property for field in self.template.fields}
        return asked <= {VARIANT} and not self.answers.photos


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a design; `keys` names every file of it in the object store."""

    files: tuple[PrintFile, ...]
    preview: Preview
    findings: tuple[Finding, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What was made for an order's line, or was found to be made before, and what is said of it."""

    design: str
    made: Made
    ready: PrintFileReady
    was_found: bool

    @property
    def order_id(self) -> str:
        """Name the order that needs the files."""
        return self.ready.order_id


def read_item(item: Item, product: Product | None, severities: Severities) -> Order:
    """Read the answers by the template's rules; raises Failed with what a person can do."""
    if product is None:
        name = item.line.sku or item.line.title
        raise Failed(
            "unknown_product",
            f"no published product has the variant or SKU of {name!r}: publish it, "
            "and the order goes on by itself",
        )
    template = template_of(product.template)
    read = read_answers(template, item.properties)
    answers = replace(read, findings=judged(read.findings, severities))
    check_answers(product, template, answers, item)
    return Order(item, product, template, answers, severities)


def template_of(document: str) -> Template:
    """Read a product's template; raises Failed when the document is broken."""
    try:
        return parse_template(document)
    except ValidationError as error:
        reason = f"the template is broken: {told(faults_of(error, from_json(document)))}"
        raise Failed("render_failed", reason) from error


@lru_cache(maxsize=TEMPLATES_KEPT)
def parse_template(document: str) -> Template:
    """Parse a template once for the many orders that use it."""
    return Template.model_validate_json(document)


def check_answers(product: Product, template: Template, answers: Answers, item: Item) -> None:
    """Raise Failed when answers are missing or cannot be printed; a person must ask the shopper."""
    if product.is_personalized and not is_answered(template, item.properties):
        reason = "the line has none of the answers that the product needs: ask the shopper"
        raise Failed("missing_personalization", reason)
    if answers.complaint is not None:
        raise Failed(*answers.complaint)


def design_of(order: Order, photos: Mapping[str, Photo], renderer: str) -> str:
    """Name all that decides what is made: of one design there is one file, byte for byte."""
    photo_hashes = sorted((field, photo.sha256) for field, photo in photos.items())
    findings = [finding.model_dump(mode="json") for finding in order.answers.findings]
    texts = sorted(order.answers.texts.items())
    content = to_json((renderer, order.template.digest, texts, photo_hashes, findings))
    return sha256(content).hexdigest()


def ready_event(order: Order, made: Made, findings: Iterable[Finding]) -> PrintFileReady:
    """Say what was made, and from exactly which answers and template."""
    return PrintFileReady(
        order_id=order.item.order_id,
        line_item_id=order.item.line.line_item_id,
        item_fingerprint=order.item.line.fingerprint,
        product_id=order.product.pin.product_id,
        variant_id=order.product.pin.variant_id,
        template_version=order.product.pin.template_version,
        files=made.files,
        preview=made.preview,
        findings=tuple(
            ToldFinding(code=found.code, severity=found.severity.value, message=found.message)
            for found in judged((*made.findings, *findings), order.severities)
        ),
    )
