"""How each process of the system under chaos is started, and which ways it is told of."""

import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.chaos.proxy import Proxy
from deploy.embedded import Stack
from deploy.embedded.errors import StackError
from deploy.embedded.ports import FREE_PORTS, HOST, is_free
from deploy.embedded.process import Program
from deploy.house import Installation, Outside, as_environment, configure

ROOT = Path(__file__).parents[2]
SHOP = "platen-sandbox.myshopify.com"
FACTORY_SHOP = "0299e1af-2c45-58e2-b2eb-da7dd9191bea"
PORTS_TRIED = 400

IMPATIENT: Mapping[str, Mapping[str, object]] = {
    "printfile": {"processes": 1, "retry_last_seconds": 2},
    "fulfillment": {
        "timeout_seconds": 5,
        "retry_last_seconds": 2,
        "poll_first_seconds": 4,
        "poll_last_seconds": 8,
    },
    "notifier": {"timeout_seconds": 5, "retry_last_seconds": 2, "settle_seconds": 2},
}
"""Settings that let a round end soon: what is asked again is asked again within seconds."""


@dataclass(frozen=True)
class Ways:
    """The folder, the secrets and the proxies: all that a program's settings are made of."""

    folder: Path
    keys: Mapping[str, str]
    proxies: Mapping[str, Proxy]

    def url(self, name: str) -> str:
        """Give the address of a proxy."""
        return f"http://{self.address(name)}"

    def address(self, name: str) -> str:
        """Give host and port of a proxy."""
        return f"{HOST}:{self.proxies[name].port}"

    def outside(self) -> Outside:
        """Give the store and the factory as the services are to know them."""
        return Outside(
            shop=SHOP,
            shopify_url=self.url("store-api"),
            shopify_token=self.keys["shopify_access"],
            shopify_webhook_secret=self.keys["shopify_webhook"],
            completeful_url=f"{self.url('factory-api')}/v1",
            completeful_shop_id=FACTORY_SHOP,
            completeful_key=self.keys["completeful_live"],
            completeful_webhook_secret=self.keys["completeful_webhook"],
        )

    def service(self, name: str, port: int) -> Program:
        """Describe one member of a service, named with its number."""
        service = name.rpartition("-")[0]
        database = f"postgresql://any@{self.address(f'{service}-database')}/platen"
        stack = Stack(self.address(f"{service}-kafka"), database)
        home = Installation(stack, self.keys, self.folder, self.url("files"))
        fields = {**configure(home, self.outside())[service], **IMPATIENT.get(service, {})}
        if service == "printfile":
            fields["scratch"] = str(self.folder / f"scratch-{name}")
        environment = as_environment(service, fields | {"host": HOST, "port": port})
        return self.program(name, f"services.{service}", environment)

    def store(self, port: int) -> Program:
        """Describe the sandbox's store."""
        told = {
            "ACCESS_TOKEN": self.keys["shopify_access"],
            "WEBHOOK_SECRET": self.keys["shopify_webhook"],
            "WEBHOOK_URL": f"{self.url('store-webhooks')}/webhooks/shopify",
            "PUBLIC_URL": f"http://{HOST}:{port}",
            "RETRY_SECONDS": "0.3",
            "RESTORE_RATE": "1000",
        }
        return self.sandbox("storefront", port, told)

    def factory(self, port: int) -> Program:
        """Describe the sandbox's factory."""
        told = {
            "LIVE_KEY": self.keys["completeful_live"],
            "SUBSCRIBE_URL": f"{self.url('factory-webhooks')}/webhooks/completeful",
            "SUBSCRIBE_SECRET": self.keys["completeful_webhook"],
            "ALLOW_PRIVATE_URLS": "true",
            "STEP_SECONDS": "0.3",
            "RETRY_SECONDS": "0.3",
        }
        return self.sandbox("completeful", port, told)

    def sandbox(self, side: str, port: int, told: Mapping[str, str]) -> Program:
        """Describe a side of the sandbox."""
        common = {"HOST": HOST, "PORT": str(port), "FOLDER": str(self.folder / "sandbox")}
        prefix = f"SANDBOX_{side.upper()}_"
        named = {f"{prefix}{name}": value for name, value in {**common, **told}.items()}
        return self.program(side, f"deploy.sandbox.{side}", named)

    def program(self, name: str, module: str, environment: Mapping[str, str]) -> Program:
        """Describe a process of ours, with a log of its own."""
        return Program(
            name=name,
            command=(sys.executable, "-m", module),
            log=self.folder / "logs" / f"{name}.log",
            folder=ROOT,
            environment=environment,
        )


def free_ports(count: int) -> list[int]:
    """Find so many ports that nobody listens at."""
    tried = random.sample(FREE_PORTS, PORTS_TRIED)
    found = [port for port in tried if is_free(port)][:count]
    if len(found) < count:
        raise StackError("Too few ports are free; end programs that are not needed.")
    return found
