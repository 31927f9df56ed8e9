@_dataclasses.dataclass(frozen=True)
class Advice:
    """What to do about an error."""

    kind: Literal["wait", "stop", "unsaid"]
    """Whether to wait and then send the request again, or to stop. Unsaid: the catalog does not say."""
    wait: float | None = None
    """How long to wait, in seconds."""
    retry_after: float | None = None
    """How long the server asks to wait, also if that is too long."""


class ResponseLike(Protocol):
    """A response of httpx or requests."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Any:
        """The headers."""
        ...

    @property
    def content(self) -> Any:
        """The body, as bytes."""
        ...


def from_response(status: int, headers: object = None, body: object = None) -> CatalogError:
    """The error of a response. Never raises.

    ``status`` is 0 if there is none. ``headers`` is a mapping, or pairs of names and values. ``body`` is
    bytes in any form, text, or a value that was parsed from JSON. If the body is not JSON, or if the
    catalog does not have the error, the result is an :class:`UnlistedError`.
    """
    exchange = _exchange(status, headers, body)
    status = exchange.status
    row = _identify(exchange)
    if row is None:
        retry = _unknown_retry(status)
        parts = _Parts(
            status=status,
            wire_code=_first(exchange, "code", "id"),
            message=_first(exchange, "message", "title"),
            context=_context(exchange, None),
            retry=retry,
            retry_after=_wait_in_headers(exchange, retry),
            body=exchange.text,
            is_readable=exchange.is_readable,
            headers=exchange.headers,
        )
        return UnlistedError(parts)
    source = _Source(exchange, row, _ENVELOPES[row.envelope] if row.envelope >= 0 else None)
    mismatch: str | None = None
    values: dict[str, object] = {}
    for name, field_name, kind, optional in row.fields:
        value = _detail(source, name, kind, optional)
        if value is None:
            mismatch = mismatch or name
        elif value is not _ABSENT:
            values[field_name] = value[0]
    if len(row.statuses) > 1 and status not in row.statuses:
        mismatch = "status"
    retry = _RETRIES[row.retry]
    parts = _Parts(
        status=status,
        wire_code=row.code,
        message=_message(source),
        details=row.details(**values) if row.details is not None and mismatch is None else None,
        mismatch=mismatch,
        sent_details=_sent_details(source),
        context=_context(exchange, row),
        retry=retry,
        retry_after=_wait_in(source, retry),
        body=exchange.text,
        is_readable=exchange.is_readable,
        headers=exchange.headers,
    )
    return row.error(parts)


def from_http(response: ResponseLike) -> CatalogError:
    """The error of a response of httpx or requests. Never raises."""
    status, headers, content = 0, None, _UNREADABLE
    # A body that was not read is not empty, though.
    with contextlib.suppress(Exception):
        status, headers = response.status_code, response.headers
        content = response.content
    return from_response(status, headers, content)


def raise_for(response: ResponseLike) -> None:
    """Raises the error of a response of httpx or requests whose status is 400 or more."""
    if _status(response.status_code) >= 400:
        raise from_http(response)


def retry_advice(error: CatalogError, *, attempt: int, idempotent: bool) -> Advice:
    """Whether and when to send the request again, as the catalog says.

    ``attempt`` is the number of repeats so far: 0 after the first failure. ``idempotent`` is whether
    several identical requests have the effect of one (RFC 9110 section 9.2.2).

    A loop that asks this ends. Without ``attempts`` in the catalog, a request is repeated three times.
    If a wait is longer than the ``max`` of the catalog, or than five minutes without a ``max``, the
    advice is to stop, so that a client never waits less than the server asks for. No wait is shorter
    than 0.1 seconds.
    """
    return _advice(error, attempt, idempotent, None)


def with_retry(
    send: Callable[[], _T],
    *,
    idempotent: bool,
    sleep: Callable[[float], object] = time.sleep,
    random: Callable[[], float] = random.random,
) -> _T:
    """Calls ``send`` until it succeeds, or until the catalog does not advise to repeat it.

    Errors that are not a :class:`CatalogError` are not repeated. ``random`` spreads the waits of many
    clients over time.
    """
    attempt = 0
    while True:
        try:
            return send()
        except CatalogError as error:
            advice = _advice(error, attempt, idempotent, random)
            if advice.wait is None:
                raise
            wait = advice.wait
        sleep(wait)
        attempt += 1


async def with_retry_async(
    send: Callable[[], Awaitable[_T]],
    *,
    idempotent: bool,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    random: Callable[[], float] = random.random,
) -> _T:
    """The same as :func:`with_retry`, for coroutines."""
    attempt = 0
    while True:
        try:
            return await send()
        except CatalogError as error:
            advice = _advice(error, attempt, idempotent, random)
            if advice.wait is None:
                raise
            wait = advice.wait
        await sleep(wait)
        attempt += 1


# The rest of this module reads the tables at its end.


class _Exchange(NamedTuple):
    status: int
    headers: tuple[tuple[str, str], ...]
    text: str
    # The body as JSON; _ABSENT if it is not JSON.
    json: object
    is_readable: bool
    has_body: bool


class _Source(NamedTuple):
    exchange: _Exchange
    row: _Row
    envelope: _Envelope | None


_ABSENT: tuple[object] = (object(),)
_UNREADABLE = object()
_SPACES = "\t\n\x0c\r "
# Others are part of the value (RFC 9110 section 5.6.3).
_HEADER_SPACES = _SPACES + "\x0b"


def _status(status: object) -> int:
    """0 for a response that has no status yet. Python refuses to write a number of very many digits."""
    is_status = isinstance(status, int) and not isinstance(status, bool) and abs(status) <= 2**53
    return int(cast(int, status)) if is_status else 0


def _exchange(status: object, headers: object, body: object) -> _Exchange:
    text, value, is_readable = "", _ABSENT[0], False
    with contextlib.suppress(Exception):
        own = _bytes(body)
        if own is not None:
            body = own.decode("utf-8", "replace")
        if body is not None and body is not _UNREADABLE:
            text = _well_formed(body) if isinstance(body, str) else json.dumps(body)
            value = _json(text)
        is_readable = body is not _UNREADABLE
    has_body = not is_readable or (text.strip(_SPACES) != "" and value is not None)
    return _Exchange(_status(status), _headers(headers), text, value, is_readable, has_body)


def _bytes(value: object) -> bytes | None:
    """The bytes of a buffer: ``bytes``, ``bytearray``, ``memoryview`` or another."""
    with contextlib.suppress(TypeError):
        return bytes(memoryview(cast(bytes, value)))
    return None


def _headers(headers: object) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    # Headers that cannot be read are as good as none.
    with contextlib.suppress(Exception):
        many = getattr(headers, "multi_items", None) or getattr(headers, "items", None)
        items = cast("Iterable[Any]", many() if callable(many) else headers or ())
        for item in items:
            with contextlib.suppress(Exception):
                name, value = item
                for one in cast("list[Any]", value) if isinstance(value, (list, tuple)) else [value]:
                    # A header that was looked up and is not there.
                    if one is None:
                        continue
                    pairs.append((_lower(_header_text(name)), _header_text(one).strip(_HEADER_SPACES)))
    return tuple(pairs)


def _header_text(part: object) -> str:
    own = None if isinstance(part, str) else _bytes(part)
    return str(part) if own is None else own.decode("utf-8")


def _lower(name: str) -> str:
    """The name in lower case. Only letters of ASCII have one: the sign of kelvin is no k."""
    return name.lower() if name.isascii() else "".join(letter.lower() if letter.isascii() else letter for letter in name)


def _header(exchange: _Exchange, name: str) -> str | None:
    wanted = _lower(name)
    return next((value for own, value in exchange.headers if own == wanted), None)


# JSON, with common mistakes of servers: byte order marks, NUL bytes at the end, halves of surrogate
# pairs, NaN and Infinity, line breaks in strings. Each affects only its own value.

_DEEPEST = 512
_TOKEN = re.compile(r'["\[\]{}]')
_QUOTE = re.compile(r'["\\]')


def _json(text: str) -> object:
    text = text.lstrip(_SPACES + "\ufeff").rstrip(_SPACES + "\0")
    if text[:1] not in tuple('"[{0123456789tfnNI-') or text == "":
        return _ABSENT[0]
    value: object
    try:
        value = _loads(text)
    except (ValueError, RecursionError):
        try:
            value = _loads(_shallow(text))
        except (ValueError, RecursionError):
            return _ABSENT[0]
    return _clean(value)


def _loads(text: str) -> object:
    return cast(object, json.loads(text, parse_int=_number, parse_constant=lambda _: None, strict=False))


def _number(text: str) -> int | float:
    if len(text) < 25 and -(2**63) <= int(text) < 2**63:
        return int(text)
    return float(text)


def _shallow(text: str) -> str:
    """The text with null for arrays and objects that are too deep."""
    pieces: list[str] = []
    start = depth = at = 0
    while True:
        token = _TOKEN.search(text, at)
        if token is None:
            break
        at = token.end()
        if token.group() == '"':
            while True:
                end = _QUOTE.search(text, at)
                if end is None:
                    return ""
                at = end.end() + (end.group() == "\\")
                if end.group() == '"':
                    break
        elif token.group() in "[{":
            depth += 1
            if depth == _DEEPEST + 1:
                pieces += [text[start : at - 1], "null"]
        else:
            if depth == _DEEPEST + 1:
                start = at
            depth -= 1
    return "" if depth > _DEEPEST else "".join(pieces) + text[start:]


def _clean(value: object) -> object:
    """The value without halves of surrogate pairs, and without what is too deep or not finite."""
    root = [value]
    # Not by recursion, of which Python allows little.
    waiting: list[tuple[object, int]] = [(root, 0)]
    while waiting:
        outer, depth = waiting.pop()
        members, items = _members(outer), _items(outer)
        if members is not None:
            named = list(members.items())
            members.clear()
            for name, member in named:
                members[_well_formed(name)] = _cleaned(member, depth, waiting)
        if items is not None:
            items[:] = [_cleaned(item, depth, waiting) for item in items]
    return root[0]


def _cleaned(value: object, depth: int, waiting: list[tuple[object, int]]) -> object:
    if isinstance(value, str):
        return _well_formed(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if _members(value) is not None or _items(value) is not None:
        if depth == _DEEPEST:
            return None
        waiting.append((value, depth + 1))
    return value


def _well_formed(text: str) -> str:
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _members(value: object) -> dict[str, object] | None:
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _items(value: object) -> list[object] | None:
    return cast("list[object]", value) if isinstance(value, list) else None


def _at(exchange: _Exchange, pointer: tuple[str, ...]) -> object:
    """The value at a JSON pointer (RFC 6901); _ABSENT if there is none."""
    value = exchange.json
    for name in pointer:
        members, items = _members(value), _items(value)
        if members is not None and name in members:
            value = members[name]
        elif items is not None and re.fullmatch("[0-9]{1,9}", name) and int(name) < len(items):
            value = items[int(name)]
        else:
            return _ABSENT[0]
    return value


def _values(exchange: _Exchange, envelope: _Envelope, slot: str) -> list[object]:
    """The values of a slot that are not null."""
    values = [_at(exchange, pointer) for pointer, own in envelope.slots if own == slot]
    return [value for value in values if value is not None and value is not _ABSENT[0]]


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    # 42.0 is an integer too.
    integer = _read("integer", value)
    return None if integer is None else str(integer[0])


def _first(exchange: _Exchange, *slots: str) -> str | None:
    """The first text in one of the slots, in any envelope."""
    for slot in slots:
        for envelope in _ENVELOPES:
            for value in _values(exchange, envelope, slot):
                text = _text(value)
                if text is not None:
                    return text
    return None


# How an error is identified: by its code or id; without one, by the URL or the slug of its page; else
# by its status, if the body has everything that each response in the envelope has.


class _Marks(NamedTuple):
    has_code: bool
    codes: list[str | None]
    ids: list[str | None]
    urls: list[str | None]
    slugs: list[str | None]
    is_whole: bool


def _marks(exchange: _Exchange, envelope: _Envelope) -> _Marks:
    def texts(slot: str) -> list[str | None]:
        return [_text(value) for value in _values(exchange, envelope, slot)]

    return _Marks(
        has_code=any(slot == "code" for _, slot in envelope.slots),
        codes=texts("code"),
        ids=texts("id"),
        # The same as an absent `type` (RFC 9457 section 4.2.1).
        urls=[url for url in texts("doc_url") if url != "about:blank"],
        slugs=texts("slug"),
        is_whole=_members(exchange.json) is not None
        and all(_at(exchange, pointer) is not _ABSENT[0] for pointer in envelope.required),
    )


def _agree(texts: list[str | None], matches: Callable[[str], bool]) -> bool | None:
    """Whether there are any values, if all of them match; None if one does not."""
    return bool(texts) if all(text is not None and matches(text) for text in texts) else None


def _resemblance(row: _Row, marks: list[_Marks], exchange: _Exchange) -> int:
    """3 for a code or an id, 2 for a page, 1 for a status, 0 for another error."""
    if row.envelope < 0:
        return 0 if exchange.has_body else 1
    own = marks[row.envelope]
    by_code = _agree(own.codes, lambda code: code == row.code)
    by_id = _agree(own.ids, lambda error_id: error_id == row.id)
    if by_code is None or by_id is None:
        return 0
    if by_code or by_id:
        return 3
    if own.has_code and row.code is not None:
        return 0
    by_url = _agree(own.urls, lambda url: _is_same_url(url, row.url))
    by_slug = _agree(own.slugs, lambda slug: slug == row.slug)
    if by_url is None or by_slug is None:
        return 0
    return 2 if by_url or by_slug else int(own.is_whole)


def _identify(exchange: _Exchange) -> _Row | None:
    marks = [_marks(exchange, envelope) for envelope in _ENVELOPES]
    rows = [(_resemblance(row, marks, exchange), row) for row in _ROWS]
    named = [row for like, row in rows if like == 3]
    of_status = [row for row in named if exchange.status in row.statuses]
    if of_status:
        return of_status[0] if len(of_status) == 1 else None
    others = [(like, row) for like, row in rows if like > 0 and exchange.status in row.statuses]
    most = max((like for like, _ in others), default=0)
    best = [row for like, row in others if like == most]
    if len(best) == 1:
        return best[0]
    return named[0] if len(named) == 1 else None


def _is_same_url(sent: str, own: str) -> bool:
    (origin, path), (own_origin, own_path) = _origin(sent.rstrip("/")), _origin(own.rstrip("/"))
    if own_origin is None:
        return sent.rstrip("/") == own.rstrip("/")
    if origin is not None:
        return origin == own_origin and path == own_path
    relative = re.sub(r"^(\.\./)+", "", re.sub(r"^(\./)+", "", path))
    if relative == "" or not own_path.endswith(relative):
        return False
    before = own_path[: -len(relative)]
    return before == "" or before.endswith("/") or relative.startswith(("/", "#"))


def _origin(url: str) -> tuple[str | None, str]:
    scheme, mark, rest = url.partition("://")
    if not mark:
        return None, url
    end = re.search("[/?#]|$", rest)
    length = len(scheme) + 3 + (end.start() if end is not None else 0)
    return url[:length].lower(), url[length:]


# Details: from the body, or else from a header or the message, whose template shows where each value
# begins and ends.


def _detail(source: _Source, name: str, kind: _Type, optional: bool) -> tuple[object] | None:
    """The value; _ABSENT if it may be absent and is; None if it is missing or has another type."""
    try:
        return _found(source, name, kind, optional)
    except RecursionError:
        # A type that contains itself, many times.
        return None


def _found(source: _Source, name: str, kind: _Type, optional: bool) -> tuple[object] | None:
    in_body = _detail_in_body(source, name)
    if in_body is not _ABSENT[0]:
        return _ABSENT if optional and in_body is None else _read(kind, in_body)
    text = _detail_in_text(source, name)
    if text is None:
        return _ABSENT if optional else None
    # Templates write nothing for an absent value.
    if optional and text == "":
        return _ABSENT
    # A number of a header may have zeros before it (RFC 9651 section 3.3.1). JSON has none.
    parsed = _json(re.sub("^(-?)0+(?=[0-9])", r"\1", text))
    return _read(kind, text) or (None if parsed is _ABSENT[0] else _read(kind, parsed))


def _detail_in_body(source: _Source, name: str) -> object:
    for pointer, slot in source.envelope.slots if source.envelope else ():
        found = _ABSENT[0]
        if slot == "details":
            found = (_members(_at(source.exchange, pointer)) or {}).get(name, found)
        elif slot == "details." + name:
            found = _at(source.exchange, pointer)
        if found is not _ABSENT[0]:
            return found
    return _ABSENT[0]


def _detail_in_text(source: _Source, name: str) -> str | None:
    for header, template in source.row.headers:
        text = _header(source.exchange, header)
        value = None if text is None else _header_captures(template, text).get("details." + name)
        if value is not None:
            return value
    message = _message(source)
    return None if message is None else _captures(source.row.message, message).get("details." + name)


def _sent_details(source: _Source) -> dict[str, object]:
    sent: dict[str, object] = {}
    for pointer, slot in source.envelope.slots if source.envelope else ():
        value = _at(source.exchange, pointer)
        if slot == "details":
            sent.update(_members(value) or {})
        elif slot.startswith("details.") and value is not _ABSENT[0]:
            sent[slot[len("details.") :]] = value
    return sent


def _message(source: _Source) -> str | None:
    for pointer, slot in source.envelope.slots if source.envelope else ():
        value = _at(source.exchange, pointer)
        if slot == "message" and isinstance(value, str):
            return value
    return None


def _context(exchange: _Exchange, row: _Row | None) -> dict[str, object]:
    context: dict[str, object] = {}
    envelopes = _ENVELOPES if row is None else _ENVELOPES[row.envelope : row.envelope + 1] if row.envelope >= 0 else ()
    for envelope in envelopes:
        for pointer, slot in envelope.slots:
            value = _at(exchange, pointer)
            if slot.startswith("context.") and value is not None and value is not _ABSENT[0]:
                context.setdefault(slot[len("context.") :], value)
    templates = [*(row.headers if row else ()), *(header for envelope in envelopes for header in envelope.headers)]
    for name, template in templates:
        text = _header(exchange, name)
        for slot, captured in (_header_captures(template, text) if text is not None else {}).items():
            if slot.startswith("context."):
                context.setdefault(slot[len("context.") :], captured)
    return context


_Read = Generator["tuple[_Type, object]", "tuple[object] | None", "tuple[object] | None"]


def _read(kind: _Type, value: object) -> tuple[object] | None:
    """The value, if it has the type."""
    # Not by recursion, of which Python allows little: each reader yields what it wants to have read.
    readers: list[_Read] = []
    while True:
        read: tuple[object] | None = None
        if isinstance(kind, str):
            read = _read_scalar(kind, value)
        elif isinstance(kind, tuple):
            outer, item = cast("tuple[str, _Type]", kind)
            readers.append(_read_items(outer, item, value))
        else:
            readers.append(_read_named(_TYPES[cast(int, kind)], value))
        while True:
            if not readers:
                return read
            try:
                kind, value = readers[-1].send(read)
                break
            except StopIteration as end:
                readers.pop()
                read = end.value


def _read_scalar(kind: str, value: object) -> tuple[object] | None:
    if kind == "json":
        return (value,)
    if kind in ("string", "boolean"):
        return (value,) if isinstance(value, str if kind == "string" else bool) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if kind == "integer":
        return (int(value),) if isinstance(value, int) or (value.is_integer() and abs(value) <= 2**53) else None
    if kind == "duration" and not 0 <= value < 2**64:
        return None
    return (float(value),)


def _read_items(kind: str, item: _Type, value: object) -> _Read:
    if kind == "array":
        items = _items(value)
        if items is None:
            return None
        values: list[object] = []
        for one in items:
            read = yield item, one
            if read is None:
                return None
            values.append(read[0])
        return (tuple(values),)
    members = _members(value)
    if members is None:
        return None
    named: dict[str, object] = {}
    for name, one in members.items():
        read = yield item, one
        if read is None:
            return None
        named[name] = read[0]
    return (named,)


def _read_named(definition: _Definition, value: object) -> _Read:
    if definition.fields is None:
        known = isinstance(value, str) and value in definition.values
        return (definition.make(value),) if known else None
    members = _members(value)
    if members is None:
        return None
    values: dict[str, object] = {}
    for name, field_name, kind, optional in definition.fields:
        if optional and members.get(name) is None:
            continue
        if name not in members:
            return None
        member = yield kind, members[name]
        if member is None:
            return None
        values[field_name] = member[0]
    return (definition.make(**values),)


def _captures(template: _Template, text: str) -> dict[str, str]:
    """The values of a template's placeholders; none if the text does not match in exactly one way."""
    names, literals = template[1::2], template[::2]
    if not names or "" in literals[1:-1] or not text.startswith(literals[0]):
        return {}
    inner = text[len(literals[0]) :]
    if not inner.endswith(literals[-1]):
        return {}
    inner = inner[: len(inner) - len(literals[-1])]
    values: list[str] = []
    rest = inner
    for literal in literals[1:-1]:
        value, mark, rest = rest.partition(literal)
        if not mark:
            return {}
        values.append(value)
    values.append(rest)
    behind: list[str] = []
    rest = inner
    for literal in reversed(literals[1:-1]):
        rest, _, value = rest.rpartition(literal)
        behind.insert(0, value)
    behind.insert(0, rest)
    found: dict[str, str] = {}
    for name, value in zip(names, values):
        # A name that occurs twice has the same value.
        if found.setdefault(name, value) != value:
            return {}
    return found if values == behind else {}


