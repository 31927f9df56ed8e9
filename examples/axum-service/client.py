"""Asks the running service for posts and profiles. From the root of the repository:
PYTHONPATH=docs-out/social-crawl python examples/axum-service/client.py http://127.0.0.1:3000"""

import sys

import httpx
from errors import InsufficientCreditsError, SocialCrawlError, raise_for, with_retry


def find(origin: str, path: str) -> str:
    """The name and the followers."""

    def send() -> str:
        response = httpx.get(f"{origin}/v1/tiktok/{path}", headers={"x-api-key": "sc_poor"})
        raise_for(response)
        found = response.json()
        return f"{found['name']}: {found['followers']}"

    return with_retry(send, idempotent=True)


def main() -> None:
    """Asks for three."""
    origin = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:3000"
    for path in ["profile?handle=ada", "profile?handle=ghost.ada", "post?id=42"]:
        try:
            print(find(origin, path))
        except InsufficientCreditsError as error:
            cost, balance = (error.details.cost, error.details.balance) if error.details else ("some", "too few")
            print(f"{cost} credits, and {balance} are left")
        except SocialCrawlError as error:
            print(f"{error.code.value}: {error.fix or error}" if error.code else error)


main()
