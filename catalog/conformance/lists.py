"""Writes the error lists of three packages from PyPI as catalogs: lists.py PACKAGES OUT.

PACKAGES is the folder that has google-ads, botocore and tencentcloud-sdk-python. An id or the name of a type is
chosen here. Codes, statuses, members and their types are those of the package.
"""

import ast
import gzip
import html
import json
import re
import sys
from pathlib import Path

REQUEST_ID = {"request_id": {"type": "string", "example": "abc"}}
RESERVED_TYPES = {"ErrorCode": "ErrorCodeValue"}


def words(name):
    name = re.sub(r"[^A-Za-z0-9]+", "_", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).strip("_")


def add(errors, name, error):
    name, ids, number = words(name).upper(), errors.keys(), 2
    unique = name
    while unique in ids:
        unique, number = f"{name}_{number}", number + 1
    errors[unique] = error


def markdown(text):
    text = html.unescape(re.sub(r"<[^>]*>", " ", text or ""))
    return re.sub(r"([\\`*_\[\]<>{}#|])", r"\\\1", re.sub(r"\s+", " ", text).strip())


def described(error, text):
    return {**error, **({"description": markdown(text)} if markdown(text) else {})}


def google_ads(packages):
    """One catalog. Each family of errors has a member of its own in the body, so it has an envelope."""
    versions = (packages / "google/ads/googleads").glob("v*")
    newest = max(versions, key=lambda path: int(path.name[1:]))
    envelopes, errors = {}, {}
    for path in sorted((newest / "errors/types").glob("*_error.py")):
        for enum in ast.walk(ast.parse(path.read_text())):
            if not isinstance(enum, ast.ClassDef) or ast.unparse(enum.bases[0]) != "proto.Enum":
                continue
            docs = re.findall(r"^ {4}(\w+) \(\d+\):\n((?: {8}.*\n?|\n)*)", ast.get_docstring(enum) or "", re.M)
            docs, family = dict(docs), path.stem
            body = {"errorCode": {family: "{code}"}, "message": "{message}"}
            envelopes[family] = {"body": {"error": {"errors": [body], "requestId": "{context.request_id}"}}}
            for value in enum.body:
                if isinstance(value, ast.Assign) and value.targets[0].id not in ("UNSPECIFIED", "UNKNOWN"):
                    code = value.targets[0].id
                    error = {"code": code, "status": 400, "envelope": family}
                    add(errors, f"{family}_{code}", described(error, docs.get(code)))
    yield "google-ads", {"context": REQUEST_ID, "envelopes": envelopes, "errors": errors}


class Shapes:
    """The types of one service of AWS."""

    def __init__(self, shapes):
        self.shapes, self.types = shapes, {}

    def named(self, name, make):
        name = "".join(word[0].upper() + word[1:].lower() for word in words(name).split("_"))
        name = RESERVED_TYPES.get(name, name)
        if name not in self.types:
            self.types[name] = {}
            self.types[name].update(make())
        return name

    def values(self, values):
        """Values in the order of the model. Two that differ only in case need a name in Rust."""
        seen, result = set(), []
        for value in dict.fromkeys(values):
            same = words(value).lower()
            result.append({"value": value, "rust": f"Other{len(result)}"} if same in seen else value)
            seen.add(same)
        return {"values": result, "open": True}

    def members(self, shape):
        required = shape.get("required", [])
        return {
            name: {"type": self.type(member["shape"]), **({} if name in required else {"optional": True})}
            for name, member in shape.get("members", {}).items()
        }

    def type(self, name):
        shape = self.shapes[name]
        match shape["type"]:
            case "string" if "enum" in shape:
                return self.named(name, lambda: self.values(shape["enum"]))
            case "list":
                return f"array<{self.type(shape['member']['shape'])}>"
            case "map":
                return f"map<{self.type(shape['value']['shape'])}>"
            case "structure" if shape["members"] and not shape.get("document"):
                return self.named(name, lambda: {"fields": self.members(shape)})
            case other:
                simple = {"string": "string", "integer": "integer", "long": "integer", "float": "number"}
                simple |= {"double": "number", "boolean": "boolean", "timestamp": "date-time"}
                return simple.get(other, "json")


def amazon(packages):
    for service in sorted(packages.glob("botocore/data/*/")):
        newest = sorted(service.glob("*/service-2.json.gz"))
        model = json.loads(gzip.decompress(newest[-1].read_bytes())) if newest else {"shapes": {}}
        shapes, errors = Shapes(model["shapes"]), {}
        for name, shape in model["shapes"].items():
            if not shape.get("exception"):
                continue
            wire = shape.get("error", {})
            error = {"code": wire.get("code", name)}
            error["status"] = wire.get("httpStatusCode", 500 if shape.get("fault") else 400)
            details = {key: value for key, value in shapes.members(shape).items() if key.lower() != "message"}
            error = described(error, shape.get("documentation"))
            add(errors, name, {**error, **({"details": details} if details else {})})
        body = {"__type": "{code}", "message": "{message}", "...": "{details}"}
        types = {"types": shapes.types} if shapes.types else {}
        yield f"aws-{service.name}", {"envelopes": {"default": {"body": body}}, **types, "errors": errors}


def tencent(packages):
    """The newest version of each service. Its errors have the status 200."""
    for service in sorted(packages.glob("tencentcloud/*/")):
        newest, errors, comment = sorted(service.glob("v*/errorcodes.py")), {}, ""
        for line in newest[-1].read_text().splitlines() if newest else []:
            if line.startswith("# "):
                comment = line[2:]
            elif constant := re.match(r"\w+ = '(.*)'$", line):
                code = constant[1]
                add(errors, code, described({"code": code, "status": 200}, "" if comment == code else comment))
        error = {"Error": {"Code": "{code}", "Message": "{message}"}, "RequestId": "{context.request_id}"}
        body = {"Response": error}
        yield f"tencent-{service.name}", {"context": REQUEST_ID, "envelopes": {"default": {"body": body}}, "errors": errors}


def main(packages, out):
    for source in (google_ads, amazon, tencent):
        catalogs = {name: catalog for name, catalog in source(packages) if catalog["errors"]}
        for name, catalog in catalogs.items():
            catalog = {"errbook": 1, "api": {"name": name}, **catalog}
            (out / f"{name}.yaml").write_text(json.dumps(catalog, ensure_ascii=False, indent=1))
        count = sum(len(catalog["errors"]) for catalog in catalogs.values())
        print(f"{source.__name__}: {len(catalogs)} catalogs, {count} errors")


main(Path(sys.argv[1]), Path(sys.argv[2]))
