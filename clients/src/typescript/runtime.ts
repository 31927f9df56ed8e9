/** The parts of a response, as any HTTP client gives them. */
export interface ResponseParts {
  /** The HTTP status. */
  readonly status: number;
  /** The headers: a `Headers`, pairs of names and values, or an object of values or lists of values. */
  readonly headers?: object | undefined;
  /** The body: text, bytes, or a value that was already parsed from JSON. */
  readonly body?: unknown;
}

/** What to do about an error. */
export type Advice =
  /** Wait this long, then send the request again. */
  | { readonly kind: "wait"; readonly ms: number }
  /**
   * Do not send it again: it would fail again, it was repeated often enough, or the wait that the
   * server asks for, `retryAfterMs`, is too long.
   */
  | { readonly kind: "stop"; readonly retryAfterMs: number | undefined }
  /** The catalog does not say. */
  | { readonly kind: "unsaid" };

/** A request that failed. */
export interface Attempt {
  /** The number of repeats so far: 0 after the first failure. */
  readonly attempt: number;
  /** Whether several identical requests have the effect of one (RFC 9110 section 9.2.2). */
  readonly idempotent: boolean;
}

/** Settings of {@link withRetry}. */
export interface RetryOptions {
  /** Whether several identical requests have the effect of one (RFC 9110 section 9.2.2). */
  readonly idempotent: boolean;
  /** Ends the wait and the repeats. A request ends only if it has the signal, too. */
  readonly signal?: AbortSignalLike | undefined;
  /** A random number from 0 to 1, which spreads the waits of many clients over time. */
  readonly random?: (() => number) | undefined;
}

/** The part of an `AbortSignal` that {@link withRetry} needs. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The part of a `Response` that {@link fromResponse} needs. */
export interface ResponseLike {
  readonly status: number;
  readonly headers: object;
  text(): Promise<string>;
}

/** An error of the catalog, with its code as type argument, or one that the catalog does not have. */
export type ErrorOf<C extends ErrorCode | undefined = ErrorCode | undefined> = C extends ErrorCode | undefined
  ? CatalogError<C>
  : never;

/**
 * Reads an error from a response. Never throws: if the body is not JSON, or if the catalog does not
 * have the error, the `code` of the result is undefined. The status is 0 if there is none.
 */
export function parseError(response: ResponseParts): ErrorOf {
  const exchange = _exchange(response);
  const row = _identify(exchange);
  const retry = row === undefined ? _unknownRetry(exchange.status) : _retries[row.retry];
  const parts: _Parts = {
    code: row?.id,
    status: exchange.status,
    details: undefined,
    mismatch: undefined,
    sentDetails: {},
    serverMessage: undefined,
    wireCode: undefined,
    context: _context(exchange, row),
    retry,
    retryAfterMs: undefined,
    response: { status: exchange.status, headers: exchange.headers, body: exchange.text },
  };
  if (row === undefined) {
    parts.wireCode = _first(exchange, "code") ?? _first(exchange, "id");
    parts.serverMessage = _first(exchange, "message") ?? _first(exchange, "title");
    parts.retryAfterMs = _waitInHeaders(exchange, retry);
    return new CatalogError(parts) as ErrorOf;
  }
  const source: _Source = { exchange, row, envelope: _envelopes[row.envelope] };
  parts.wireCode = row.exactCode ?? row.code;
  parts.serverMessage = _message(source);
  parts.sentDetails = _sentDetails(source);
  parts.retryAfterMs = _waitIn(source, retry);
  const details = {};
  for (const [name, type, optional] of row.details) {
    const value = _detail(source, name, type, optional);
    if (value === undefined) parts.mismatch ??= name;
    else if (value !== _absent) _put(details, name, value.value);
  }
  if (!row.statuses.includes(exchange.status)) {
    parts.status = undefined;
    if (row.statuses.length > 1) parts.mismatch = "status";
  }
  if (parts.mismatch === undefined) parts.details = details;
  return new CatalogError(parts) as ErrorOf;
}

/**
 * Reads an error from a `Response` of fetch, and its body. Never rejects: a body that cannot be read
 * gives an error that the catalog does not have.
 */
export async function fromResponse(response: ResponseLike): Promise<ErrorOf> {
  let body: unknown = _unreadable;
  try {
    body = await response.text();
  } catch {
    // Someone has read it, or the connection broke.
  }
  return parseError({ status: _tried(() => response.status) ?? 0, headers: _tried(() => response.headers), body });
}

