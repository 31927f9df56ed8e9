"""What vectors cannot say of the client in Python: repeats, hostile callers, and classes."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import pickle
import sys
from typing import Any

sys.path.insert(0, "out/kiosk")

import errors as kiosk  # type: ignore[import-not-found, unused-ignore]  # noqa: E402


def busy() -> kiosk.KioskError:
    """The page of a proxy."""
    return kiosk.from_response(502, {}, "<html>")


def repeats() -> None:
    """The first failure and two more, then success or the last error."""
    waits: list[float] = []
    calls: list[int] = []

    def send() -> str:
        calls.append(1)
        if len(calls) < 3:
            raise busy()
        return "done"

    assert kiosk.with_retry(send, idempotent=False, sleep=waits.append, random=lambda: 1.0) == "done"
    assert waits == [0.5, 0.5]

    def fail() -> str:
        raise busy()

    try:
        kiosk.with_retry(fail, idempotent=False, sleep=waits.append, random=lambda: 0.0)
        raise AssertionError
    except kiosk.UnlistedError as error:
        assert error.retryable is True and error.code is None
    assert waits == [0.5, 0.5, 0.25, 0.25]

    async def send_async() -> str:
        return send()

    async def sleep(wait: float) -> None:
        waits.append(wait)

    calls.clear()
    assert asyncio.run(kiosk.with_retry_async(send_async, idempotent=True, sleep=sleep)) == "done"
    assert len(waits) == 6

    def bug() -> str:
        raise KeyError("a bug")

    try:
        kiosk.with_retry(bug, idempotent=True, sleep=waits.append)
        raise AssertionError
    except KeyError:
        assert len(waits) == 6


def hostile() -> None:
    """Nothing that a caller passes makes it raise."""

    class Trap:
        def __getattr__(self, name: str) -> Any:
            raise OSError(name)

        def __iter__(self) -> Any:
            raise OSError("iter")

    cyclic: list[Any] = []
    cyclic.append(cyclic)
    bodies: list[Any] = [None, 7, b"\xff\xfe", bytearray(b"{}"), "\ud800", "[" * 10**6, Trap(), cyclic, {1: {2}}]
    bodies += ['{"a":' + "[" * 10**5 + "]" * 10**5 + "}", '"' * 10**6, "\\" * 10**6, '{"\\' * 10**5, "1" * 10**5]
    headers: list[Any] = [None, Trap(), cyclic, [("a",)], [(1, 2)], {b"\xff": b"\xff"}, {"retry-after": [b"1", 2]}]
    for body in bodies:
        for own in headers:
            for status in (0, 418, 503):
                error = kiosk.from_response(status, own, body)
                assert isinstance(error, kiosk.KioskError)
                kiosk.retry_advice(error, attempt=0, idempotent=True)
                assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert isinstance(kiosk.from_http(Trap()), kiosk.UnlistedError)
    assert kiosk.from_response(429, {b"X-Reset": b"9"}, {"error": "quota", "text": "x"}).code is kiosk.Code.QUOTA


def deep() -> None:
    """A type that contains itself, as deep as a body can be."""
    spec = importlib.util.spec_from_file_location("trees", "out/trees/errors.py")
    assert spec is not None and spec.loader is not None
    trees: Any = importlib.util.module_from_spec(spec)
    sys.modules["trees"] = trees
    spec.loader.exec_module(trees)
    with open("out/trees/vectors.json", encoding="utf-8") as file:
        vectors = json.load(file)["vectors"]
    count = 0
    # Vectors with another name have other bodies.
    for vector in (vector for vector in vectors if ": " not in vector["name"]):
        response, details = vector["response"], vector["expected"].get("details")
        for name in details or {}:
            for opening, closing in (('{"inner":[', "]}"), ('{"child":', "}"), ("[", "]"), ('{"name":"","child":', "}")):
                for depth in (100, 400, 100_000):
                    inner = opening * depth + "1" + closing * depth
                    body = json.dumps({**json.loads(response["body"]), "new": 0})
                    body = body.replace('"new": 0', f'"{name}": {inner}, "details": {{"{name}": {inner}}}')
                    trees.from_response(response["status"], response["headers"], body)
                    count += 1
    assert count > 0


def classes() -> None:
    """A predicate is a base class. What the catalog does not say is None."""
    error = kiosk.from_response(410, {}, '{"type": "gone"}')
    assert isinstance(error, kiosk.GoneErrorOnly) and isinstance(error, kiosk.GoneError) and error.is_gone
    assert not isinstance(error, kiosk.LimitedError) and not error.is_limited
    assert kiosk.GoneErrorOnly.retryable is None and kiosk.InvalidError.retryable is False
    assert kiosk.FlakyError.retryable == "idempotent" and kiosk.TooManyError.retryable is True
    assert kiosk.SoldOutError.fix == "Choose another." and kiosk.SoldOutError.code == "sold_out"
    assert kiosk.SoldOutError.doc_url == "https://kiosk.example/errors/sold-out"
    sold = kiosk.from_response(409, {}, '{"error": "sold_out", "text": "a\\nb\\u001b[31m", "secret": "hunter2"}')
    assert str(sold) == "sold_out (409): a\\u{a}b\\u{1b}[31m" and "hunter2" not in repr(sold)
    assert sold.message == "a\nb\x1b[31m" and sold.mismatch == "tea" and sold.details is None


def libraries() -> None:
    """Responses of httpx and requests."""
    import httpx
    import requests

    body = b'{"error": "quota", "text": "x"}'
    sent = httpx.Response(429, headers=[("X-Reset", "9")], content=body)
    got = requests.Response()
    got.status_code, got._content = 429, body
    got.headers["X-Reset"] = "9"
    for response in (sent, got):
        error = kiosk.from_http(response)
        assert isinstance(error, kiosk.QuotaError) and error.details == kiosk.QuotaDetails(reset=9)
        assert hash(error.details) == hash(kiosk.QuotaDetails(reset=9))
        try:
            kiosk.raise_for(response)
            raise AssertionError
        except kiosk.LimitedError as limited:
            assert limited.retry_after == 9.0
    kiosk.raise_for(httpx.Response(200))
    # A stream that nobody has read.
    stream = httpx.Response(418, stream=httpx.ByteStream(b"x"))
    assert isinstance(kiosk.from_http(stream), kiosk.UnlistedError)


repeats()
hostile()
deep()
classes()
if len(sys.argv) == 1:
    libraries()
print("Python: repeats, hostile callers, classes" + (", httpx and requests" if len(sys.argv) == 1 else ""))
