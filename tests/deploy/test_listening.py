from concurrent.futures import ThreadPoolExecutor
from socket import create_connection
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI

from helpers.deploy import listening


def test_who_calls_before_the_service_runs_is_answered_and_not_refused():
    app = FastAPI()

    @app.get("/health")
    def health() -> str:
        return "ok"

    found = listening.listen(app)
    place = urlsplit(found.address)
    create_connection((place.hostname, place.port), timeout=10).close()  # refused where nobody listens
    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(httpx.get, f"{found.address}/health", timeout=60, trust_env=False)
        running = pool.submit(found.run)
        try:
            assert early.result().json() == "ok"
        finally:
            found.stop()
        running.result()
