from typing import Any

from social_crawl import InsufficientCreditsError, raise_for, with_retry


def profile(session: Any, url: str) -> Any:
    """Reads a profile, and repeats the request as the catalog says."""

    def send() -> Any:
        response = session.get(url)
        raise_for(response)
        return response.json()

    try:
        return with_retry(send, idempotent=True)
    except InsufficientCreditsError as error:
        raise RuntimeError(f"top up: {error.message}") from error
