"""Run the storefront alone: `python -m deploy.sandbox.storefront`."""

import uvicorn

from deploy.sandbox.storefront.app import build_app
from deploy.sandbox.storefront.settings import Settings

if __name__ == "__main__":
    settings = Settings()
    uvicorn.run(
        build_app(settings), host=settings.host, port=settings.port, timeout_graceful_shutdown=1
    )
