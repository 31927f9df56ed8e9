// What vectors cannot say of the client in TypeScript: repeats, aborts, hostile callers, and types.
import { strict as assert } from "node:assert";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";

import * as kiosk from "./out/kiosk/errors.ts";
import { KioskError, fromResponse, isGone, parseError, retryAdvice, withRetry } from "./out/kiosk/errors.ts";
import type { DetailsOf, ErrorCode, ErrorOf, StatusOf } from "./out/kiosk/errors.ts";
import { TypeApiError, parseError as parseName } from "./out/type/errors.ts";

const busy = (): ErrorOf => parseError({ status: 502, body: "<html>" });

// Repeats: the first failure and two more, then success or the last error.
{
  let calls = 0;
  const value = await withRetry(async (attempt) => {
    assert.equal(attempt, calls);
    calls += 1;
    if (calls < 3) throw busy();
    return Promise.resolve("done");
  }, { idempotent: false, random: () => 0 });
  assert.deepEqual([value, calls], ["done", 3]);
  calls = 0;
  const failing = withRetry(() => {
    calls += 1;
    throw busy();
  }, { idempotent: true, random: () => Number.NaN });
  await assert.rejects(failing, (error) => error instanceof KioskError && error.code === undefined);
  assert.equal(calls, 3);
  calls = 0;
  const other = withRetry(() => {
    calls += 1;
    throw new RangeError("a bug");
  }, { idempotent: true });
  await assert.rejects(other, RangeError);
  assert.equal(calls, 1);
}

// No number that a caller gives makes a wait that is none, or a loop that does not end.
{
  const quota = parseError({ status: 429, body: { error: "quota", text: "x" } });
  for (const error of [busy(), quota]) {
    for (const random of [NaN, Infinity, -Infinity, -1]) {
      let calls = 0;
      const started = Date.now();
      const controller = new AbortController();
      setTimeout(() => { controller.abort(); }, 700);
      const sent = withRetry(() => {
        calls += 1;
        return calls === 1 ? Promise.reject(error) : Promise.resolve(1);
      }, { idempotent: true, random: () => random, signal: controller.signal });
      // The wait of a quota is two seconds at least.
      if (error === quota) await assert.rejects(sent);
      else assert.equal(await sent, 1);
      assert(Date.now() - started >= 200, String(random));
    }
    for (const attempt of [NaN, Infinity]) {
      assert.equal(retryAdvice(error, { attempt, idempotent: true }).kind, "stop");
    }
    for (const attempt of [-1, -Infinity]) {
      assert.deepEqual(retryAdvice(error, { attempt, idempotent: true }), retryAdvice(error, { attempt: 0, idempotent: true }));
    }
  }
}

// An abort ends the wait with its reason, before and during it.
{
  const controller = new AbortController();
  const waiting = withRetry(() => Promise.reject(parseError({ status: 503, headers: { "retry-after": "200" } })), {
    idempotent: true,
    signal: controller.signal,
  });
  setTimeout(() => { controller.abort(new Error("enough")); }, 20);
  await assert.rejects(waiting, /enough/);
  await assert.rejects(withRetry(() => Promise.resolve(1), { idempotent: true, signal: controller.signal }), /enough/);
}

// So does an abort while a request is sent.
{
  const controller = new AbortController();
  const send = (): Promise<never> => {
    controller.abort(new Error("enough"));
    return Promise.reject(parseError({ status: 503, headers: { "retry-after": "200" } }));
  };
  await assert.rejects(withRetry(send, { idempotent: true, signal: controller.signal }), /enough/);
}

