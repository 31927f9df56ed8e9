

class UnlistedError(CatalogError):
    """An error that the catalog does not have, or a response of a proxy. See ``wire_code``."""

    def __init__(self, parts: _Parts) -> None:
        """Use :func:`from_response`."""
        super().__init__(parts)
        retry = parts.retry
        if retry is not None:
            self.retryable = False if retry == "never" else True if retry.when == "always" else "idempotent"


def _one_line(text: str) -> str:
    """Text on one line, without characters that control a terminal or reorder text."""
    hidden = ("Cc", "Cf", "Zl", "Zp")
    letters = (f"\\u{{{ord(own):x}}}" if unicodedata.category(own) in hidden else own for own in text)
    return "".join(letters)
