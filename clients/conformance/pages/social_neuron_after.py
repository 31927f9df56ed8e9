from typing import Any

from social_neuron import raise_for, with_retry


def publish(session: Any, url: str, key: str) -> None:
    """Publishes a post once, and repeats the request as the catalog says."""

    def send() -> None:
        raise_for(session.post(url, headers={"Idempotency-Key": key}))

    with_retry(send, idempotent=True)
