_Type = Any
_Template = tuple[str, ...]
_Field = tuple[str, str, _Type, bool]
_T = TypeVar("_T")


@_dataclasses.dataclass(frozen=True)
class _Policy:
    when: Literal["always", "idempotent"]
    after: tuple[Literal["header", "details"], str] | None = None
    backoff: Literal["fixed", "exponential"] | None = None
    initial: float = 0.0
    factor: float = 2.0
    longest: float | None = None
    attempts: int | None = None


# None if the catalog does not say.
_Retry = Union[Literal["never"], _Policy, None]


def _nothing() -> dict[str, object]:
    return {}


@_dataclasses.dataclass(frozen=True)
class _Parts:
    status: int
    wire_code: str | None
    message: str | None
    retry: _Retry
    retry_after: float | None
    body: str
    is_readable: bool
    headers: tuple[tuple[str, str], ...]
    details: object = None
    mismatch: str | None = None
    sent_details: dict[str, object] = _dataclasses.field(default_factory=_nothing)
    context: dict[str, object] = _dataclasses.field(default_factory=_nothing)


class CatalogError(Exception):
    """An error of CATALOG_NAME. Catch one of its subclasses, or this for all of them.

    Details, the body and the message may be sensitive. ``repr`` and ``str`` show only the code, the
    status and the message of the server.
    """

    code: Code | None = None
    """The code of the catalog; None if the catalog does not have the error."""
    title: str | None = None
    """A short title in plain text."""
    retryable: bool | Literal["idempotent"] | None = None
    """Whether the request can be repeated; None if the catalog does not say."""
    fix: str | None = None
    """What to do about it, as markdown."""
    doc_url: str | None = None
    """The URL of the error's page."""

    def __init__(self, parts: _Parts) -> None:
        """Use :func:`from_response`."""
        self._parts = parts
        super().__init__(self._line())

    def _line(self) -> str:
        parts = self._parts
        unlisted = "unknown error" if parts.wire_code is None else f"unknown error {_one_line(parts.wire_code)}"
        which = f"{unlisted if self.code is None else self.code.value} ({parts.status})"
        return which if parts.message is None else f"{which}: {_one_line(parts.message)}"

    def __reduce__(self) -> tuple[Callable[..., CatalogError], tuple[object, ...], dict[str, object]]:
        parts = self._parts
        # What a caller has added, such as notes. The constructors set the rest.
        added = {name: value for name, value in vars(self).items() if name not in ("_parts", "retryable")}
        if self.args != (self._line(),):
            added["args"] = self.args
        read = (parts.status, parts.headers, parts.body, parts.is_readable, parts.retry_after)
        return self._read_again, (type(self), *read), added

    @staticmethod
    def _read_again(
        own: type[CatalogError], status: int, headers: object, body: str, is_readable: bool, retry_after: float | None
    ) -> CatalogError:
        error = from_response(status, headers, body if is_readable else _UNREADABLE)
        if type(error) is not own and issubclass(own, type(error)):
            again = own.__new__(own)
            type(error).__init__(again, error._parts)
            error = again
        # It counts from when the response was first read.
        error._parts = _dataclasses.replace(error._parts, retry_after=retry_after)
        return error

    @property
    def status(self) -> int:
        """The HTTP status of the response. The catalog may not list it."""
        return self._parts.status

    @property
    def details(self) -> object:
        """The typed details; None if there are none, or if the server sent others than this catalog has."""
        return self._parts.details

    @property
    def mismatch(self) -> str | None:
        """The first detail that is missing or has another type; ``status`` if the error has another status."""
        return self._parts.mismatch

    @property
    def sent_details(self) -> Mapping[str, object]:
        """The details as they were sent, also where they do not match this catalog."""
        return self._parts.sent_details

    @property
    def wire_code(self) -> str | None:
        """The code on the wire, also of an error that the catalog does not have."""
        return self._parts.wire_code

    @property
    def message(self) -> str | None:
        """The message that the server sent."""
        return self._parts.message

    @property
    def context(self) -> Mapping[str, object]:
        """The context fields of the response, unchecked. One that only a header has is text."""
        return self._parts.context

    @property
    def retry_after(self) -> float | None:
        """How many seconds the server asks to wait, counted from when the response was read."""
        return self._parts.retry_after

    @property
    def body(self) -> str:
        """The body, as text."""
        return self._parts.body

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        """The headers. Their names are in lower case."""
        return self._parts.headers
