// Reads the errors of the running example service over HTTP. The argument is its origin.
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
  readonly code: string | null;
  readonly details?: unknown;
  readonly predicate?: string;
  readonly wait?: readonly [number, number];
}

const origin = process.argv[2] ?? "";
let count = 0;
for (const step of JSON.parse(readFileSync("live.json", "utf8")) as readonly Step[]) {
  const headers = {
    ...(step.key !== undefined && { "x-api-key": step.key }),
    ...(step.idempotency !== undefined && { "idempotency-key": step.idempotency }),
    ...(step.body !== undefined && { "content-type": "application/json" }),
  };
  for (let times = step.times ?? 1; times > 0; times -= 1) {
    const response = await fetch(origin + (step.get ?? step.post ?? ""), {
      method: step.get === undefined ? "POST" : "GET",
      headers,
      ...(step.body !== undefined && { body: JSON.stringify(step.body) }),
    });
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
