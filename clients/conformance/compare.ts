// Compares what a client in TypeScript reads with its vectors. Runs in Node.js, Deno, Bun and browsers.

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

interface Advice {
  readonly kind: string;
  readonly ms?: number;
}

interface ApiError extends Error {
  readonly code: string | undefined;
  readonly status: number | undefined;
  readonly response: { readonly status: number };
  readonly wireCode: string | undefined;
  readonly serverMessage: string | undefined;
  readonly details: Json | undefined;
  readonly mismatch: string | undefined;
}

export interface Client {
  parseError(response: { status: number; headers: object; body: unknown }): ApiError;
  fromResponse(response: Response): Promise<ApiError>;
  retryAdvice(error: ApiError, attempt: { attempt: number; idempotent: boolean }): Advice;
  readonly [name: string]: unknown;
}

interface Vector {
  readonly name: string;
  readonly response: { readonly status: number; readonly headers: [string, string][]; readonly body: string };
  readonly attempt: number;
  readonly idempotent: boolean;
  readonly expected: {
    readonly code: string | null;
    readonly wire_code: string | null;
    readonly message: string | null;
    readonly details?: Json;
    readonly mismatch?: string | null;
    readonly predicates: readonly string[];
    readonly advice?: { readonly kind: string; readonly seconds?: number };
  };
}

/** Whether two values are equal JSON. JavaScript has one kind of number. */
function isEqual(own: unknown, other: unknown): boolean {
  if (typeof own === "number" && typeof other === "number") {
    return own === other || Math.abs(own - other) <= 1e-9 * Math.abs(own);
  }
  if (typeof own !== "object" || typeof other !== "object" || own === null || other === null) return own === other;
  if (Array.isArray(own) !== Array.isArray(other)) return false;
  const [names, others] = [Object.keys(own), Object.keys(other)];
  const member = (value: object, name: string): unknown => Object.getOwnPropertyDescriptor(value, name)?.value;
  return names.length === others.length && names.every((name) => isEqual(member(own, name), member(other, name)));
}

function camel(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replace(/_+$/, "");
}

export interface File {
  readonly api: string;
  readonly vectors: readonly Vector[];
}

/** The number of vectors, and each difference. */
export async function compare(client: Client, { api, vectors }: File): Promise<[count: number, problems: string[]]> {
  let count = 0;
  const problems: string[] = [];
  const expect = (where: string, what: string, got: unknown, expected: unknown): void => {
    if (!isEqual(got, expected)) problems.push(`${where}: ${what} is ${JSON.stringify(got)}, and not ${JSON.stringify(expected)}`);
  };
  const all = [...new Set(vectors.flatMap(({ expected }) => expected.predicates))];
  for (const { name, response, attempt, idempotent, expected } of vectors) {
    count += 1;
    const where = `${api}: ${name}`;
    const bytes = new TextEncoder().encode(response.body);
    // An object has one value for each name.
    const isOnce = new Set(response.headers.map(([name]) => name.toLowerCase())).size === response.headers.length;
    const headers = isOnce ? Object.fromEntries(response.headers) : response.headers;
    const forms: [string, ApiError][] = [
      ["text", client.parseError(response)],
      ["bytes", client.parseError({ ...response, body: bytes, headers })],
    ];
    // A `Response` has no other statuses and no bodies for some, joins the values of a header, and
    // removes a byte order mark.
    const { status, body } = response;
    const hasHeaders = !/[^\0-\xFF]/.test(JSON.stringify(response.headers));
    if (status >= 200 && ![204, 205, 304].includes(status) && isOnce && hasHeaders && !body.startsWith("\uFEFF")) {
      forms.push(["Response", await client.fromResponse(new Response(body, { status, headers: response.headers }))]);
    }
    for (const [form, error] of forms) {
      expect(where, `the code (${form})`, error.code ?? null, expected.code);
      // The status that was sent. Only the catalog's type of it has no other numbers.
      expect(where, "the status", error.status ?? status, status);
      expect(where, "the status of the response", error.response.status, status);
      if (error.code === undefined) expect(where, "the status of an unknown error", error.status, status);
      expect(where, "the code on the wire", error.wireCode ?? null, expected.wire_code);
      expect(where, "the message", error.serverMessage ?? null, expected.message);
      if (expected.details !== undefined) {
        expect(where, "the details", error.details ?? null, expected.details);
        expect(where, "the mismatch", error.mismatch ?? null, expected.mismatch);
      }
      for (const predicate of all) {
        const isTrue = expected.predicates.includes(predicate);
        const getters = error as unknown as Record<string, unknown>;
        // A name that is reserved or taken has an underscore at its end.
        const own = ["", "_", "__"].map((end) => camel(predicate) + end).filter((own) => typeof getters[own] === "boolean");
        const got = own.map((own) => [(client[own] as (error: ApiError) => boolean)(error), getters[own]]);
        if (!got.some((one) => isEqual(one, [isTrue, isTrue]))) expect(where, predicate, got, [isTrue, isTrue]);
      }
      if (expected.advice !== undefined) {
        const { kind, ms } = client.retryAdvice(error, { attempt, idempotent });
        expect(where, "the advice", kind, expected.advice.kind);
        if (kind === "wait") expect(where, "the wait", (ms ?? NaN) / 1000, expected.advice.seconds);
      }
    }
  }
  return [count, problems];
}
