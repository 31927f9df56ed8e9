// Asks Prism's mock for each error body, and sends each through express-openapi-validator.
// Usage: node servers.mjs DOCUMENT...
import { createRequire } from "node:module";
import express from "express";
import * as validator from "express-openapi-validator";
import { read, report } from "./bodies.mjs";

const require = createRequire(import.meta.url);
const { createLogger } = require("@stoplight/prism-core");
const { createServer } = require("@stoplight/prism-http-server");
const { getHttpOperationsFromSpec } = require("@stoplight/prism-cli/dist/operations");

const request = async (base, { path, method }, headers) => {
  const options = { method: method.toUpperCase(), redirect: "manual", headers };
  const response = await fetch(base + path.replace("{id}", "1"), options);
  return { status: response.status, text: await response.text() };
};

/// The mock sends the body and the status of the example that a client asks for.
async function prism(file, bodies) {
  const server = createServer(await getHttpOperationsFromSpec(file), {
    components: { logger: createLogger("prism", { level: "silent" }) },
    config: { mock: { dynamic: false }, validateRequest: false, validateResponse: true, checkSecurity: false, isProxy: false, errors: false },
    cors: false,
  });
  const base = await server.listen(0, "127.0.0.1");
  const failures = [];
  for (const body of bodies) {
    const headers = { prefer: `code=${body.status}, example=${body.name}`, accept: body.type };
    const { status, text } = await request(base, body, headers);
    if (String(status) !== body.status || text !== JSON.stringify(body.value)) failures.push([body, status, text]);
  }
  await server.close();
  return report(file, "Prism", bodies.length, failures);
}

/// The middleware accepts each body, and rejects another one. It validates no body with a 5xx status.
async function middleware(file, bodies) {
  const REJECTED = 418;
  let current;
  const app = express();
  app.use(validator.middleware({ apiSpec: file, validateRequests: false, validateSecurity: false, validateResponses: true }));
  app.use((_, response) => response.status(Number(current.status)).type(current.type).json(current.value));
  app.use((error, _, response, next) => response.status(REJECTED).send(error.message));
  const server = app.listen(0, "127.0.0.1");
  await new Promise(done => server.once("listening", done));
  const base = `http://127.0.0.1:${server.address().port}`;
  const wrong = bodies.filter(({ status }) => status < "500").map(body => ({ ...body, value: { nonsense: true }, rejected: true }));
  const failures = [];
  for (current of [...bodies, ...wrong]) {
    const { status, text } = await request(base, current, {});
    if ((status === REJECTED) !== Boolean(current.rejected)) failures.push([current, status, text]);
  }
  server.close();
  return report(file, "express-openapi-validator", bodies.length + wrong.length, failures);
}

let all = true;
for (const file of process.argv.slice(2)) {
  const { bodies } = read(file);
  all = (await prism(file, bodies)) && all;
  all = (await middleware(file, bodies)) && all;
}
process.exit(all ? 0 : 1);
