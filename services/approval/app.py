"""Approval: every way in is a line here."""

from functools import partial
from pathlib import Path

import httpx
from fastapi import APIRouter, Depends, FastAPI
from fastapi.staticfiles import StaticFiles
from prometheus_client import Gauge

from services.approval import (
    acting,
    api,
    failures_api,
    failures_page,
    handlers,
    oidc,
    order_page,
    pages,
    rules_page,
    ruling,
    signing,
    worker,
)
from services.approval.access import SignedOut
from services.approval.described import ETAG, gets, posts, puts
from services.approval.hearing import find_deafness
from services.approval.idempotency import IdempotentRoute
from services.approval.live import Feed
from services.approval.problem_page import add_problem_pages
from services.approval.rulebook import RuleBook
from services.approval.settings import Settings
from services.approval.store import changes, going_out, judging
from services.approval.store.recent import Recent
from services.approval.store.saving import SIGNAL, WAITING
from shared.due import POLL_SECONDS
from shared.events import (
    AddressCorrected,
    ApprovalOverdue,
    ChargeRecorded,
    Event,
    EventSetAside,
    EventsReplayed,
    FailureDropRequested,
    FailureEnded,
    FailureFound,
    FailureRetryRequested,
    FulfillmentCancelled,
    FulfillmentDelayed,
    FulfillmentRefused,
    FulfillmentStarted,
    OrderApproved,
    OrderCancelled,
    OrderChanged,
    OrderQuoted,
    OrderReceived,
    OrderWithdrawn,
    PrintFileFailed,
    PrintFileReady,
    PrintFileRequested,
    PrintFilesDeleted,
    ProductChanged,
    ProductPublished,
    QuoteRefused,
    ReplayRequested,
    ReprintOrdered,
    Shipped,
    StorefrontRefused,
    StorefrontUpdated,
    StorefrontUpdateRequested,
    TrackingCorrected,
)
from shared.gathering import GATHER_SECONDS
from shared.service import Service
from shared.signed_urls import PAYLOADS, FileUrls
from shared.web import Pages, Sessions, same_origin

HERE = Path(__file__).parent
HEARD = (
    OrderReceived,
    OrderChanged,
    OrderCancelled,
    OrderWithdrawn,
    ReprintOrdered,
    PrintFileReady,
    PrintFilesDeleted,
    PrintFileFailed,
    OrderQuoted,
    QuoteRefused,
    FulfillmentDelayed,
    FulfillmentStarted,
    FulfillmentRefused,
    FulfillmentCancelled,
    ChargeRecorded,
    Shipped,
    TrackingCorrected,
    StorefrontUpdated,
    StorefrontRefused,
    EventSetAside,
    EventsReplayed,
)
MOVED_ON = (FulfillmentStarted, ChargeRecorded, Shipped, StorefrontUpdated)
"""Good news of an order that is on its way: shown within half a second, and nobody acts on it."""
FILES_FOLLOW_SECONDS = 0.01
"""Files that are remembered follow the order within this time: both are learned at once then."""
LEISURE: dict[type[Event], float] = {
    OrderReceived: FILES_FOLLOW_SECONDS,
    **dict.fromkeys(MOVED_ON, GATHER_SECONDS),
}