def _header_captures(template: _Template, text: str) -> dict[str, str]:
    """The same for a header. In its quotes, a backslash is before each quote of a value (RFC 9110 section 5.6.4)."""
    whole = "".join(template)
    if '"' not in whole or "\\" in whole or "\\" not in text:
        return _captures(template, text)
    # Two noncharacters, which no header has, are quotes and backslashes that end nothing.
    hidden, is_quoted, letters = "", False, iter(text)
    for letter in letters:
        if letter == '"':
            is_quoted = not is_quoted
        if letter == "\\" and is_quoted:
            letter = next(letters, "").replace('"', "\ufdd0").replace("\\", "\ufdd1")
        hidden += letter
    found = _captures(template, hidden)
    return {name: value.replace("\ufdd0", '"').replace("\ufdd1", "\\") for name, value in found.items()}


# How long a response asks to wait.


def _wait_in(source: _Source, retry: _Retry) -> float | None:
    after = retry.after if isinstance(retry, _Policy) else None
    if after is not None and after[0] == "details":
        detail = _detail(source, after[1], "json", True)
        value = None if detail is None else detail[0]
        wait = None
        if isinstance(value, str):
            wait = _wait_of_text(source.exchange, value)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            wait = _wait_of_number(source.exchange, float(value))
        if wait is not None:
            return wait
    return _wait_in_headers(source.exchange, retry)