// Nothing that a caller passes makes it throw.
{
  const throwing = new Proxy({}, { get: () => { throw new Error("a trap"); }, ownKeys: () => { throw new Error("a trap"); } });
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const bodies = [undefined, null, 7, 7n, Symbol("a"), () => 1, throwing, cyclic, new Date(NaN), new Uint8Array([0xff, 0xfe]), new ArrayBuffer(3), "\ud800", "[".repeat(1e6), `{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`, '"'.repeat(1e6), "\\".repeat(1e6), '{"\\'.repeat(1e5)];
  const headers = [undefined, throwing, cyclic, [["a"]], [[1, 2]], [null], { "Retry-After": Symbol("a") }, { "retry-after": ["1", 2] }, new Map([["retry-after", "1"]]), new Headers({ "retry-after": "1" })];
  for (const body of bodies) {
    for (const own of headers) {
      for (const status of [0, 418, 503, NaN]) {
        const error = parseError({ status, headers: own as object, body });
        assert(error instanceof KioskError);
        retryAdvice(error, { attempt: 0, idempotent: true });
      }
    }
  }
  // A response without a status, and one that is none.
  const statuses = [undefined, null, "418", 418.5, NaN, Infinity, 10n, Symbol("a"), {}];
  for (const status of statuses) {
    const error = parseError({ status: status as number, headers: { "Retry-After": "7" }, body: "x" });
    assert.deepEqual([error.status, error.response.status, error.message], [0, 0, "unknown error (0)"]);
    assert.equal((await fromResponse({ status: status as number, headers: {}, text: () => Promise.resolve("x") })).status, 0);
  }
  for (const none of [undefined, null, {}, throwing, 7]) {
    assert.equal(parseError(none as unknown as { status: number }).status, 0);
    assert.equal((await fromResponse(none as unknown as Response)).status, 0);
  }
  // Bytes in every form, also of another realm.
  const bytes = new TextEncoder().encode('{"error": "quota", "text": "\u00e4"}');
  const shared = new SharedArrayBuffer(bytes.length + 1);
  new Uint8Array(shared, 1).set(bytes);
  const buffer = bytes.slice().buffer;
  const elsewhere = (code: string): unknown => runInNewContext(code, { bytes: [...bytes] }) as unknown;
  const forms: unknown[] = [
    bytes,
    buffer,
    new DataView(buffer),
    new Uint8Array(shared, 1),
    new Uint8Array(shared, 1).slice().buffer,
    Buffer.from(bytes),
    elsewhere("new Uint8Array(bytes).buffer"),
    elsewhere("new Uint8Array(bytes)"),
    elsewhere("const shared = new SharedArrayBuffer(bytes.length); new Uint8Array(shared).set(bytes); shared"),
  ];
  for (const body of forms) {
    const error = parseError({ status: 429, headers: { "X-Reset": "9" }, body });
    assert.deepEqual([error.code, error.serverMessage], ["quota", "\u00e4"], inspect(body));
  }
  const read = new Response("x", { status: 418 });
  await read.text();
  // Its body is not empty, so it is not the error without one.
  assert.equal((await fromResponse(read)).code, undefined);
  assert.equal((await fromResponse(new Response(null, { status: 418 }))).code, "silent");
  const parsed = parseError({ status: 429, body: { error: "quota", text: "x" }, headers: [["X-Reset", "9"]] });
  assert.equal(parsed.code, "quota");
}

// The time grows with the size of a response, and not with its square.
{
  const started = Date.now();
  const many = " ".repeat(1e6);
  for (const body of [`${many}x`, `{"a": "${many}x"}`, `${"\0".repeat(1e6)}x`, `${"/".repeat(1e6)}x`, `${"1".repeat(1e6)}x`, "1".repeat(1e6)]) {
    parseError({ status: 410, headers: { a: body, "retry-after": body }, body });
    parseError({ status: 410, body: JSON.stringify({ type: body }) });
    const closed = { ok: false, error: { code: "closed", message: "", details: { opens_in: body } }, request_id: "r" };
    assert.equal(parseError({ status: 503, body: closed }).code, "closed");
  }
  assert(Date.now() - started < 20_000);
}

// A status that the catalog does not have for the error is not of its type.
{
  const body = '{"error": "sold_out", "text": "There is no Assam left."}';
  const [own, other] = [409, 400].map((status) => parseError({ status, body }));
  assert.deepEqual([own?.code, own?.status, own?.response.status], ["sold_out", 409, 409]);
  assert.deepEqual([other?.code, other?.status, other?.response.status], ["sold_out", undefined, 400]);
  assert.equal(other?.message, "sold_out (400): There is no Assam left.");
}

