"""What the programs of docs/clients-by-hand.md do with the same responses, one line for each."""

from __future__ import annotations

import json
import random
import time
from typing import Any, Callable

STEPS: list[str] = []
NOW = 1_767_225_600.0


def sleep(seconds: float) -> None:
    """Writes the wait down."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    STEPS.append(f"{seconds:.0f} s")


# Before the clients are imported. Waits have no random part.
time.sleep = sleep  # type: ignore[assignment]
time.time = lambda: NOW  # type: ignore[assignment]
random.random = lambda: 1.0  # type: ignore[assignment]

import social_crawl_after  # noqa: E402
import social_crawl_before  # noqa: E402
import social_neuron_after  # noqa: E402
import social_neuron_before  # noqa: E402


class Response:
    """A response of requests."""

    def __init__(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        self.status_code, self.content, self.headers = status, body.encode(), headers or {}

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)


class Session:
    """A session of requests. The last response comes again and again."""

    def __init__(self, answers: list[Response]) -> None:
        self.left = list(answers)

    def get(self, _url: str, **_options: Any) -> Response:
        """The next response."""
        return self.left[0] if len(self.left) == 1 else self.left.pop(0)

    post = get


def outcome(run: Callable[[Any], Any], answers: list[Response]) -> str:
    """What a program returns or raises, and how it waits."""
    STEPS.clear()
    try:
        result = run(Session(answers))
        end = "done" if result is None else json.dumps(result)
    except Exception as error:
        end = f"{type(error).__name__}: {str(error)[:60]}"
    return ", ".join([*STEPS, end])


def both(what: str, before: Callable[[Any], Any], after: Callable[[Any], Any], answers: list[Response]) -> None:
    """Runs both programs."""
    print(f"{what}\n  by hand: {outcome(before, answers)}\n  client:  {outcome(after, answers)}")


PAGE = Response(502, "<html>502 Bad Gateway</html>")


def crawl(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error of SocialCrawl."""
    slug = code.lower().replace("_", "-")
    error = {"type": code, "message": message, "status": status, "doc_url": f"https://www.socialcrawl.dev/docs/errors/{slug}"}
    body = {"success": False, "error": error, "credits_remaining": 3, "request_id": "req-1"}
    return Response(status, json.dumps(body), headers)


def neuron(status: int, message: str, retryable: bool | None, reset: float = NOW) -> Response:
    """An error of Social Neuron."""
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{reset:.0f}"}
    body = {"message": message} if retryable is None else {"message": message, "retryable": retryable}
    return Response(status, json.dumps(body), headers)


DONE = Response(200, "[]")
print("# SocialCrawl")
POOR = "Your account has 3 credits remaining. This endpoint requires 5 credits."
for case, responses in {
    "an error of a platform, then success": [crawl(502, "UPSTREAM_ERROR", "TikTok failed"), DONE],
    "an open circuit": [crawl(503, "SERVICE_UNAVAILABLE", "Try later", {"Retry-After": "30"}), DONE],
    "an open circuit until a date": [
        crawl(503, "SERVICE_UNAVAILABLE", "Try later", {"Retry-After": "Thu, 01 Jan 2026 00:00:30 GMT"}),
        DONE,
    ],
    "too few credits": [crawl(402, "INSUFFICIENT_CREDITS", POOR)],
    "a key of another account": [crawl(409, "IDEMPOTENCY_KEY_CONFLICT", "The key is in use")],
    "a page of a proxy": [PAGE],
}.items():
    url = "https://api.example"
    both(
        case,
        lambda session: social_crawl_before.profile(session, url),
        lambda session: social_crawl_after.profile(session, url),
        responses,
    )

print("# Social Neuron")
for case, responses in {
    "a limit for 20 seconds, then success": [neuron(429, "Rate Limited", True, NOW + 20), DONE],
    "a limit whose window is over": [neuron(429, "Rate Limited", True, NOW - 5), DONE],
    "a limit for an hour": [neuron(429, "Rate Limited", True, NOW + 3600), DONE],
    "an error of the server, then success": [Response(500, '{"message": "Server Error", "retryable": true}'), DONE],
    "an invalid key": [neuron(401, "Authentication Failed", False)],
    "a page of a proxy": [PAGE],
}.items():
    both(
        case,
        lambda session: social_neuron_before.publish(session, "https://api.example", "k"),
        lambda session: social_neuron_after.publish(session, "https://api.example", "k"),
        responses,
    )
