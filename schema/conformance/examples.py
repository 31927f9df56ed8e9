"""Validates every example of the documents against its schema. Of a choice, exactly one member must accept it."""

import sys
from pathlib import Path

import yaml
from jsonschema import Draft4Validator, Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4, DRAFT202012


def resolve(document, value):
    while "$ref" in value:
        target = document
        for name in value["$ref"].removeprefix("#/").split("/"):
            target = target[name.replace("~1", "/").replace("~0", "~")]
        value = target
    return value


def media_types(value):
    """Every pair of a schema and its examples."""
    if isinstance(value, dict):
        if "schema" in value and "examples" in value:
            yield value
        for member in value.values():
            yield from media_types(member)
    elif isinstance(value, list):
        for item in value:
            yield from media_types(item)


def closed(schema):
    """OpenAPI 3.0 has `nullable` instead of JSON Schema's type null."""
    if isinstance(schema, dict):
        schema = {name: closed(member) for name, member in schema.items()}
        if schema.pop("nullable", False) is True and "type" in schema:
            schema["type"] = [schema["type"], "null"]
        return schema
    return [closed(item) for item in schema] if isinstance(schema, list) else schema


examples = choices = 0
for path in map(Path, sys.argv[1:]):
    document = yaml.safe_load(path.read_text())
    is_3_0 = document["openapi"].startswith("3.0")
    document = closed(document) if is_3_0 else document
    specification, validator = (DRAFT4, Draft4Validator) if is_3_0 else (DRAFT202012, Draft202012Validator)
    registry = Registry().with_resource("urn:document", Resource.from_contents(document, default_specification=specification))

    def errors(schema, value):
        wrapped = {"$ref": "urn:document" + schema["$ref"]} if "$ref" in schema else schema
        return list(validator(wrapped, registry=registry).iter_errors(value))

    for media_type in media_types(document):
        schema = media_type["schema"]
        choice = resolve(document, schema)
        # An `anyOf` would mean that nothing distinguishes the errors. No bundled catalog has one.
        assert "anyOf" not in choice, f"{path}: {choice}"
        members = choice.get("oneOf", [])
        for name, example in media_type["examples"].items():
            value = resolve(document, example)["value"]
            examples += 1
            if not members:
                found = errors(schema, value)
                assert not found, f"{path}: {name}: {found}"
                continue
            choices += 1
            fitting = [member["$ref"] for member in members if not errors(member, value)]
            assert len(fitting) == 1, f"{path}: {name} fits {fitting}"
print(f"{examples} examples valid; {choices} of them under exactly one member of a choice")
assert examples > 300 and choices > 50, "the documents have more"
