"""Runs a program with the server of orders.py."""

import json
import runpy
import sys
from pathlib import Path

import httpx

RESPONSES = json.loads(Path(__file__).with_name("responses.json").read_text(encoding="utf-8"))


def answer(_transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
    """The next response for an item; the last one again and again."""
    left = RESPONSES[request.url.path.rsplit("/", 1)[1]]
    response = left[0] if len(left) == 1 else left.pop(0)
    return httpx.Response(response["status"], headers=response["headers"], text=response["body"])


httpx.HTTPTransport.handle_request = answer  # type: ignore[method-assign]
sys.path.insert(0, str(Path(sys.argv[1]).parent))
runpy.run_path(sys.argv[1], run_name="__main__")