/**
 * Whether and when to send the request again, as the catalog says.
 *
 * A loop that asks this ends. Without `attempts` in the catalog, a request is repeated three times.
 * If a wait is longer than the `max` of the catalog, or than five minutes without a `max`, the advice
 * is to stop, so that a client never waits less than the server asks for. No wait is shorter than
 * 100 ms.
 */
export function retryAdvice(error: ErrorOf, { attempt, idempotent }: Attempt): Advice {
  return _advice(error, attempt, idempotent, (ms) => ms);
}

/**
 * Calls `send` until it succeeds, or until the catalog does not advise to repeat it. `send` throws the
 * error of {@link parseError} or {@link fromResponse}; other errors are not repeated.
 */
export async function withRetry<T>(send: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    if (options.signal?.aborted === true) throw _abortion(options.signal);
    try {
      return await send(attempt);
    } catch (error) {
      if (!(error instanceof CatalogError)) throw error;
      const random = Math.min(Math.max((options.random ?? Math.random)() || 0, 0), 1);
      const advice = _advice(error, attempt, options.idempotent, (ms, retry) =>
        retry.backoff === "fixed" && retry.maxMs !== undefined
          ? retry.initialMs + Math.max(retry.maxMs - retry.initialMs, 0) * random
          : ms * (0.5 + random / 2),
      );
      if (advice.kind !== "wait") throw error;
      await _sleep(advice.ms, options.signal);
    }
  }
}

interface _Parts {
  readonly code: ErrorCode | undefined;
  status: number | undefined;
  details: object | undefined;
  mismatch: string | undefined;
  sentDetails: Readonly<Record<string, unknown>>;
  serverMessage: string | undefined;
  wireCode: string | undefined;
  readonly context: ContextFields;
  readonly retry: _Retry;
  retryAfterMs: number | undefined;
  readonly response: RawResponse;
}

/** A response, unchanged. The names of its headers are in lower case. */
export interface RawResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

// What the catalog says about the errors is in tables. The rest of this module reads them.

type _Type = "string" | "integer" | "number" | "boolean" | "duration" | "json" | number | readonly ["array" | "map", _Type];
type _Field = readonly [name: string, type: _Type, optional: boolean];
type _Definition = { readonly values: readonly string[] } | { readonly fields: readonly _Field[] };
/** Texts and the names of placeholders, in turns. */
type _Template = readonly string[];
type _Slot = "id" | "code" | "slug" | "title" | "message" | "doc_url" | "details" | `details.${string}` | `context.${string}`;

interface _Policy {
  readonly if: "always" | "idempotent";
  readonly after?: readonly ["header" | "detail", string];
  readonly backoff?: "fixed" | "exponential";
  readonly initialMs: number;
  readonly factor?: number;
  readonly maxMs?: number;
  readonly attempts?: number;
}
/** Undefined if the catalog does not say. */
type _Retry = "never" | _Policy | undefined;

interface _Row {
  readonly id: ErrorCode;
  readonly code: string | undefined;
  /** An integer that JavaScript cannot represent. */
  readonly exactCode?: string;
  readonly statuses: readonly number[];
  readonly slug: string;
  readonly url: string;
  /** -1 for a response without a body. */
  readonly envelope: number;
  readonly headers: readonly (readonly [string, _Template])[];
  readonly message: _Template;
  readonly details: readonly _Field[];
  readonly retry: number;
}

interface _Envelope {
  /** JSON pointers (RFC 6901), split at their slashes. */
  readonly slots: readonly (readonly [readonly string[], _Slot])[];
  readonly required: readonly (readonly string[])[];
  readonly headers: readonly (readonly [string, _Template])[];
}

interface _Exchange {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly text: string;
  /** The body as JSON; undefined if it is not JSON. */
  readonly json: unknown;
  readonly hasBody: boolean;
}

interface _Source {
  readonly exchange: _Exchange;
  readonly row: _Row;
  readonly envelope: _Envelope | undefined;
}

