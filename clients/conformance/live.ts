// Reads the errors of the running example service over HTTP. The arguments are its origin, and the
// index of its arguments in live.json.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";

import * as crawl from "./out/social-crawl/errors.ts";
import * as hive from "./out/socia-hive/errors.ts";

interface Step {
  readonly api: "social-crawl" | "socia-hive";
  readonly get?: string;
  readonly post?: string;
  readonly key?: string;
  readonly idempotency?: string;
  readonly body?: unknown;
  readonly times?: number;
  /** So many requests at once. The first response counts. */
  readonly at_once?: number;
  /** A member of the response that later steps name in braces. */
  readonly keep?: string;
  readonly code: string | null;
  readonly details?: unknown;
  readonly predicate?: string;
  readonly wait?: readonly [number, number];
}

const origin = process.argv[2] ?? "";
const worlds = JSON.parse(readFileSync("live.json", "utf8")) as readonly { readonly steps: readonly Step[] }[];
const kept = new Map<string, string>();
let count = 0;
for (const written of worlds[Number(process.argv[3])]?.steps ?? []) {
  const text = JSON.stringify(written).replace(/\{(\w+)\}/g, (braced, name: string) => kept.get(name) ?? braced);
  const step = JSON.parse(text) as Step;
  const headers = {
    ...(step.key !== undefined && { "x-api-key": step.key }),
    ...(step.idempotency !== undefined && { "idempotency-key": step.idempotency }),
    ...(step.body !== undefined && { "content-type": "application/json" }),
  };
  for (let times = step.times ?? 1; times > 0; times -= 1) {
    const send = async (): Promise<Response> =>
      await fetch(origin + (step.get ?? step.post ?? ""), {
        method: step.get === undefined ? "POST" : "GET",
        headers,
        ...(step.body !== undefined && { body: JSON.stringify(step.body) }),
      });
    const sent = Array.from({ length: step.at_once ?? 1 }, send);
    const response = await Promise.race(sent);
    await Promise.all(sent);
    if (step.keep !== undefined) {
      const body = (await response.clone().json()) as Record<string, string>;
      kept.set(step.keep, body[step.keep] ?? "");
    }
    if (step.code === null) {
      assert(response.ok, `${response.status}: ${await response.text()}`);
      continue;
    }
    const error = await (step.api === "social-crawl" ? crawl : hive).fromResponse(response);
    assert.deepEqual([error.code, error.status, error.mismatch], [step.code, response.status, undefined]);
    if (step.details !== undefined) assert.deepEqual(error.details, step.details);
    if (step.predicate !== undefined) {
      const name = step.predicate.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
      assert.equal((error as unknown as Record<string, unknown>)[name], true, name);
    }
    if (step.wait !== undefined) {
      const advice = hive.retryAdvice(error as hive.ErrorOf, { attempt: 0, idempotent: false });
      assert(advice.kind === "wait" && advice.ms >= step.wait[0] * 1000 && advice.ms <= step.wait[1] * 1000, JSON.stringify(advice));
    }
    count += 1;
  }
}
console.log(`TypeScript: ${count} errors of the running service`);
