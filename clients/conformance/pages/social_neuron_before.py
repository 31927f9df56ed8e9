import time
from typing import Any


def publish(session: Any, url: str, key: str) -> None:
    """Publishes a post once, and repeats the request as the page of the API says."""
    wait = 2.0
    for attempt in range(4):
        response = session.post(url, headers={"Idempotency-Key": key})
        if response.status_code < 400:
            return
        body = response.json()
        if not body.get("retryable") or attempt == 3:
            raise RuntimeError(body["message"])
        reset = response.headers.get("X-RateLimit-Reset")
        time.sleep(wait if reset is None else float(reset) - time.time())
        wait = min(2 * wait, 30.0)
