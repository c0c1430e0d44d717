"""Run Completeful alone: `python -m deploy.sandbox.completeful`."""

import uvicorn

from deploy.sandbox.completeful.app import build_app
from deploy.sandbox.completeful.settings import Settings

if __name__ == "__main__":
    settings = Settings()
    uvicorn.run(
        build_app(settings), host=settings.host, port=settings.port, timeout_graceful_shutdown=1
    )
