"""Writes an API of eight operations for each catalog, in OpenAPI 3.0 and 3.1, and merges the catalog into it.

    apis.py ERRBOOK OUT CATALOG...
"""

import json
import subprocess
import sys
from pathlib import Path

import yaml

errbook, out, catalogs = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]

# Operations as most APIs have them: the method, the path, and the status of success.
OPERATIONS = [
    ("listThings", "get", "/things", "200"),
    ("createThing", "post", "/things", "201"),
    ("getThing", "get", "/things/{id}", "200"),
    ("replaceThing", "put", "/things/{id}", "200"),
    ("deleteThing", "delete", "/things/{id}", "204"),
    ("publishThing", "post", "/things/{id}/publish", "202"),
    ("exportThings", "get", "/export", "200"),
    ("doEverything", "post", "/everything", "204"),
]


def operation(name, path, success, errors):
    answer = {"description": "Done"}
    if success in ("200", "201"):
        answer["content"] = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    described = {
        "operationId": name,
        "summary": f"Operation {name}",
        "description": f"The operation {name} of a small API.",
        "tags": ["things"],
        "x-errors": errors,
        "responses": {success: answer},
    }
    if "{id}" in path:
        described["parameters"] = [{"name": "id", "in": "path", "required": True, "description": "Which", "schema": {"type": "string"}}]
    return described


for catalog in map(Path, catalogs):
    listed = json.loads(subprocess.run([errbook, "list", catalog, "--format", "json"], check=True, capture_output=True, text=True).stdout)
    # The operations describe 2xx themselves.
    errors = [error["id"] for error in listed if error["status"] and all(status > 299 for status in error["status"]) and error["visibility"] == "public"]
    for version in ("3.0.3", "3.1.0"):
        paths = {}
        for number, (name, method, path, success) in enumerate(OPERATIONS):
            some = errors if name == "doEverything" else errors[number::7]
            paths.setdefault(path, {})[method] = operation(name, path, success, some)
        document = {
            "openapi": version,
            "info": {"title": "Things", "version": "1.0.0", "description": "An API of eight operations."},
            "servers": [{"url": "https://things.test"}],
            "tags": [{"name": "things", "description": "Things"}],
            "paths": paths,
            "components": {"schemas": {"Thing": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}}},
        }
        file = out / f"{catalog.stem}-{version[:3]}.yaml"
        file.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True))
        subprocess.run([errbook, "openapi", catalog, "--into", file], check=True, capture_output=True)
        print(file.name, len(errors), "errors")