// Names of members of every object are only names.
{
  const body = '{"error": {"code": "class", "message": "x", "__proto__": 1, "constructor": "c", "class": "low", "self": "s", "@type": "t", "a b": {"__proto__": {"string": "s", "float": 1}}, "int": []}, "meta": {"__proto__": "r"}}';
  const error = parseName({ status: 402, body });
  assert(error instanceof TypeApiError && error.code === "class");
  assert.equal(Object.getOwnPropertyDescriptor(error.details, "__proto__")?.value, 1);
  assert.deepEqual(Object.keys(error.details?.["a b"] ?? {}), ["__proto__"]);
  assert.equal(({} as Record<string, unknown>)["string"], undefined);
  const unknown = parseName({ status: 402, body: '{"error": {"code": "toString", "message": "x"}, "meta": {"__proto__": "r"}}' });
  assert.equal(unknown.code, undefined);
}

// A log has neither details nor the response, and stays on its line.
{
  const secret = parseError({ status: 409, body: '{"error": "sold_out", "text": "a\\nb\\u001b[31m", "secret": "hunter2"}' });
  assert(!inspect(secret, { depth: 9 }).includes("hunter2"));
  assert.equal(secret.message, "sold_out (409): a\\u{a}b\\u{1b}[31m");
  assert.equal(secret.serverMessage, "a\nb\u001b[31m");
  assert.deepEqual(JSON.parse(JSON.stringify(secret)), { name: "KioskError", code: "sold_out", status: 409 });
}

// Types: the code narrows the status and the details, and a `switch` can be exhaustive.
function narrowed(error: ErrorOf): string {
  switch (error.code) {
    case "sold_out": {
      const status: 409 | undefined = error.status;
      const tea: string | undefined = error.details?.tea;
      // @ts-expect-error another error's detail
      const limit: unknown = error.details?.limit;
      return `${String(status)} ${tea ?? ""} ${String(limit)}`;
    }
    case "flaky": {
      const status: 502 | 504 | undefined = error.status;
      return String(status);
    }
    // @ts-expect-error a code that the catalog does not have
    case "sold":
      return "";
    case undefined: {
      const status: number = error.status;
      const code: string | undefined = error.wireCode;
      return `${status} ${code ?? ""}`;
    }
    case "too_many":
    case "quota":
    case "closed":
    case "gone":
    case "moved":
    case "broken":
    case "silent":
    case "numbered":
    case "invalid":
    case "locked_here":
      return error.code;
    default: {
      // @ts-expect-error one case is missing
      const never: never = error;
      return String(never);
    }
  }
}
assert.equal(narrowed(busy()), "502 ");
const caught: unknown = parseError({ status: 410, body: '{"type": "gone"}' });
if (isGone(caught)) {
  const code: "gone" | "moved" = caught.code;
  assert.equal(code, "gone");
} else assert.fail();
if (caught instanceof KioskError && caught.code === "gone") {
  const status: 410 | undefined = caught.status;
  assert.equal(status, 410);
}
const details: DetailsOf["invalid"] = { fields: [{ name: "a" }] };
// @ts-expect-error exactOptionalPropertyTypes
const field: DetailsOf["invalid"]["fields"][number] = { name: "a", hint: undefined };
// @ts-expect-error a value of a closed enum
const window: DetailsOf["too_many"]["window"] = "week";
const kind: DetailsOf["too_many"]["kind"] = "a value of an open enum";
const codes: readonly ErrorCode[] = ["sold_out"];
const status: StatusOf["sold_out"] = 409;
assert(details && field && window && kind && codes && status && kiosk.texts.sold_out.fix === "Choose another.");
assert.equal(kiosk.metadata.sold_out.retryable, undefined);
assert.equal(kiosk.metadata.invalid.retryable, false);
console.log("TypeScript: repeats, aborts, hostile callers, names, logs and types");