declare const TextDecoder: new (label: string, options: { readonly ignoreBOM: boolean }) => { decode(bytes: unknown): string };
declare function setTimeout(callback: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;

const _unreadable = Symbol("a body that cannot be read");
const _absent = Symbol("an absent detail");

/** What a caller passes may throw. */
function _tried<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The bytes of a buffer or of a view of one. */
function _bytes(body: unknown): Uint8Array | undefined {
  // A copy, because not every decoder takes shared memory.
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
  // The class of another realm, such as a frame, is another one.
  const isBuffer = /^\[object (?:Shared)?ArrayBuffer\]$/.test(Object.prototype.toString.call(body));
  return isBuffer ? new Uint8Array(body as ArrayBuffer).slice() : undefined;
}

function _exchange(response: ResponseParts): _Exchange {
  const status = _tried(() => response.status) ?? 0;
  let body: unknown;
  let text = "";
  let json: unknown;
  try {
    body = response.body;
    const bytes = _bytes(body);
    if (bytes !== undefined) body = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  } catch {
    body = _unreadable;
  }
  if (typeof body === "string") {
    text = body;
    json = _json(body);
  } else if (body !== undefined && body !== null && body !== _unreadable) {
    try {
      const written: unknown = JSON.stringify(body);
      text = typeof written === "string" ? written : "";
      json = _json(text);
    } catch {
      body = _unreadable;
    }
  }
  const hasBody = body === _unreadable || (/[^\t\n\f\r ]/.test(text) && json !== null);
  const headers = _headers(_tried(() => response.headers));
  return { status: Number.isInteger(status) ? status : 0, headers, text, json, hasBody };
}

function _headers(headers: object | undefined): [string, string][] {
  const pairs: [string, string][] = [];
  const add = (name: unknown, value: unknown): void => {
    if (typeof name !== "string") return;
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof one === "string" || typeof one === "number") pairs.push([_lower(name), _trimmed(String(one))]);
    }
  };
  try {
    if (headers === undefined) return pairs;
    if (Symbol.iterator in headers) {
      for (const pair of headers as Iterable<unknown>) if (Array.isArray(pair)) add(pair[0], pair[1]);
    } else if ("forEach" in headers && typeof headers.forEach === "function") {
      (headers as { forEach(each: (value: unknown, name: unknown) => void): void }).forEach((value, name) => {
        add(name, value);
      });
    } else {
      for (const [name, value] of Object.entries(headers)) add(name, value);
    }
  } catch {
    // Headers that cannot be read are as good as none.
  }
  return pairs;
}

/** The name in lower case. Only letters of ASCII have one: the sign of kelvin is no k. */
function _lower(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The text without spaces of ASCII around it. Others are part of the value (RFC 9110 section 5.6.3). */
function _trimmed(text: string): string {
  return text.slice(text.search(/[^\t-\r ]|$/), _end(text, "\t\n\v\f\r "));
}

/** Where the text ends without letters after it. A regular expression would search from each letter. */
function _end(text: string, letters: string): number {
  let end = text.length;
  while (end > 0 && letters.includes(text.charAt(end - 1))) end -= 1;
  return end;
}

function _header(exchange: _Exchange, name: string): string | undefined {
  const wanted = _lower(name);
  return exchange.headers.find(([own]) => own === wanted)?.[1];
}

// JSON, with common mistakes of servers: byte order marks, NUL bytes at the end, halves of surrogate
// pairs, NaN and Infinity, line breaks in strings. Each affects only its own value.

const _deepest = 512;

function _json(body: string): unknown {
  const text = body.slice(0, _end(body, "\0\t\n\f\r ")).replace(/^[\t\n\f\r \uFEFF]+/, "");
  if (!/^["[{\dtfnNI-]/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    try {
      value = JSON.parse(_strict(text));
    } catch {
      return undefined;
    }
  }
  return _clean(value, 0);
}

/** Text that is JSON, if the mistakes are the only ones. */
function _strict(text: string): string {
  const pieces: string[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === '"') {
      for (at += 1; at < text.length && text.charAt(at) !== '"'; at += 1) {
        if (text.charAt(at) === "\\") at += 1;
        else if (text.charCodeAt(at) < 0x20) {
          const escape = `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`;
          if (depth <= _deepest) pieces.push(text.slice(start, at), escape);
          start = at + 1;
        }
      }
    } else if (letter === "[" || letter === "{") {
      depth += 1;
      if (depth === _deepest + 1) pieces.push(text.slice(start, at), "null");
    } else if (letter === "]" || letter === "}") {
      if (depth === _deepest + 1) start = at + 1;
      depth -= 1;
    } else if (depth <= _deepest) {
      const word = ["NaN", "Infinity", "-Infinity"].find((word) => text.startsWith(word, at));
      if (word === undefined) continue;
      pieces.push(text.slice(start, at), "null");
      at += word.length - 1;
      start = at + 1;
    }
  }
  return depth > _deepest ? "" : pieces.join("") + text.slice(start);
}