def build_app(
    settings: Settings, *, oidc_transport: httpx.AsyncBaseTransport | None = None
) -> Service:
    """Build the service; nothing is opened yet."""
    service = Service("approval", settings)
    book = RuleBook(service.database, settings.rules)
    recent = Recent()
    service.hears_all(HEARD, handlers.Learning(book, recent), leisure=LEISURE)
    service.hears(ProductPublished, handlers.keep_products)
    service.hears(ProductChanged, handlers.keep_products)
    service.hears(FailureFound, handlers.keep_failures)
    service.hears(FailureEnded, handlers.end_failures)
    service.consumer.unread.tells_itself(handlers.learn_own_failures)
    service.says(AddressCorrected, OrderApproved, OrderWithdrawn, ReprintOrdered)
    service.says(FailureRetryRequested, FailureDropRequested)
    service.says(PrintFileRequested, StorefrontUpdateRequested, ReplayRequested, ApprovalOverdue)

    add_state(service, settings, book, recent)
    fold = partial(worker.fold_tally, service.database)
    service.works("tally", fold, signal="tally", due=changes.DUE)
    forget = partial(worker.forget_answers, service.database)
    service.works("forget_answers", forget, signal="answers", poll_seconds=worker.FORGET_SECONDS)
    add_rules(service, book, recent)
    add_api(service.http)
    add_pages(service.http)
    if settings.oidc_issuer:
        add_oidc(service.http, oidc.Provider(settings, oidc_transport))
    return service


def add_state(service: Service, settings: Settings, book: RuleBook, recent: Recent) -> None:
    """Keep what pages and API need at hand, and send open pages what changes."""
    state = service.http.state
    state.files = FileUrls(settings.files.url, settings.files.signing_key.get_secret_value())
    payload_key = settings.payload_key.get_secret_value()
    state.payloads = FileUrls("", payload_key, path=PAYLOADS)
    templates = Pages(HERE / "templates", images_from=settings.files.url)
    state.rules = book
    state.recent = recent
    state.mendings = service.mendings
    state.pages = pages.new_pages(templates, book)
    state.api_key = settings.api_key
    state.sessions = Sessions(settings.session_key)
    state.attempts = signing.Attempts()
    state.deafness = partial(find_deafness, service)
    state.feed = Feed(
        service.database, state.deafness, partial(pages.draw_news, state.pages, state.files)
    )
    service.works("live", state.feed.look, signal=SIGNAL, poll_seconds=POLL_SECONDS)
    service.opens(close=state.feed.close)


def add_rules(service: Service, book: RuleBook, recent: Recent) -> None:
    """Add what decides without a person; what is not switched on costs next to nothing."""
    gauge = Gauge(
        "platen_orders_overdue",
        "Orders that wait too long for an approval.",
        registry=service.metrics.registry,
    )
    database = service.database
    service.opens(book.open)
    rules = partial(worker.apply_rules, database, book, recent, service.metrics)
    service.works("rules", rules, signal=WAITING, due=judging.DUE)
    send = partial(worker.send_approved, database, service.metrics)
    service.works("send", send, signal="send", due=going_out.DUE)
    overdue = partial(worker.say_overdue, database, book, gauge.set)
    service.works("overdue", overdue, signal="late", poll_seconds=worker.OVERDUE_SECONDS)


def add_api(http: FastAPI) -> None:
    """Add what programs use, with the installation's key or one of their own."""
    v1 = APIRouter(
        prefix="/v1",
        tags=["orders"],
        route_class=IdempotentRoute,
    )
    v1.add_api_route("/orders", api.list_orders, **gets(422))
    v1.add_api_route("/orders/{order_id}", api.read_order, **gets(404, headers=ETAG))
    v1.add_api_route("/orders/{order_id}/approve", api.approve_order, **posts(403, 404))
    v1.add_api_route("/orders/{order_id}/retry", acting.retry_order, **posts(403, 404))
    v1.add_api_route("/orders/{order_id}/give-up", acting.give_up, **posts(403, 404, 412))
    v1.add_api_route("/orders/{order_id}/hold", acting.hold_order, **posts(403, 404, 412))
    v1.add_api_route("/orders/{order_id}/release", acting.release_order, **posts(403, 404, 412))
    v1.add_api_route("/orders/{order_id}/reject", acting.reject_order, **posts(403, 404, 412))
    v1.add_api_route("/orders/{order_id}/cancel", acting.cancel_order, **posts(403, 404, 412))
    v1.add_api_route("/orders/{order_id}/correct", acting.correct_order, **posts(403, 404, 412))
    v1.add_api_route("/orders/{order_id}/make-again", acting.make_again, **posts(403, 404, 412))
    v1.add_api_route("/orders/{order_id}/reprint", acting.reprint_order, **posts(403, 404, 412))
    undo = "/orders/{order_id}/undo-approval"
    v1.add_api_route(undo, acting.undo_approval, **posts(403, 404, 412))
    v1.add_api_route("/approvals", api.approve_orders, **posts(403))
    v1.add_api_route("/approvals/undo", acting.undo_approvals, **posts(403))
    v1.add_api_route("/failures", failures_api.list_failures, **gets())
    v1.add_api_route("/failures/retry", failures_api.retry_failures, **posts(403))
    v1.add_api_route("/failures/give-up", failures_api.give_failures_up, **posts(403))
    v1.add_api_route("/rules", ruling.read_rules, **gets(headers=ETAG))
    v1.add_api_route("/rules", ruling.change_rules, **puts(403, 412, 428))
    v1.add_api_route("/rules/trial", ruling.try_out, **posts())
    http.include_router(v1)


