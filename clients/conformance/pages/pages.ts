// What the programs of docs/clients-by-hand.md do with the same responses, one line for each.
import * as publishingAfter from "./publishing-after.ts";
import * as publishingBefore from "./publishing-before.ts";
import * as hiveAfter from "./socia-hive-after.ts";
import * as hiveBefore from "./socia-hive-before.ts";
import * as socialAfter from "./social-api-after.ts";
import * as socialBefore from "./social-api-before.ts";

type Answer = readonly [status: number, body: string, headers?: Record<string, string>];

/** What a program returns or throws, and how it waits. The last response comes again and again. */
async function outcome(run: () => Promise<unknown>, answers: readonly Answer[]): Promise<string> {
  const left = [...answers];
  const steps: string[] = [];
  const { setTimeout: timer, fetch: own } = globalThis;
  globalThis.fetch = () => {
    if (steps.length > 9) return Promise.reject(new Error("no end"));
    const [status, body, headers = {}] = (left.length > 1 ? left.shift() : left[0]) ?? [0, ""];
    return Promise.resolve(new Response(body, { status, headers }));
  };
  globalThis.setTimeout = ((done: () => void, ms: number) => {
    steps.push(Number.isNaN(ms) ? "no wait" : `${(ms / 1000).toFixed()} s`);
    return timer(done, 0);
  }) as typeof setTimeout;
  try {
    const value = await run();
    steps.push(typeof value === "string" ? value : JSON.stringify(value));
  } catch (error) {
    steps.push(error instanceof Error ? `${error.name}: ${error.message.slice(0, 60)}` : String(error));
  } finally {
    Object.assign(globalThis, { setTimeout: timer, fetch: own });
  }
  return steps.length > 6 ? `${steps.length - 1} waits, then ${steps.at(-1) ?? ""}` : steps.join(", ");
}

async function both(what: string, before: () => Promise<unknown>, after: () => Promise<unknown>, answers: readonly Answer[]): Promise<void> {
  console.log(`${what}\n  by hand: ${await outcome(before, answers)}\n  client:  ${await outcome(after, answers)}`);
}

// Waits without a random part.
Math.random = () => 1;
const page = "<html>502 Bad Gateway</html>";

console.log("# Publishing API");
const failed = (code: string, message: string): string =>
  JSON.stringify({ success: false, error: { code, message }, meta: { request_id: "req_1", timestamp: "2026-02-01T12:00:00Z" } });
const [broken, limited] = [failed("INTERNAL_ERROR", "Sorry"), failed("RATE_LIMIT_EXCEEDED", "Rate limit exceeded.")];
const date = "Sun, 01 Feb 2026 12:00:45 GMT";
for (const [what, answers] of [
  ["two errors 500, then success", [[500, broken], [500, broken], [200, "1"]]],
  ["a limit for 45 seconds", [[429, limited, { "Retry-After": "45" }], [200, "1"]]],
  ["a limit until a date", [[429, limited, { "Retry-After": date, Date: "Sun, 01 Feb 2026 12:00:00 GMT" }], [200, "1"]]],
  ["a bad request", [[400, failed("VALIDATION_ERROR", "topic is required")]]],
  ["a page of a proxy", [[502, page]]],
] as readonly [string, readonly Answer[]][]) {
  await both(what, () => publishingBefore.send("https://api.example", {}), () => publishingAfter.send("https://api.example", {}), answers);
}

console.log("# SocialAPI");
const social = (code: string, error: string): string => JSON.stringify({ error, code });
for (const [what, answers] of [
  ["an invalid token", [[401, social("invalid_token", "Token expired")]]],
  ["full storage", [[403, social("storage_quota_exceeded", "Storage full")]]],
  ["a platform that is busy, then success", [[429, social("platform_rate_limit", "Slow down")], [200, "[]"]]],
  ["a platform that is busy for hours", [[429, social("platform_rate_limit", "Slow down")]]],
  ["a new code", [[409, social("merged", "The account was merged")]]],
  ["a page of a proxy", [[502, page]]],
] as readonly [string, readonly Answer[]][]) {
  await both(what, () => socialBefore.comments("a"), () => socialAfter.comments("a"), answers);
}

console.log("# SociaHive");
for (const [what, status, code] of [
  ["a revoked key", 401, "auth_error"],
  ["a quota", 429, "rate_limit"],
  ["an unknown flow", 404, "not_found"],
  ["a published flow", 409, "state_error"],
  ["a second webhook", 409, "conflict"],
  ["a keyword in use", 409, "keyword_conflict"],
] as const) {
  const body = JSON.stringify({ error: "Sorry", code });
  await both(what, () => Promise.resolve(hiveBefore.next(status, body)), () => Promise.resolve(hiveAfter.next(status, body)), []);
}
for (const status of [404, 502]) {
  const run = (next: (status: number, body: string) => string) => async (): Promise<string> => {
    await Promise.resolve();
    return next(status, page);
  };
  await both(`a page of a proxy, ${status.toString()}`, run(hiveBefore.next), run(hiveAfter.next), []);
}
