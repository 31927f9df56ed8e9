"""Reads every vector with the client in Python. The arguments are pairs of a module and its vectors."""

from __future__ import annotations

import copy
import enum
import importlib.util
import json
import math
import pickle
import sys
from types import ModuleType
from typing import Any


def load(path: str, name: str) -> ModuleType:
    """Imports a module from a file."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def names(client: Any) -> dict[type, list[tuple[str, str]]]:
    """The JSON name of each field of each dataclass."""
    pairs = [(own.make, own.fields) for own in client._TYPES if own.fields is not None]
    pairs += [(own.details, own.fields) for own in client._ROWS if own.details is not None]
    return {make: [(name, own) for name, own, _, _ in fields] for make, fields in pairs}


def written(value: Any, fields: dict[type, list[tuple[str, str]]]) -> Any:
    """A typed value as JSON."""
    if type(value) in fields:
        members = ((name, getattr(value, own)) for name, own in fields[type(value)])
        # An absent member is None.
        return {name: written(member, fields) for name, member in members if member is not None}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (tuple, list)):
        return [written(item, fields) for item in value]
    if isinstance(value, dict):
        return {name: written(member, fields) for name, member in value.items()}
    return value


def is_equal(own: Any, other: Any) -> bool:
    """Whether two values are equal JSON, without members that are null."""
    if isinstance(own, dict) and isinstance(other, dict):
        own = {name: member for name, member in own.items() if member is not None}
        other = {name: member for name, member in other.items() if member is not None}
        return own.keys() == other.keys() and all(is_equal(own[name], other[name]) for name in own)
    if isinstance(own, list) and isinstance(other, list):
        return len(own) == len(other) and all(map(is_equal, own, other))
    if isinstance(own, (int, float)) and isinstance(other, (int, float)):
        return isinstance(own, bool) == isinstance(other, bool) and math.isclose(own, other, rel_tol=1e-9)
    return type(own) is type(other) and own == other


class Response:
    """A response of httpx or requests."""

    def __init__(self, response: dict[str, Any]) -> None:
        self.status_code = response["status"]
        pairs = response["headers"]
        # A mapping has one value for each name.
        is_once = len({name.lower() for name, _ in pairs}) == len(pairs)
        self.headers = dict(pairs) if is_once else pairs
        self.content = response["body"].encode()


def main() -> None:
    """Compares, and exits with 1 if there is a difference."""
    count = problems = 0
    for at in range(1, len(sys.argv), 2):
        client: Any = load(sys.argv[at], f"errors_{at}")
        with open(sys.argv[at + 1], encoding="utf-8") as file:
            whole = json.load(file)
        fields = names(client)
        predicates = sorted({name for vector in whole["vectors"] for name in vector["expected"]["predicates"]})
        base: Any = client.UnlistedError
        # A name that is reserved or taken has an underscore at its end.
        own = lambda name: name if isinstance(getattr(base, name, None), property) else name + "_"  # noqa: E731
        for vector in whole["vectors"]:
            count += 1
            response, expected = vector["response"], vector["expected"]
            parts = (response["status"], response["headers"])
            first = client.from_response(*parts, response["body"])
            errors = [
                first,
                client.from_response(*parts, response["body"].encode()),
                client.from_http(Response(response)),
                pickle.loads(pickle.dumps(first)),
                copy.deepcopy(first),
            ]
            for error in errors:
                got: dict[str, Any] = {
                    "status": error.status,
                    "code": error.code.value if error.code is not None else None,
                    "wire_code": error.wire_code,
                    "message": error.message,
                    "predicates": [name for name in predicates if getattr(error, own(name))],
                }
                wanted = {name: response["status"] if name == "status" else expected[name] for name in got}
                wanted["predicates"] = sorted(wanted["predicates"])
                if "details" in expected:
                    nothing = {} if error.code is not None and error.mismatch is None else None
                    got["details"] = nothing if error.details is None else written(error.details, fields)
                    got["mismatch"] = error.mismatch
                    wanted.update(details=expected["details"], mismatch=expected["mismatch"])
                if "advice" in expected:
                    advice = client.retry_advice(error, attempt=vector["attempt"], idempotent=vector["idempotent"])
                    got["advice"] = {"kind": advice.kind}
                    if advice.wait is not None:
                        got["advice"]["seconds"] = advice.wait
                    wanted["advice"] = expected["advice"]
                for name, value in wanted.items():
                    if not is_equal(got[name], value):
                        problems += 1
                        print(f"{whole['api']}: {vector['name']}: {name} is {got[name]!r}, and not {value!r}", file=sys.stderr)
    print(f"Python: {count} vectors, {problems} problems")
    sys.exit(1 if problems else 0)


main()
