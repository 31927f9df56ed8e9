"""What vectors cannot say of the client in Python: repeats, hostile callers, and classes."""

from __future__ import annotations

import array
import asyncio
import copy
import dataclasses
import http
import importlib.util
import inspect
import json
import math
import pickle
import sys
from collections.abc import Callable
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


def odd_numbers() -> None:
    """No number that a caller gives makes a wait that is none, or a loop that does not end."""
    # A waiting time of its own, and the one of a fixed backoff with a longest wait.
    for error in (busy(), kiosk.from_response(429, {}, {"error": "quota", "text": "x"})):
        for random in (math.nan, math.inf, -math.inf, -1.0, 2.0):
            waits: list[float] = []
            calls: list[int] = []

            def send(error: kiosk.KioskError = error, calls: list[int] = calls) -> None:
                calls.append(1)
                if len(calls) == 1:
                    raise error

            kiosk.with_retry(send, idempotent=True, sleep=waits.append, random=lambda own=random: own)
            least = kiosk.retry_advice(error, attempt=0, idempotent=True).wait or 0.0
            assert len(waits) == 1 and 0.1 <= waits[0] and math.isfinite(waits[0]), (random, waits, least)
        numbers: list[Any] = [math.nan, math.inf, 10**400]
        for attempt in numbers:
            assert kiosk.retry_advice(error, attempt=attempt, idempotent=True).kind == "stop", attempt
        less: list[Any] = [-1, -math.inf, -(10**400)]
        for attempt in less:
            own = kiosk.retry_advice(error, attempt=attempt, idempotent=True)
            assert own == kiosk.retry_advice(error, attempt=0, idempotent=True), attempt


def copies() -> None:
    """A copy has what a copy of every exception has: its class, its notes and what a caller added."""

    class Own(kiosk.QuotaError):  # type: ignore[misc, unused-ignore]
        pass

    Own.__qualname__ = "Own"
    globals()["Own"] = Own
    quota = kiosk.from_response(429, {"X-Reset": "9"}, {"error": "quota", "text": "x"})
    own = Own.__new__(Own)
    kiosk.KioskError.__init__(own, quota._parts)
    unlisted = kiosk.from_response(418, {}, "x")
    for error in (quota, own, unlisted, busy()):
        error.order = ["tea"]
        error.__notes__ = ["of the order 7"]
        error.itself = error
        error.args = (*error.args, 7) if error is own else error.args
        error.__cause__ = KeyError("cause")
        ordinary = KeyError("x")
        ordinary.__cause__ = KeyError("cause")
        hows: list[Callable[[Any], Any]] = [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))]
        for how in hows:
            again = how(error)
            assert type(again) is type(error) and again is not error
            assert again.args == error.args and str(again) == str(error) and repr(again) == repr(error)
            assert again.__notes__ == ["of the order 7"] and again.order == ["tea"]
            assert (again.order is error.order) == (how is copy.copy)
            assert again.itself is (error if how is copy.copy else again)
            assert again.retryable == error.retryable and again.details == error.details
            assert again.retry_after == error.retry_after and again.headers == error.headers
            # As for every exception.
            assert again.__cause__ is None and how(ordinary).__cause__ is None


def enums() -> None:
    """A member shows its value, in every version of Python."""
    members: list[Any] = [kiosk.Code.SOLD_OUT, kiosk.Window.HOUR]
    for member in members:
        value = member.value
        assert f"{member}" == str(member) == format(member) == "%s" % member == "{}".format(member) == value
        assert f"{member:>10}" == value.rjust(10) and member == value and json.dumps(member) == json.dumps(value)
        own: Any = type(member)
        assert own(value) is member and len(own) in (2, 21)