/** The value without halves of surrogate pairs and without what is too deep or not finite. */
function _clean(value: unknown, depth: number): unknown {
  if (typeof value === "string") return _wellFormed(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null) return value;
  if (depth === _deepest) return null;
  if (Array.isArray(value)) return value.map((item: unknown) => _clean(item, depth + 1));
  const object = {};
  for (const [name, member] of Object.entries(value)) _put(object, _wellFormed(name), _clean(member, depth + 1));
  return object;
}

function _wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** Sets a member of any name, also `__proto__`. */
function _put(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
}

function _isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function _member(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? (value as unknown[])[Number(name)] : undefined;
  return _isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function _at(exchange: _Exchange, pointer: readonly string[]): unknown {
  return pointer.reduce(_member, exchange.json);
}

/** The values of a slot that are not null. */
function _values(exchange: _Exchange, envelope: _Envelope, slot: _Slot): unknown[] {
  const values = envelope.slots.filter(([, own]) => own === slot).map(([pointer]) => _at(exchange, pointer));
  return values.filter((value) => value !== undefined && value !== null);
}

/** A text, or an integer of 64 bits in digits. */
function _text(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return _isScalar("integer", value) ? BigInt(value as number).toString() : undefined;
}

function _first(exchange: _Exchange, slot: _Slot): string | undefined {
  for (const envelope of _envelopes) {
    for (const value of _values(exchange, envelope, slot)) {
      const text = _text(value);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

// How an error is identified: by its code or id; without one, by the URL or the slug of its page; else
// by its status, if the body has everything that each response in the envelope has.

interface _Marks {
  readonly hasCode: boolean;
  readonly codes: readonly unknown[];
  readonly ids: readonly (string | undefined)[];
  readonly urls: readonly (string | undefined)[];
  readonly slugs: readonly (string | undefined)[];
  readonly isWhole: boolean;
}

function _marks(exchange: _Exchange, envelope: _Envelope): _Marks {
  const texts = (slot: _Slot): (string | undefined)[] => _values(exchange, envelope, slot).map(_text);
  return {
    hasCode: envelope.slots.some(([, slot]) => slot === "code"),
    codes: _values(exchange, envelope, "code"),
    ids: texts("id"),
    // The same as an absent `type` (RFC 9457 section 4.2.1).
    urls: texts("doc_url").filter((url) => url !== "about:blank"),
    slugs: texts("slug"),
    isWhole: _isObject(exchange.json) && envelope.required.every((pointer) => _at(exchange, pointer) !== undefined),
  };
}

/** Whether there are any values, if all of them match; undefined if one does not. */
function _agree<T>(values: readonly (T | undefined)[], matches: (value: T) => boolean): boolean | undefined {
  return values.every((value) => value !== undefined && matches(value)) ? values.length > 0 : undefined;
}

/** JavaScript rounds large integers of JSON. A text has all digits. */
function _isCode({ code, exactCode }: _Row, value: unknown): boolean {
  const text = _text(value);
  return text !== undefined && text === (typeof value === "string" ? (exactCode ?? code) : code);
}

/** 3 for a code or an id, 2 for a page, 1 for a status, 0 for another error. */
function _resemblance(row: _Row, marks: readonly _Marks[], exchange: _Exchange): 0 | 1 | 2 | 3 {
  const own = marks[row.envelope];
  if (own === undefined) return exchange.hasBody ? 0 : 1;
  const byCode = _agree(own.codes, (code) => _isCode(row, code));
  const byId = _agree(own.ids, (id) => id === row.id);
  if (byCode === undefined || byId === undefined) return 0;
  if (byCode || byId) return 3;
  if (own.hasCode && row.code !== undefined) return 0;
  const byUrl = _agree(own.urls, (url) => _isSameUrl(url, row.url));
  const bySlug = _agree(own.slugs, (slug) => slug === row.slug);
  if (byUrl === undefined || bySlug === undefined) return 0;
  if (byUrl || bySlug) return 2;
  return own.isWhole ? 1 : 0;
}

function _identify(exchange: _Exchange): _Row | undefined {
  const marks = _envelopes.map((envelope) => _marks(exchange, envelope));
  const rows = _rows.map((row) => ({ row, like: _resemblance(row, marks, exchange) }));
  const named = rows.filter(({ like }) => like === 3).map(({ row }) => row);
  const ofStatus = named.filter((row) => row.statuses.includes(exchange.status));
  if (ofStatus.length > 0) return ofStatus.length === 1 ? ofStatus[0] : undefined;
  const others = rows.filter(({ row, like }) => like > 0 && row.statuses.includes(exchange.status));
  const most = others.reduce((most, { like }) => Math.max(most, like), 0);
  const best = others.filter(({ like }) => like === most);
  if (best.length === 1) return best[0]?.row;
  return named.length === 1 ? named[0] : undefined;
}

function _isSameUrl(sent: string, own: string): boolean {
  const [url, page] = [sent.slice(0, _end(sent, "/")), own.slice(0, _end(own, "/"))];
  const [theirs, ours] = [_origin(url), _origin(page)];
  if (ours.origin === undefined) return url === page;
  if (theirs.origin !== undefined) return theirs.origin === ours.origin && theirs.rest === ours.rest;
  const relative = theirs.rest.replace(/^(?:\.\/)+/, "").replace(/^(?:\.\.\/)+/, "");
  if (relative === "" || !ours.rest.endsWith(relative)) return false;
  const before = ours.rest.slice(0, ours.rest.length - relative.length);
  return before === "" || before.endsWith("/") || /^[/#]/.test(relative);
}

function _origin(url: string): { readonly origin: string | undefined; readonly rest: string } {
  const host = url.indexOf("://");
  if (host < 0) return { origin: undefined, rest: url };
  const length = url.slice(host + 3).search(/[/?#]/);
  const end = length < 0 ? url.length : host + 3 + length;
  return { origin: url.slice(0, end).toLowerCase(), rest: url.slice(end) };
}

// Details: from the body, or else from a header or the message, whose template shows where each value
// begins and ends.

function _detail(
  source: _Source,
  name: string,
  type: _Type,
  optional: boolean,
): { readonly value: unknown } | typeof _absent | undefined {
  const inBody = _detailInBody(source, name);
  if (inBody !== undefined) return optional && inBody === null ? _absent : _read(type, inBody);
  const text = _detailInText(source, name);
  if (text === undefined) return optional ? _absent : undefined;
  // Templates write nothing for an absent value.
  if (optional && text === "") return _absent;
  // A number of a header may have zeros before it (RFC 9651 section 3.3.1). JSON has none.
  return _read(type, text) ?? _read(type, _json(text.replace(/^(-?)0+(?=\d)/, "$1")));
}

function _detailInBody({ exchange, envelope }: _Source, name: string): unknown {
  for (const [pointer, slot] of envelope?.slots ?? []) {
    if (slot !== `details.${name}` && slot !== "details") continue;
    const value = _at(exchange, pointer);
    const found = slot === "details" ? (_isObject(value) ? _member(value, name) : undefined) : value;
    if (found !== undefined) return found;
  }
  return undefined;
}

function _detailInText(source: _Source, name: string): string | undefined {
  const { exchange, row } = source;
  for (const [header, template] of row.headers) {
    const text = _header(exchange, header);
    const value = text === undefined ? undefined : _headerCaptures(template, text).get(`details.${name}`);
    if (value !== undefined) return value;
  }
  const message = _message(source);
  return message === undefined ? undefined : _captures(row.message, message).get(`details.${name}`);
}

function _sentDetails({ exchange, envelope }: _Source): Record<string, unknown> {
  const sent = {};
  for (const [pointer, slot] of envelope?.slots ?? []) {
    const value = _at(exchange, pointer);
    if (slot === "details") {
      if (_isObject(value)) for (const [name, member] of Object.entries(value)) _put(sent, name, member);
    } else if (slot.startsWith("details.") && value !== undefined) _put(sent, slot.slice("details.".length), value);
  }
  return sent;
}

function _message({ exchange, envelope }: _Source): string | undefined {
  for (const [pointer, slot] of envelope?.slots ?? []) {
    const value = _at(exchange, pointer);
    if (slot === "message" && typeof value === "string") return value;
  }
  return undefined;
}

function _context(exchange: _Exchange, row: _Row | undefined): ContextFields {
  const context = {};
  const add = (slot: string, value: unknown): void => {
    const name = slot.slice("context.".length);
    if (slot.startsWith("context.") && !Object.hasOwn(context, name)) _put(context, name, value);
  };
  const envelopes = row === undefined ? _envelopes : _envelopes.slice(row.envelope, row.envelope + 1);
  for (const { slots } of row?.envelope === -1 ? [] : envelopes) {
    for (const [pointer, slot] of slots) {
      const value = _at(exchange, pointer);
      if (value !== undefined && value !== null) add(slot, value);
    }
  }
  const inherited = (row?.envelope === -1 ? [] : envelopes).flatMap(({ headers }) => headers);
  for (const [name, template] of [...(row?.headers ?? []), ...inherited]) {
    const text = _header(exchange, name);
    if (text !== undefined) for (const [slot, value] of _headerCaptures(template, text)) add(slot, value);
  }
  return context;
}

/** The value, if it has the type. */
function _read(type: _Type, value: unknown): { readonly value: unknown } | undefined {
  if (typeof type === "string") return _isScalar(type, value) ? { value } : undefined;
  if (typeof type === "number") {
    const definition = _types[type];
    if (definition === undefined) return undefined;
    if ("values" in definition) return definition.values.some((own) => own === value) ? { value } : undefined;
    if (!_isObject(value)) return undefined;
    const object = {};
    for (const [name, field, optional] of definition.fields) {
      const sent = _member(value, name);
      if (optional && (sent === undefined || sent === null)) continue;
      const member = sent === undefined ? undefined : _read(field, sent);
      if (member === undefined) return undefined;
      _put(object, name, member.value);
    }
    return { value: object };
  }
  const [kind, item] = type;
  if (kind === "array") {
    if (!Array.isArray(value)) return undefined;
    const items: unknown[] = [];
    for (const one of value as unknown[]) {
      const read = _read(item, one);
      if (read === undefined) return undefined;
      items.push(read.value);
    }
    return { value: items };
  }
  if (!_isObject(value)) return undefined;
  const map = {};
  for (const [name, one] of Object.entries(value)) {
    const member = _read(item, one);
    if (member === undefined) return undefined;
    _put(map, name, member.value);
  }
  return { value: map };
}

function _isScalar(type: "string" | "integer" | "number" | "boolean" | "duration" | "json", value: unknown): boolean {
  switch (type) {
    case "string":
    case "boolean":
      return typeof value === type;
    case "integer":
      return Number.isInteger(value) && Math.abs(value as number) <= 2 ** 63;
    case "number":
      return typeof value === "number";
    case "duration":
      return typeof value === "number" && value >= 0 && value < 2 ** 64;
    case "json":
      return value !== undefined;
  }
}

/** The values of a template's placeholders; none if the text does not match it in exactly one way. */
function _captures(template: _Template, text: string): Map<string, string> {
  const found = new Map<string, string>();
  const names = template.filter((_, at) => at % 2 === 1);
  const literals = template.filter((_, at) => at % 2 === 0);
  const [first, last] = [literals[0] ?? "", literals.length > 1 ? (literals.at(-1) ?? "") : ""];
  const between = literals.slice(1, -1);
  // Two adjacent placeholders have no end.
  if (names.length === 0 || between.includes("") || !text.startsWith(first)) return found;
  const rest = text.slice(first.length);
  if (!rest.endsWith(last)) return found;
  const inner = rest.slice(0, rest.length - last.length);
  const values: string[] = [];
  let [from, to] = [0, inner.length];
  for (const literal of between) {
    const at = inner.indexOf(literal, from);
    if (at < 0) return found;
    values.push(inner.slice(from, at));
    from = at + literal.length;
  }
  values.push(inner.slice(from));
  const behind: string[] = [];
  for (const literal of between.reverse()) {
    const at = to < literal.length ? -1 : inner.lastIndexOf(literal, to - literal.length);
    if (at < 0) return found;
    behind.unshift(inner.slice(at + literal.length, to));
    to = at;
  }
  behind.unshift(inner.slice(0, to));
  if (!values.every((value, at) => value === behind[at])) return found;
  for (const [at, name] of names.entries()) {
    const value = values[at] ?? "";
    // A name that occurs twice has the same value.
    if (found.has(name) && found.get(name) !== value) return new Map();
    found.set(name, value);
  }
  return found;
}

/** The same for a header. In its quotes, a backslash is before each quote of a value (RFC 9110 section 5.6.4). */
function _headerCaptures(template: _Template, text: string): Map<string, string> {
  const whole = template.join("");
  if (!whole.includes('"') || whole.includes("\\") || !text.includes("\\")) return _captures(template, text);
  // Two noncharacters, which no header has, are quotes and backslashes that end nothing.
  let hidden = "";
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    let letter = text.charAt(at);
    if (letter === '"') isQuoted = !isQuoted;
    if (letter === "\\" && isQuoted) {
      at += 1;
      letter = text.charAt(at);
      if (letter === '"') letter = "\uFDD0";
      if (letter === "\\") letter = "\uFDD1";
    }
    hidden += letter;
  }
  const found = _captures(template, hidden);
  for (const [name, value] of found) found.set(name, value.replaceAll("\uFDD0", '"').replaceAll("\uFDD1", "\\"));
  return found;
}

// How long a response asks to wait.

function _waitIn(source: _Source, retry: _Retry): number | undefined {
  const { exchange } = source;
  if (typeof retry === "object" && retry.after?.[0] === "detail") {
    const detail = _detail(source, retry.after[1], "json", true);
    const value = typeof detail === "object" ? detail.value : undefined;
    const wait =
      typeof value === "number"
        ? _waitOfNumber(exchange, value)
        : typeof value === "string"
          ? _waitOfText(exchange, value)
          : undefined;
    if (wait !== undefined) return wait;
  }
  return _waitInHeaders(exchange, retry);
}

function _waitInHeaders(exchange: _Exchange, retry: _Retry): number | undefined {
  const named = typeof retry === "object" && retry.after?.[0] === "header" ? _waitInHeader(exchange, retry.after[1]) : undefined;
  return named ?? _waitInHeader(exchange, "Retry-After");
}

/** The longest of several values. A date has a comma itself. */
function _waitInHeader(exchange: _Exchange, name: string): number | undefined {
  const wanted = _lower(name);
  let longest: number | undefined;
  for (const [own, line] of exchange.headers) {
    if (own !== wanted) continue;
    const parts = line.split(",");
    for (const [at, part] of parts.entries()) {
      for (const text of [part, parts.slice(at, at + 2).join(",")]) {
        const wait = _waitOfText(exchange, text);
        if (wait !== undefined) longest = Math.max(longest ?? 0, wait);
      }
    }
  }
  return longest;
}

/** Seconds, or a date (RFC 9110 section 10.2.3, RFC 3339). */
function _waitOfText(exchange: _Exchange, written: string): number | undefined {
  const text = _trimmed(written);
  // Digits match in one way only, so that the time grows with their number.
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return _waitOfNumber(exchange, Number(text));
  if (/^\+?inf(?:inity)?$/i.test(text)) return Infinity;
  const date = _httpDate(text) ?? _dateTime(text);
  return date === undefined ? undefined : _until(exchange, date);
}

/** Seconds, a Unix time, or a Unix time in milliseconds. */
function _waitOfNumber(exchange: _Exchange, number: number): number | undefined {
  if (Number.isNaN(number) || number < 0) return undefined;
  const seconds = number < 1e11 ? number : number / 1000;
  if (seconds >= 2 ** 63) return Infinity;
  return number < 1e9 ? seconds * 1000 : _until(exchange, seconds * 1000);
}

/** The time from the date of the response, or from now, until then. */
function _until(exchange: _Exchange, date: number): number {
  const sent = _httpDate(_header(exchange, "Date") ?? "");
  return Math.max(date - (sent ?? Date.now()), 0);
}

const _months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const _days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const _longDays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** A date in one of the three forms of RFC 9110 section 5.6.7, in milliseconds since 1970. */
function _httpDate(text: string): number | undefined {
  const time = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";
  const forms = [
    `^(?<weekday>[A-Z][a-z]{2}), (?<day>\\d\\d) (?<month>[A-Z][a-z]{2}) (?<year>\\d{4}) ${time} GMT$`,
    `^(?<weekday>[A-Z][a-z]{5,8}), (?<day>\\d\\d)-(?<month>[A-Z][a-z]{2})-(?<year>\\d\\d) ${time} GMT$`,
    `^(?<weekday>[A-Z][a-z]{2}) (?<month>[A-Z][a-z]{2}) (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`,
  ];
  for (const form of forms) {
    const { weekday = "", year = "", month = "", day = "", hour, minute, second } = new RegExp(form).exec(text)?.groups ?? {};
    if (weekday === "") continue;
    const short = Number(year);
    const full = year.length === 4 ? short : short < 70 ? short + 2000 : short + 1900;
    const at = new Date(Date.UTC(full, _months.indexOf(month), Number(day), Number(hour), Number(minute), Number(second)));
    const isDate =
      full >= 1970 &&
      at.getUTCDate() === Number(day) &&
      _months[at.getUTCMonth()] === month &&
      (weekday.length === 3 ? _days : _longDays)[at.getUTCDay()] === weekday &&
      Number(hour) < 24 &&
      Number(minute) < 60 &&
      Number(second) < 60;
    return isDate ? at.getTime() : undefined;
  }
  return undefined;
}

/** `2026-01-31T12:00:00.5+01:00` (RFC 3339 section 5.6), in milliseconds since 1970. */
function _dateTime(text: string): number | undefined {
  const form = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  const isValid = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  if (!isValid || hour > 23 || minute > 59 || second > 60) return undefined;
  const offset = (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)) * 60_000;
  const local = Date.UTC(year, month - 1, day, hour, minute, second) + Number(match[7] ?? 0) * 1000;
  return match[8] === "-" ? local + offset : local - offset;
}

// Whether and when to repeat a request.

const _defaultDelayMs = 1000;
const _defaultRepeats = 3;
const _shortestWaitMs = 100;
const _longestWaitMs = 5 * 60 * 1000;

function _unknownRetry(status: number): _Retry {
  const entry = _unknown.find(([first, last]) => first <= status && status <= last);
  return entry === undefined ? undefined : _retries[entry[2]];
}

function _advice(
  error: ErrorOf,
  attempt: number,
  idempotent: boolean,
  spread: (ms: number, retry: _Policy) => number,
): Advice {
  const { retryAfterMs } = error;
  const retry = CatalogError._retry(error);
  if (retry === undefined) return { kind: "unsaid" };
  if (retry === "never" || (retry.if === "idempotent" && !idempotent)) return { kind: "stop", retryAfterMs };
  // No number of repeats is below zero.
  const planned = retry.backoff === undefined ? _defaultDelayMs : _backoff(retry, Math.max(attempt, 0));
  const longest = retry.backoff === undefined ? _longestWaitMs : Math.max(retry.maxMs ?? _longestWaitMs, retry.initialMs);
  if (!(attempt < (retry.attempts ?? _defaultRepeats)) || (retryAfterMs ?? planned) > longest) {
    return { kind: "stop", retryAfterMs };
  }
  return { kind: "wait", ms: Math.max(retryAfterMs ?? spread(planned, retry), _shortestWaitMs) };
}

function _backoff({ backoff, initialMs, factor = 2, maxMs = Infinity }: _Policy, attempt: number): number {
  if (backoff === "fixed") return initialMs;
  // Zero stays zero, even times infinity.
  return initialMs === 0 ? 0 : Math.min(initialMs * factor ** attempt, maxMs);
}

function _abortion(signal: AbortSignalLike): Error {
  return signal.reason instanceof Error ? signal.reason : new Error("aborted", { cause: signal.reason });
}

function _sleep(ms: number, signal: AbortSignalLike | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    // A signal tells only once that it was aborted.
    if (signal?.aborted === true) {
      reject(_abortion(signal));
      return;
    }
    let left = ms;
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      if (signal?.aborted === true) reject(_abortion(signal));
      else resolve();
    };
    // A longer time is none for `setTimeout`.
    const wait = (): ReturnType<typeof setTimeout> => {
      const step = Math.min(left, 2 ** 31 - 1);
      left -= step;
      return setTimeout(left > 0 ? (): void => void (timer = wait()) : end, step);
    };
    let timer = wait();
    signal?.addEventListener("abort", end);
  });
}
