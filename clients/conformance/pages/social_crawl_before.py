import time
from typing import Any


def profile(session: Any, url: str) -> Any:
    """Reads a profile, and repeats the request as the page of the API says."""
    for attempt in range(4):
        response = session.get(url)
        if response.status_code < 400:
            return response.json()
        error = response.json()["error"]
        if error["type"] == "INSUFFICIENT_CREDITS":
            raise RuntimeError(f"top up: {error['message']}")
        if error["type"] == "SERVICE_UNAVAILABLE":
            time.sleep(int(response.headers.get("Retry-After", "30")))
        elif error["type"] in ("UPSTREAM_ERROR", "INTERNAL_ERROR"):
            time.sleep(2**attempt)
        else:
            raise RuntimeError(error["message"])
    raise RuntimeError("it still fails")