def _wait_in_headers(exchange: _Exchange, retry: _Retry) -> float | None:
    after = retry.after if isinstance(retry, _Policy) else None
    named = _wait_in_header(exchange, after[1]) if after is not None and after[0] == "header" else None
    return named if named is not None else _wait_in_header(exchange, "Retry-After")


def _wait_in_header(exchange: _Exchange, name: str) -> float | None:
    """The longest of several values. A date has a comma itself."""
    waits: list[float] = []
    for own, line in exchange.headers:
        parts = line.split(",") if own == _lower(name) else []
        for at, part in enumerate(parts):
            for text in (part, ",".join(parts[at : at + 2])):
                wait = _wait_of_text(exchange, text)
                if wait is not None:
                    waits.append(wait)
    return max(waits, default=None)


def _wait_of_text(exchange: _Exchange, text: str) -> float | None:
    """Seconds, or a date (RFC 9110 section 10.2.3, RFC 3339)."""
    text = text.strip(_HEADER_SPACES)
    # Digits match in one way only, so that the time grows with their number.
    if re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        return _wait_of_number(exchange, float(text))
    if re.fullmatch(r"\+?inf(inity)?", text, re.ASCII | re.IGNORECASE):
        return math.inf
    date = _http_date(text)
    if date is None:
        date = _date_time(text)
    return None if date is None else _until(exchange, date)


