"""A reference from a catalog as teams write it for themselves: PyYAML reads the file, and Jinja2
renders an index and a page for each error. It checks nothing, and writes no code and no schema.

    python3 bench/peer.py errors.yaml OUT
"""

import sys
from pathlib import Path

import yaml
from jinja2 import Environment

INDEX = """\
# {{ api.name }} errors

| Code | Status | Title |
|---|---|---|
{% for id, error in errors.items() -%}
| [`{{ id }}`]({{ id | lower | replace("_", "-") }}.md) | {{ error.status }} | {{ error.title }} |
{% endfor %}
"""

PAGE = """\
# `{{ id }}`

{{ error.title }}. HTTP {{ error.status }}.

## Meaning

{{ error.description }}
## Cause

{{ error.cause }}

## What to do

{{ error.fix }}
{% if error.details %}
| Detail | Type | Description |
|---|---|---|
{% for name, detail in error.details.items() -%}
| `{{ name }}` | {{ detail.type }} | {{ detail.doc }} |
{% endfor %}{% endif %}
"""

path, out = Path(sys.argv[1]), Path(sys.argv[2])
with path.open() as file:
    catalog = yaml.safe_load(file)
out.mkdir(parents=True, exist_ok=True)
environment = Environment()
index, page = environment.from_string(INDEX), environment.from_string(PAGE)
(out / "index.md").write_text(index.render(catalog))
for id, error in catalog["errors"].items():
    (out / f"{id.lower().replace('_', '-')}.md").write_text(page.render(id=id, error=error))
