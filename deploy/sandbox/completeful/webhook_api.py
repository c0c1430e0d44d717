"""The Partner API of webhooks: subscriptions, and what became of their deliveries."""

import secrets
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.routing import Route

from deploy.sandbox.completeful.asked import WebhookChange, WebhookRequest
from deploy.sandbox.completeful.door import Answer, Door, read_json
from deploy.sandbox.completeful.problems import not_found
from deploy.sandbox.completeful.public_urls import check_url
from deploy.sandbox.completeful.settings import Settings
from deploy.sandbox.completeful.subscriptions import Subscriptions, shown
from deploy.sandbox.deliveries import Deliveries
from deploy.sandbox.records import Document


class WebhookApi:
    """One function per request; dry runs change nothing."""

    def __init__(
        self, settings: Settings, subscriptions: Subscriptions, deliveries: Deliveries
    ) -> None:
        self._allow_private = settings.allow_private_urls
        self._subscriptions = subscriptions
        self._deliveries = deliveries

    def routes(self, door: Door) -> list[Route]:
        """Name the ways in."""
        every, one = "/v1/shops/{shopId}/webhooks", "/v1/shops/{shopId}/webhooks/{webhookId}"
        return [
            door.route("GET", every, self.list_all),
            door.route("POST", every, self.add),
            door.route("GET", one, self.get),
            door.route("PATCH", one, self.change, has_preview=False),
            door.route("DELETE", one, self.delete, has_preview=False),
            door.route("POST", f"{one}/test", self.ping, has_preview=False),
            door.route("POST", f"{one}/rotate-secret", self.rotate, has_preview=False),
            door.route("GET", f"{one}/deliveries", self.list_deliveries),
            door.route(
                "POST",
                f"{one}/deliveries/{{deliveryId}}/redeliver",
                self.redeliver,
                has_preview=False,
            ),
        ]

    async def list_all(self, _: Request) -> Answer:
        """Give every subscription, without its secret."""
        return 200, {"webhooks": [shown(each) for each in self._subscriptions.all()]}

    async def add(self, request: Request) -> Answer:
        """Subscribe a topic; the secret is told this once."""
        asked = WebhookRequest.model_validate(await read_json(request))
        await self._check(asked.url)
        added = self._subscriptions.add(asked.url, asked.topic, asked.secret)
        if request.state.dry_run:
            self._subscriptions.delete(added["id"])
        return 201, {"webhook": shown(added, with_secret=True)}

    async def get(self, request: Request) -> Answer:
        """Give a subscription."""
        return 200, {"webhook": shown(self._found(request))}

    async def change(self, request: Request) -> Answer:
        """Change a subscription's address or pause it."""
        asked = WebhookChange.model_validate(await read_json(request))
        if asked.url is not None:
            await self._check(asked.url)
        changes = asked.model_dump(exclude_none=True)
        return 200, {"webhook": shown(self._subscriptions.change(_key(request), changes))}

    async def delete(self, request: Request) -> Answer:
        """End a subscription."""
        self._subscriptions.delete(_key(request))
        return 200, {"deleted": True}

    async def ping(self, request: Request) -> Answer:
        """Send a ping to a subscription."""
        to = self._found(request)
        sent = self._subscriptions.send(to, "ping", {"shop_id": to["shop_id"]}, about=to["id"])
        return 200, {"delivery": _shown(sent)}

    async def rotate(self, request: Request) -> Answer:
        """Give a subscription a new secret, which is told this once."""
        secret = {"secret": f"whsec_{secrets.token_hex(24)}"}
        changed = self._subscriptions.change(_key(request), secret)
        return 200, {"webhook": shown(changed, with_secret=True)}

    async def list_deliveries(self, request: Request) -> Answer:
        """Give the deliveries of a subscription, newest first."""
        self._found(request)
        return 200, {"deliveries": [_shown(each) for each in reversed(self._sent(request))]}

    async def redeliver(self, request: Request) -> Answer:
        """Send a delivery's body once more."""
        wanted = request.path_params["deliveryId"]
        to = self._found(request)
        found = [each for each in self._sent(request) if each["id"] == wanted]
        if not found:
            raise not_found("Delivery")
        first = found[0]
        detail = {"webhook": to["id"], "redelivered_from": wanted}
        body = self._deliveries.body(wanted)
        sent = self._deliveries.send(
            first["topic"], body, url=to["url"], about=first["about"], detail=detail
        )
        return 202, {"delivery": _shown(sent)}

    async def _check(self, url: str) -> None:
        await check_url(url, field="url", allow_private=self._allow_private, https_only=True)

    def _found(self, request: Request) -> Document:
        return self._subscriptions.find(_key(request))

    def _sent(self, request: Request) -> list[Document]:
        key = _key(request)
        return [each for each in self._deliveries.all() if each["detail"]["webhook"] == key]


def _key(request: Request) -> str:
    return str(request.path_params["webhookId"])


def _shown(delivery: Document) -> Document:
    answer = delivery["last_answer"]
    answered = answer is not None and answer.isdecimal()
    return {
        "id": delivery["id"],
        "endpoint_id": delivery["detail"]["webhook"],
        "event_type": delivery["topic"],
        "status": delivery["status"],
        "attempts": delivery["attempts"],
        "next_attempt_at": _time(delivery["next_attempt"]),
        "last_error": None if answered else answer,
        "response_status": int(answer) if answered else None,
        "response_body": None,
        "redelivered_from": delivery["detail"].get("redelivered_from"),
        "created_at": _time(delivery["created"]),
        "delivered_at": _time(delivery["delivered"]),
    }


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
