"""Writes the documents of a catalog, whole-*.yaml, and small APIs that it is merged into, api-*.yaml, in OpenAPI 3.0, 3.1 and 3.2."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

errbook, catalog, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
name = catalog.stem


def run(*arguments):
    return subprocess.run([errbook, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def whole(version):
    """The document with only the components, from a copy of the catalog with this OpenAPI version."""
    folder = out.parent / "catalogs" / version
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(catalog.parent, folder)
    copy = folder / catalog.name
    text = re.sub(r"\ngenerate: \{typescript.*\n", "\n", copy.read_text())
    assert "\ngenerate:" not in text, "the bundled catalogs ask for clients and snippets, and nothing else"
    copy.write_text(text + f'\ngenerate:\n  openapi: {{file: openapi.yaml, version: "{version}"}}\n')
    return run("openapi", copy)


def operation(identifier, errors):
    return {
        "operationId": identifier,
        "summary": f"What may end with {len(errors)} errors",
        "description": "An operation of a small API.",
        "tags": ["things"],
        "x-errors": errors,
        # Not 200: an entry of a catalog may have it.
        "responses": {"204": {"description": "Done"}},
    }


def api(version, errors):
    """An operation for each error, and one for all of them."""
    # Linters require a 4xx for every operation.
    client = next(error["id"] for error in errors if error["status"][0] < 500)
    errors = [error["id"] for error in errors]
    one = [[error] if error == client else [error, client] for error in errors]
    paths = {f"/one/{number}": {"get": operation(f"one{number}", errors)} for number, errors in enumerate(one)}
    paths["/all"] = {"post": operation("all", errors)}
    if len(errors) > 2:
        paths["/most"] = {"post": operation("most", errors[1:])}
    return {
        "openapi": version,
        "info": {
            "title": "A small API",
            "description": "It has every error.",
            "version": "1.0.0",
            "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
            "contact": {"name": "Nobody", "url": "https://api.test/contact", "email": "nobody@api.test"},
        },
        "servers": [{"url": "https://api.test/v1"}],
        "tags": [{"name": "things", "description": "All there is."}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-api-key"}}},
    }


errors = [error for error in json.loads(run("list", catalog, "--format", "json")) if error["status"] and error["visibility"] == "public"]
for version, full in [("3.0", "3.0.3"), ("3.1", "3.1.0"), ("3.2", "3.2.0")]:
    (out / f"whole-{name}-{version}.yaml").write_text(whole(version))
    target = out / f"api-{name}-{version}.yaml"
    target.write_text(yaml.safe_dump(api(full, errors), sort_keys=False))
    run("openapi", catalog, "--into", target)
