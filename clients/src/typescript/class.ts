/**
 * An error of CATALOG_NAME. `switch (error.code)` narrows its status and its details.
 *
 * `details`, `response` and messages may be sensitive, so `console.log` shows only the code and the
 * status, and the message of the server.
 */
export class CatalogError<C extends ErrorCode | undefined = ErrorCode | undefined> extends Error {
  override readonly name = "CatalogError";
  /** The code of the catalog; undefined if the catalog does not have the error. See `wireCode`. */
  readonly code: C;
  /** The status that was sent; undefined if the catalog has others for the error. See `response`. */
  readonly status: C extends ErrorCode ? StatusOf[C] | undefined : number;
  readonly #parts: _Parts;

  /** @internal Use {@link parseError} or {@link fromResponse}. */
  constructor(parts: _Parts) {
    const { response, wireCode, serverMessage } = parts;
    const unknown = wireCode === undefined ? "unknown error" : `unknown error ${_oneLine(wireCode)}`;
    const which = `${parts.code ?? unknown} (${response.status.toString()})`;
    super(serverMessage === undefined ? which : `${which}: ${_oneLine(serverMessage)}`);
    this.code = parts.code as C;
    this.status = parts.status as C extends ErrorCode ? StatusOf[C] | undefined : number;
    this.#parts = parts;
  }

  /** Any error of this class. */
  static override [Symbol.hasInstance](value: unknown): value is ErrorOf {
    return typeof value === "object" && value !== null && #parts in value;
  }

  /** The typed details; undefined if the server sent others than this catalog has. */
  get details(): C extends ErrorCode ? DetailsOf[C] | undefined : undefined {
    return this.#parts.details as C extends ErrorCode ? DetailsOf[C] | undefined : undefined;
  }

  /** The first detail that is missing or has another type; `status` if the error has another status. */
  get mismatch(): string | undefined {
    return this.#parts.mismatch;
  }

  /** The details as they were sent, also where they do not match this catalog. */
  get sentDetails(): Readonly<Record<string, unknown>> {
    return this.#parts.sentDetails;
  }

  /** The code on the wire, also of an error that the catalog does not have. */
  get wireCode(): string | undefined {
    return this.#parts.wireCode;
  }

  /** The message that the server sent. */
  get serverMessage(): string | undefined {
    return this.#parts.serverMessage;
  }

  /** The context fields of the response, unchecked. One that only a header has is text. */
  get context(): ContextFields {
    return this.#parts.context;
  }

  /**
   * Whether the request can be repeated, as the catalog says: undefined if it does not say. For an
   * error that the catalog does not have, its advice for the status.
   */
  get retryable(): boolean | "idempotent" | undefined {
    const { retry } = this.#parts;
    if (typeof retry === "object") return retry.if === "always" ? true : "idempotent";
    return retry === undefined ? undefined : false;
  }

  /** How long the server asks to wait, counted from when the response was read. */
  get retryAfterMs(): number | undefined {
    return this.#parts.retryAfterMs;
  }

  /** The response, unchanged. */
  get response(): RawResponse {
    return this.#parts.response;
  }

  /** @internal Use {@link retryAdvice}. */
  static _retry(error: ErrorOf): _Retry {
    return (error as CatalogError).#parts.retry;
  }
PREDICATES}

/** Text on one line, without characters that control a terminal or reorder text. */
function _oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}