def _wait_of_number(exchange: _Exchange, number: float) -> float | None:
    """Seconds, a Unix time, or a Unix time in milliseconds."""
    if math.isnan(number) or number < 0:
        return None
    seconds = number if number < 1e11 else number / 1000
    if seconds >= 2**63:
        return math.inf
    return seconds if number < 1e9 else _until(exchange, seconds)


def _until(exchange: _Exchange, date: float) -> float:
    """The time from the date of the response, or from now, until then."""
    sent = _http_date(_header(exchange, "Date") or "")
    return max(date - (time.time() if sent is None else sent), 0.0)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TIME = "(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
_DATES = (
    f"(?P<weekday>[A-Z][a-z]{{2}}), (?P<day>[0-9]{{2}}) (?P<month>[A-Z][a-z]{{2}}) (?P<year>[0-9]{{4}}) {_TIME} GMT",
    f"(?P<weekday>[A-Z][a-z]{{5,8}}), (?P<day>[0-9]{{2}})-(?P<month>[A-Z][a-z]{{2}})-(?P<year>[0-9]{{2}}) {_TIME} GMT",
    f"(?P<weekday>[A-Z][a-z]{{2}}) (?P<month>[A-Z][a-z]{{2}}) (?P<day>[ 0-9][0-9]) {_TIME} (?P<year>[0-9]{{4}})",
)


