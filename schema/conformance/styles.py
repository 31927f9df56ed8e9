"""Merges a catalog into documents of many styles, with each kind of line end. PyYAML and js-yaml read
each result: it may differ from the document only in what is errbook's, and a second run changes
nothing. A document that is rejected must not change."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

errbook, catalog, styles, node_yaml, folder = sys.argv[1:]
folder = Path(folder)
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def run(path):
    return subprocess.run([errbook, "openapi", catalog, "--into", path], capture_output=True, text=True)


def without_errors(document):
    """The document without errbook's components and responses."""
    components = document.get("components") or {}
    for section in components.values():
        for name in [name for name, it in (section or {}).items() if isinstance(it, dict) and it.get("x-errbook")]:
            del section[name]
    for item in (document.get("paths") or {}).values():
        for operation in [operation for method, operation in item.items() if method in METHODS]:
            responses = operation.get("responses") or {}
            for status in [status for status in responses if str(status) in {"401", "409", "429"}]:
                responses.pop(status)
            # An absent value and an empty one are the same here: errbook writes into both.
            operation["responses"] = responses or None
    document["components"] = {name: section for name, section in components.items() if section} or None
    return document


def by_js_yaml(paths):
    script = f"const yaml = require({json.dumps(node_yaml)}); const fs = require('fs');" + """
        const read = (path) => { try { return yaml.load(fs.readFileSync(path, 'utf8')); } catch { return null; } };
        console.log(JSON.stringify(process.argv.slice(1).map(read)));"""
    done = subprocess.run(["node", "-e", script, *map(str, paths)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def by_pyyaml(path):
    try:
        return yaml.safe_load(path.read_bytes())
    except yaml.YAMLError:
        return None


merged, rejected, pairs = 0, 0, []
for name, text in json.loads(Path(styles).read_text()).items():
    for ending in ["\n", "\r\n", "\r"]:
        number = len(pairs) + rejected
        before, after = folder / f"{number}-before.yaml", folder / f"{number}-after.yaml"
        before.write_bytes(text.replace("\n", ending).encode())
        shutil.copy(before, after)
        first = run(after)
        if first.returncode:
            assert before.read_bytes() == after.read_bytes(), (name, ending)
            rejected += 1
            continue
        result = after.read_bytes()
        second = run(after)
        assert second.returncode == 0 and after.read_bytes() == result, (name, ending, second.stderr)
        pairs.append((name, ending, before, after))

read = 0
js = by_js_yaml([path for _, _, before, after in pairs for path in (before, after)])
for index, (name, ending, before, after) in enumerate(pairs):
    for reader, old, new in [
        ("PyYAML", by_pyyaml(before), by_pyyaml(after)),
        ("js-yaml", js[2 * index], js[2 * index + 1]),
    ]:
        if old is None:
            continue  # The reader does not know all of YAML 1.2.
        assert new is not None, f"{name}, {ending!r}: {reader} cannot read {after}"
        assert without_errors(new) == without_errors(old), f"{name}, {ending!r}: {reader} reads a change in {after}"
        read += 1
print(f"{len(pairs)} documents merged, {rejected} rejected and unchanged, {read} results read by PyYAML or js-yaml")
