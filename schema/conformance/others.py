"""Merges a catalog into other APIs' documents, checks that only errbook's components change, and prints the time."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import yaml

errbook, catalog, *documents = sys.argv[1:]
loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(text, path):
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, loader)


for path in map(Path, documents):
    copy = Path("target/conformance/openapi") / f"merged-{path.name}"
    shutil.copy(path, copy)
    started = time.monotonic()
    subprocess.run([errbook, "openapi", catalog, "--into", copy], check=True, capture_output=True)
    seconds = time.monotonic() - started
    before, after = path.read_text(), copy.read_text()
    subprocess.run([errbook, "openapi", catalog, "--into", copy, "--check"], check=True, capture_output=True)

    # As text: lines are added, and none is removed.
    rest = iter(after.splitlines())
    missing = [line for line in before.splitlines() if not any(line.rstrip(",") == other.rstrip(",") for other in rest)]
    assert not missing, f"{path}: {missing[:3]}"

    # As a structure: without the marked parts, it equals the original.
    document, owned = read(after, path), 0
    for section in document["components"].values():
        for name in [name for name, component in section.items() if component.get("x-errbook")]:
            del section[name]
            owned += 1
    original = read(before, path)
    document["components"] = {
        name: section for name, section in document["components"].items() if section or name in original["components"]
    }
    assert owned > 0 and document == original, path
    size = len(before) / 1e6
    print(f"{path.name}: {size:.1f} MB, {owned} components merged in {seconds:.2f} s, nothing else changed")
