#!/usr/bin/env python3
"""Writes a catalog whose texts look like markup to some site generator, and the text that a reader must see.

`hostile.py CATALOG EXPECTED`: an error for each text below, which has it in each of its fields; EXPECTED lists, for each page, the texts
by field, and whether the field is markdown.
"""

import json
import re
import sys

TEXTS = {
    # Every one of them
    "script": "<script>hostile()</script>",
    "image": "<img src=x onerror=hostile()>",
    "element": '<x-hostile onclick="hostile()">inside</x-hostile>',
    "unclosed": "</div></td></main> <details> <b",
    "style": "<style>*{display:none}</style>",
    "comment": "<!-- hidden --> --> <!--",
    "entities": "&lt;b&gt; &amp;amp; &#60; &nbsp",
    "link": "[x](javascript:hostile()) ![x](javascript:hostile()) <javascript:hostile()>",
    "reference": "[x][hostile] [^1] [hostile]: https://hostile.invalid",
    "emphasis": "*a* _b_ **c** ~~d~~ __init__ a*b*c",
    "quotes": "\"double\" 'single' it's 1--2---3 wait... (c)",
    "heading": "# hostile",
    "rule": "---",
    "underline": "hostile\n===",
    "front-matter": "---\ntitle: hostile\nlayout: hostile\n---",
    "list": "- hostile\n1. hostile\n+ hostile",
    "quote": "> hostile",
    "pipes": "a|b \\| c || d \\",
    "cells": "| a | b |\n| --- | --- |\n| c | d |",
    "backticks": "`a` ``b`` ` c ```",
    "fence": "```html\n<x-hostile></x-hostile>\n```",
    "tildes": "~~~\nhostile\n~~~",
    "indented": "    hostile()",
    "bidirectional": "a\u202eb\u2066c\u200fd\u061ce",
    "invisible": "a\u200bb\u200cc\u2060d\ufeffe\u00adf\U000e0041g",
    "scripts": "مرحبا שלום ñ n\u0303 🏳️\u200d🌈 \u00a0x",
    "mathematics": "$a$ $$b$$ \\(c\\) \\[d\\]",
    "colon": "a: b, - c # d",
    "yaml": "'\"\\: {a: [b, &c *d !e %f @g",
    # MDX
    "braces": "{hostile()} {`${hostile()}`} { } }{",
    "jsx": "<Hostile prop={hostile()} /> <></> {/* a */}",
    "import": 'import hostile from "./hostile"',
    "export": "export const hostile = 1",
    "directive": ":::danger\nhostile\n:::",
    "inline-directive": ":hostile[a]{b=c} ::hostile",
    "heading-id": "hostile {#evil} {/* #evil */}",
    # Vue, VitePress
    "mustache": "{{ hostile() }} {{{ hostile() }}} {{ '{{' }}",
    "attributes": '<p v-html="hostile()" @click="hostile()" :id="hostile()">a</p>',
    "contents": "[[toc]]",
    "vitepress-include": "<!--@include: ./hostile.md-->",
    "vitepress-snippet": "<<< ./hostile.md",
    "emoji": ":tada: :+1: :smile:",
    # Jinja, Liquid, Nunjucks, Handlebars
    "jinja": "{{ hostile }} {% include 'hostile' %} {# hidden #} {%- raw -%}",
    "handlebars": "{{> hostile}} {{{hostile}}} {{#if a}} {{/if}}",
    # mdBook
    "mdbook-include": "{{#include hostile.md}} {{#rustdoc_include hostile.md:1}}",
    "mdbook-title": "{{#title hostile}} {{#playground hostile.md}} \\{{#include hostile.md}}",
    # Python-Markdown
    "attribute-list": "hostile {: .evil #evil onclick=hostile() }",
    "admonition": '!!! danger "hostile"\n    hostile',
    "tabs": '=== "hostile"\n    hostile',
    "table-of-contents": "[TOC]",
    "python-snippet": '--8<-- "hostile.md"',
    "abbreviation": "*[hostile]: Hostile",
    "python-code": ":::python hostile",
    "keys": "++ctrl+alt+del++ ^^a^^ ==b== H~2~O {++c++}",
}


def template(text):
    return text.replace("{", "{{").replace("}", "}}")


def whole_character(surrogates):
    character = json.loads('"' + surrogates[0] + '"')
    return f"\\U{ord(character):08x}"


def main():
    every = " ".join(text.replace("\n", " ") for text in TEXTS.values())
    # A shorter text for places that are on every page: a tag, three kinds of braces, and the ends
    # of a cell and of a code span.
    short = "<x-hostile>{{ hostile() }}{% hostile %}{hostile()}</x-hostile>|`"
    errors, pages = {}, {}
    for place, (name, text) in enumerate(TEXTS.items()):
        line = " ".join(text.split())
        # A code has no placeholders, so it cannot have braces.
        code = f"{text} {name}".replace("{", "(").replace("}", ")")
        wire = {"code": code, "example": text, "header": line if line.isascii() else "-"}
        errors[name] = {
            "code": wire["code"],
            "status": 400 + place % 100,
            "title": text,
            "message": template(text),
            "description": f"{text}\n\nIn a line: {text}",
            "cause": text,
            "fix": text,
            "retryable": True,
            "refund": {"when": text},
            "group": "hostile",
            "headers": {"X-Hostile": template(wire["header"])},
            "details": {"detail": {"type": "string", "example": text, "doc": text}},
            "examples": [{"title": text, "details": {"detail": text}}],
            "snippets": [{"lang": "text", "code": text}, {"lang": "json", "code": text}],
            "notes": text,
            "since": line,
            "deprecated": {"since": line, "use": "plain", "note": text},
        }
        pages[name] = {
            "plain": {field: text for field in ("title", "message")} | {"code": wire["code"], "example": text, "header": wire["header"], "since": line},
            "markdown": {field: text for field in ("description", "cause", "fix", "refund", "notes", "doc", "note")},
        }
    errors["plain"] = {"status": 500, "fix": "None.", "details": {"choice": "Choice"}}
    catalog = {
        "errbook": 1,
        "api": {"name": every, "slug": "hostile-texts", "version": every, "summary": every, "support": every},
        "context": {"fact": {"type": "string", "example": short, "doc": every}},
        "envelopes": {"default": {"body": {"code": "{code}", "message": "{message}", template(short): "{context.fact}"}}},
        "groups": {
            "hostile": {
                "title": short,
                "summary": every,
                "columns": {"code": short, "message": "Message", "title": "Title", "description": "Meaning", "cause": "Cause", "fix": "Fix"},
            }
        },
        "predicates": {"is_hostile": list(TEXTS)},
        "types": {"Choice": {"values": [f"{name} {text}" for name, text in TEXTS.items() if text.isascii()], "doc": every}},
        "errors": errors,
        "retired": {f"was-{name}": {"since": " ".join(text.split()), "use": "plain", "note": text} for name, text in TEXTS.items()},
    }
    catalog_path, expected_path = sys.argv[1:]
    # JSON is YAML, except for characters that it writes as two surrogates.
    text = "".join(f"{key}: {json.dumps(value, indent=1)}\n" for key, value in catalog.items())
    text = re.sub(r"\\u(d[89ab]..)\\u(d[c-f]..)", whole_character, text)
    with open(catalog_path, "w", encoding="utf-8") as file:
        file.write(text)
    with open(expected_path, "w", encoding="utf-8") as file:
        json.dump(pages, file, indent=1)


main()
