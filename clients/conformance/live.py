"""Reads the errors of the running example service over HTTP. The arguments are its origin, the index
of its arguments in live.json, and the modules of both clients."""

from __future__ import annotations

import importlib.util
import json
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from types import ModuleType
from typing import Any

import httpx
import requests


def load(path: str, name: str) -> ModuleType:
    """Imports a module from a file."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def details(value: Any) -> Any:
    """A dataclass as JSON. Enums are texts."""
    return {name: list(own) if isinstance(own, tuple) else own for name, own in vars(value).items()}


def main() -> None:
    """Compares."""
    origin, world, crawl, hive = sys.argv[1], int(sys.argv[2]), load(sys.argv[3], "crawl"), load(sys.argv[4], "hive")
    clients: dict[str, Any] = {"social-crawl": crawl, "socia-hive": hive}
    count = 0
    with open("live.json", encoding="utf-8") as file:
        steps = json.load(file)[world]["steps"]
    session = requests.Session()
    kept: dict[str, str] = {}
    with httpx.Client() as client, ThreadPoolExecutor(100) as pool:
        for step in steps:
            text = json.dumps(step)
            for name, value in kept.items():
                text = text.replace("{" + name + "}", value)
            step = json.loads(text)
            headers = {"x-api-key": step.get("key"), "idempotency-key": step.get("idempotency")}
            headers = {name: value for name, value in headers.items() if value is not None}
            for turn in range(step.get("times", 1)):
                # Both libraries, in turns.
                send: Any = client.request if (count + turn) % 2 else session.request
                if "at_once" in step:
                    send = requests.request
                method, path = ("GET", step["get"]) if "get" in step else ("POST", step["post"])
                sent = [
                    pool.submit(send, method, origin + path, headers=headers, json=step.get("body"))
                    for _ in range(step.get("at_once", 1))
                ]
                response = next(as_completed(sent)).result()
                for other in sent:
                    other.result()
                if "keep" in step:
                    kept[step["keep"]] = response.json()[step["keep"]]
                own = clients[step["api"]]
                if step["code"] is None:
                    own.raise_for(response)
                    continue
                try:
                    own.raise_for(response)
                    # An answer that is not an error of HTTP.
                    error: Any = own.from_http(response)
                except Exception as caught:
                    error = caught
                assert (error.code, error.status, error.mismatch) == (step["code"], response.status_code, None), error
                if "details" in step:
                    assert details(error.details) == step["details"], error.details
                if "predicate" in step:
                    assert getattr(error, step["predicate"])
                if "wait" in step:
                    advice = own.retry_advice(error, attempt=0, idempotent=False)
                    assert step["wait"][0] <= advice.wait <= step["wait"][1], advice
                count += 1
    print(f"Python: {count} errors of the running service")


main()