def keywords() -> None:
    """The values of details have names: their order is that of the catalog, which can change."""
    details = kiosk.TooManyDetails(window=kiosk.Window.HOUR, limit=10)
    assert details == kiosk.TooManyDetails(limit=10, window=kiosk.Window.HOUR, kind=None)
    assert details.__match_args__ == ()
    assert dataclasses.replace(details, limit=9).limit == 9 and dataclasses.asdict(details)["window"] == "hour"
    assert {own.kind for own in inspect.signature(kiosk.TooManyDetails).parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    make: Any = kiosk.TooManyDetails
    for values, named in (((10, "hour"), {}), ((), {"limit": 10})):
        try:
            make(*values, **named)
            raise AssertionError
        except TypeError:
            pass
    try:
        details.limit = 9
        raise AssertionError
    except dataclasses.FrozenInstanceError:
        pass
    assert hash(details) == hash(copy.copy(details)) and pickle.loads(pickle.dumps(details)) == details


def hostile() -> None:
    """Nothing that a caller passes makes it raise."""

    class Trap:
        def __getattr__(self, name: str) -> Any:
            raise OSError(name)

        def __iter__(self) -> Any:
            raise OSError("iter")

    cyclic: list[Any] = []
    cyclic.append(cyclic)
    released = memoryview(b"{}")
    released.release()
    bodies: list[Any] = [None, 7, b"\xff\xfe", bytearray(b"{}"), memoryview(b"{}"), released, array.array("d", [1.0]), "\ud800", "[" * 10**6, Trap(), cyclic, {1: {2}}]
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
    # Bytes in every form.
    body = b'{"error": "quota", "text": "\xc3\xa4"}'
    forms: list[Any] = [body, bytearray(body), memoryview(body), memoryview(b"_" + body)[1:], memoryview(body[::-1])[::-1]]
    for form in [*forms, array.array("B", body)]:
        error = kiosk.from_response(http.HTTPStatus.TOO_MANY_REQUESTS, [(bytearray(b"X-Reset"), memoryview(b"9"))], form)
        assert isinstance(error, kiosk.QuotaError) and error.message == "\xe4" and error.details, form
        assert type(error.status) is int
    statuses: list[Any] = [None, True, "418", 418.0, math.nan, -1, 10**400, 10**5000, Trap()]
    for status in statuses:
        error = kiosk.from_response(status, {"Retry-After": "7"}, "x")
        kiosk.retry_advice(error, attempt=0, idempotent=True)
        assert error.status == (-1 if status == -1 else 0)
        assert str(pickle.loads(pickle.dumps(error))) == str(error)
    # A header that was looked up and is not there.
    quota = kiosk.from_response(429, {"X-Reset": None, "Retry-After": [None, "5"]}, {"error": "quota", "text": "x"})
    assert [name for name, _ in quota.headers] == ["retry-after"] and quota.retry_after == 5
    unsent = kiosk.from_response(None, None, None)
    assert unsent.status == 0 and str(unsent) == "unknown error (0)" and isinstance(unsent, kiosk.UnlistedError)


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
    # As deep as the clients in Rust and TypeScript read it.
    depth = 400
    node = '{"name":"","child":' * depth + '{"name":"last"}' + "}" * depth
    rest = '"known":{"name":""},"folder":{"folders":{},"owner":{"name":"","teams":[]}},"by_name":{}'
    body = f'{{"code":"too_deep","message":"","details":{{"node":{node},{rest}}}}}'
    error = trees.from_response(400, {}, body)
    assert error.mismatch is None
    own = error.details.node
    for _ in range(depth):
        own = own.child
    assert own == trees.Node(name="last")
    problem = '{"pointer":"","message":"","inner":[' * 250 + "]}" * 250
    error = trees.from_response(422, {}, f'{{"code":"invalid_body","message":"","details":{{"problems":[{problem}]}}}}')
    assert error.mismatch is None and len(error.details.problems) == 1
    # A fault at the bottom is a fault.
    error = trees.from_response(400, {}, body.replace('"last"', "7"))
    assert error.mismatch == "node" and error.details is None


def sizes() -> None:
    """The time grows with the size of a response, and not with its square."""
    many = " " * 10**6
    for body in (many + "x", '{"a": "' + many + 'x"}', "\0" * 10**6 + "x", "/" * 10**6 + "x", "1" * 10**6 + "x", "1" * 10**6):
        kiosk.from_response(410, {"a": body, "Retry-After": body}, body)
        kiosk.from_response(410, {}, json.dumps({"type": body}))
        closed = {"code": "closed", "message": "", "details": {"opens_in": body}}
        assert kiosk.from_response(503, {}, {"ok": False, "error": closed, "request_id": "r"}).code == "closed"


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
    # A response that nobody has received yet.
    partial = requests.Response()
    assert kiosk.from_http(partial).status == 0
    kiosk.raise_for(partial)
    # A stream that nobody has read.
    stream = httpx.Response(418, stream=httpx.ByteStream(b"x"))
    assert isinstance(kiosk.from_http(stream), kiosk.UnlistedError)


repeats()
odd_numbers()
copies()
enums()
keywords()
hostile()
sizes()
deep()
classes()
if len(sys.argv) == 1:
    libraries()
print("Python: repeats, hostile callers, classes" + (", httpx and requests" if len(sys.argv) == 1 else ""))
