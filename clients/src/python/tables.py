

# What the catalog says about the errors.


@_dataclasses.dataclass(frozen=True)
class _Definition:
    make: Callable[..., object]
    values: tuple[str, ...] = ()
    fields: tuple[_Field, ...] | None = None


@_dataclasses.dataclass(frozen=True)
class _Envelope:
    # JSON pointers (RFC 6901), split at their slashes.
    slots: tuple[tuple[tuple[str, ...], str], ...]
    required: tuple[tuple[str, ...], ...]
    headers: tuple[tuple[str, _Template], ...]


@_dataclasses.dataclass(frozen=True)
class _Row:
    error: type[CatalogError]
    id: str
    code: str | None
    statuses: tuple[int, ...]
    slug: str
    url: str
    # -1 for a response without a body.
    envelope: int
    headers: tuple[tuple[str, _Template], ...]
    message: _Template
    details: Callable[..., object] | None
    fields: tuple[_Field, ...]
    retry: int