def add_pages(http: FastAPI) -> None:
    """Add what people use, signed in."""
    people = APIRouter(dependencies=[Depends(same_origin)], include_in_schema=False)
    people.add_api_route("/", pages.show_orders, methods=["GET"])
    people.add_api_route("/live", pages.follow, methods=["GET"])
    people.add_api_route("/count", pages.count_orders, methods=["GET"])
    people.add_api_route("/approve", pages.approve_orders, methods=["POST"])
    people.add_api_route("/undo", pages.undo_approvals, methods=["POST"])
    people.add_api_route("/failures", failures_page.show_failures, methods=["GET"])
    people.add_api_route("/failures/retry", failures_page.retry_failures, methods=["POST"])
    people.add_api_route("/failures/drop", failures_page.drop_failures, methods=["POST"])
    people.add_api_route("/failures/payload/{name}", failures_page.show_payload, methods=["GET"])
    people.add_api_route("/letters/replay", failures_page.replay_letters, methods=["POST"])
    people.add_api_route("/letters/drop", failures_page.drop_letters, methods=["POST"])
    people.add_api_route("/rules", rules_page.show_rules, methods=["GET"])
    people.add_api_route("/rules", rules_page.change_rules, methods=["POST"])
    people.add_api_route("/rules/trial", rules_page.try_rules, methods=["POST"])
    people.add_api_route("/orders/{order_id}", order_page.show_order, methods=["GET"])
    people.add_api_route("/orders/{order_id}/approve", order_page.approve_order, methods=["POST"])
    people.add_api_route("/orders/{order_id}/{action}", order_page.act_on_order, methods=["POST"])
    people.add_api_route("/sign-in", signing.sign_in, methods=["GET"])
    people.add_api_route("/sign-out", signing.sign_out, methods=["POST"])
    people.add_api_route("/signed-out", signing.show_signed_out, methods=["GET"])
    people.add_api_route("/keys", signing.show_keys, methods=["GET"])
    people.add_api_route("/keys", signing.add_key, methods=["POST"])
    people.add_api_route("/keys/revoke", signing.end_key, methods=["POST"])
    http.include_router(people)
    http.mount("/assets", StaticFiles(directory=HERE / "static"))
    add_problem_pages(http)
    http.add_exception_handler(SignedOut, pages.ask_to_sign_in)


def add_oidc(http: FastAPI, provider: oidc.Provider) -> None:
    """Add signing in with the merchant's identity provider."""
    http.state.provider = provider
    http.add_api_route("/sign-in/oidc", oidc.begin, methods=["GET"], include_in_schema=False)
    http.add_api_route("/sign-in/oidc/back", oidc.finish, methods=["GET"], include_in_schema=False)
    http.state.pages.templates.globals["has_oidc"] = True
