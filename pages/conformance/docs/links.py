#!/usr/bin/env python3
"""Follows every link of a built site to a file and an anchor, without a network. `links.py FOLDER`"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

SITE = "http://site.invalid/"
ELSEWHERE = {"http", "https", "mailto", "data"}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.anchors, self.links = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "title":
            # Its content has no tags.
            self.set_cdata_mode(tag)
        attributes = dict(attributes)
        self.anchors.update(value for name, value in attributes.items() if value and (name == "id" or (tag, name) == ("a", "name")))
        for name in ("href", "src"):
            if attributes.get(name) is not None:
                self.links.append((self.getpos()[0], attributes[name]))


def file_of(folder, path):
    """The file that a static host returns for a path: the file, a folder's index, or a page named without its extension."""
    place = folder / unquote(path).lstrip("/")
    for file in (place, place / "index.html", place.with_name(place.name + ".html")):
        if file.is_file():
            return file
    return None


def main():
    folder = Path(sys.argv[1]).resolve()
    pages = {file: Page(file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("*.html"))}
    if not pages:
        sys.exit(f"{folder}: no page")
    broken, followed = [], 0
    for file, page in pages.items():
        base = urljoin(SITE, file.relative_to(folder).as_posix())
        for line, link in page.links:
            target = urlsplit(urljoin(base, link.strip()))
            if target.netloc != urlsplit(SITE).netloc:
                if target.scheme not in ELSEWHERE:
                    broken.append(f"{file}:{line}: `{link}` is no link to a page")
                continue
            followed += 1
            found = file_of(folder, target.path)
            if found is None:
                broken.append(f"{file}:{line}: `{link}` leads to no file")
            elif target.fragment and found in pages and unquote(target.fragment) not in pages[found].anchors:
                broken.append(f"{file}:{line}: `{link}` leads to no anchor")
    print("\n".join(broken), file=sys.stderr) if broken else print(f"{len(pages)} pages, {followed} links")
    sys.exit(bool(broken))


main()
