// Reads every vector with the client in TypeScript. The arguments are pairs of a module and its vectors.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { compare } from "./compare.ts";
import type { Client, File } from "./compare.ts";

let [count, problems] = [0, 0];
const files = process.argv.slice(2);
while (files.length > 0) {
  const [module = "", path = ""] = files.splice(0, 2);
  const client = (await import(pathToFileURL(module).href)) as Client;
  const [own, found] = await compare(client, JSON.parse(readFileSync(path, "utf8")) as File);
  count += own;
  problems += found.length;
  for (const problem of found) console.error(problem);
}
console.log(`TypeScript: ${count} vectors, ${problems} problems`);
process.exitCode = problems > 0 ? 1 : 0;