def _http_date(text: str) -> float | None:
    """A date in one of the three forms of RFC 9110 section 5.6.7, in seconds since 1970."""
    match = next(filter(None, (re.fullmatch(form, text) for form in _DATES)), None)
    if match is None or match["month"] not in _MONTHS:
        return None
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 2000 if year < 70 else 1900
    try:
        date = datetime.datetime(
            year,
            _MONTHS.index(match["month"]) + 1,
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            int(match["second"]),
            tzinfo=datetime.timezone.utc,
        )
    except ValueError:
        return None
    day = _DAYS[date.weekday()]
    return date.timestamp() if year >= 1970 and match["weekday"] in (day, day[:3]) else None


def _date_time(text: str) -> float | None:
    """``2026-01-31T12:00:00.5+01:00`` (RFC 3339 section 5.6), in seconds since 1970."""
    digits = "([0-9]{2})"
    form = f"([0-9]{{4}})-{digits}-{digits}[Tt ]{digits}:{digits}:{digits}([.][0-9]+)?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})"
    match = re.fullmatch(form, text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[at]) for at in range(1, 7))
    if year < 1970 or not 1 <= month <= 12 or not 1 <= day <= 31 or hour > 23 or minute > 59 or second > 60:
        return None
    days = datetime.date(year, month, 1).toordinal() - datetime.date(1970, 1, 1).toordinal() + day - 1
    seconds = ((days * 24 + hour) * 60 + minute) * 60 + second + float("0" + (match[7] or ".0"))
    zone = match[8]
    offset = 0 if zone in "Zz" else (int(zone[1:3]) * 60 + int(zone[4:6])) * 60
    return seconds + offset if zone.startswith("-") else seconds - offset


# Whether and when to repeat a request.

_DEFAULT_DELAY = 1.0
_DEFAULT_REPEATS = 3
_SHORTEST_WAIT = 0.1
_LONGEST_WAIT = 300.0


def _unknown_retry(status: int) -> _Retry:
    return next((_RETRIES[retry] for first, last, retry in _UNKNOWN if first <= status <= last), None)


def _advice(
    error: CatalogError, attempt: int, idempotent: bool, random: Callable[[], float] | None
) -> Advice:
    retry, asked = error._parts.retry, error.retry_after  # pyright: ignore[reportPrivateUsage]
    if retry is None:
        return Advice("unsaid", retry_after=asked)
    if retry == "never" or (retry.when == "idempotent" and not idempotent):
        return Advice("stop", retry_after=asked)
    # No number of repeats is below zero.
    attempt = max(attempt, 0)
    planned, longest = _DEFAULT_DELAY, _LONGEST_WAIT
    if retry.backoff is not None:
        planned = _backoff(retry, attempt)
        longest = max(_LONGEST_WAIT if retry.longest is None else retry.longest, retry.initial)
    attempts = _DEFAULT_REPEATS if retry.attempts is None else retry.attempts
    # Not a number is never below.
    if not attempt < attempts or (planned if asked is None else asked) > longest:
        return Advice("stop", retry_after=asked)
    if asked is None and random is not None:
        # Not a number is zero.
        share = min(max(0.0, random()), 1.0)
        if retry.backoff == "fixed" and retry.longest is not None:
            planned = retry.initial + max(retry.longest - retry.initial, 0.0) * share
        else:
            planned *= 0.5 + share / 2
    return Advice("wait", wait=max(planned if asked is None else asked, _SHORTEST_WAIT), retry_after=asked)


def _backoff(retry: _Policy, attempt: int) -> float:
    # Zero stays zero, even times infinity.
    if retry.backoff == "fixed" or retry.initial == 0:
        return retry.initial
    try:
        wait: float = retry.initial * retry.factor**attempt
    except OverflowError:
        wait = math.inf
    return wait if retry.longest is None else min(wait, retry.longest)
