// test.mjs SITES SCREENSHOTS [IMAGES]: opens the sites below a folder, served from localhost, and
// reports every problem.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import axe from "axe-core";
import { chromium } from "playwright-core";

const [sites, screenshots, images] = process.argv.slice(2);
const types = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json" };

const server = http.createServer((request, response) => {
  const file = path.join(sites, decodeURIComponent(new URL(request.url, "http://localhost").pathname));
  fs.readFile(file.endsWith("/") ? `${file}index.html` : file, (error, data) => {
    response.writeHead(error ? 404 : 200, { "Content-Type": types[path.extname(file)] ?? "text/html" });
    const missing = path.join(path.dirname(file), "404.html");
    response.end(!error ? data : fs.existsSync(missing) ? fs.readFileSync(missing) : "");
  });
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const base = `http://localhost:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
const problems = [];

/** A page that reports every error. */
async function open(options = {}) {
  const context = await browser.newContext({ viewport: desktop, colorScheme: "light", ...options });
  const page = await context.newPage();
  const told = (what) => problems.push(`${page.url()}: ${what}`);
  page.on("console", (message) => { if (message.type() === "error") told(message.text()); });
  page.on("pageerror", (error) => told(error.message));
  page.on("dialog", (dialog) => { told(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "file:" && url.hostname !== "localhost" && url.hostname !== "127.0.0.1") told(`asks for ${url}`);
  });
  return page;
}

async function check(name, options, run) {
  const page = await open(options);
  page.setDefaultTimeout(10_000);
  const begin = Date.now();
  try {
    await run(page);
  } catch (error) {
    problems.push(`${name}: ${error.message}`);
  }
  await page.context().close();
  const found = problems.splice(0);
  console.log(`${found.length ? "not ok" : "ok"}  ${name} (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
  for (const problem of found) console.log(`        ${problem.replaceAll("\n", "\n        ")}`);
  if (found.length) process.exitCode = 1;
}

const shown = (page) => page.locator(".errors>li:visible h3").allInnerTexts();
const exported = (site) => JSON.parse(fs.readFileSync(path.join(sites, site, "errors.json"), "utf8"));
/** A text without white space and characters that are not shown. */
const bare = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (letter) => /\s/.test(letter) ? "" : "\ufffd").replace(/\s+/g, "");
const apis = fs.readdirSync(path.join(sites, "apis"), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => `apis/${entry.name}`);
const folders = [...apis, "hostile", "lifecycle", "types", "everything"];

await check("every page opens, with its own heading, and every link on it leads somewhere", {}, async (page) => {
  for (const site of ["apis", ...folders]) {
    const known = site === "apis" ? { errors: [], retired: [] } : exported(site);
    const headings = new Map([...known.errors, ...known.retired].map(({ slug, code, message, title, id }) => [`${slug}.html`, `${code ?? (/^\{\w+\}$/.test(message) ? null : message) ?? title ?? id}`]));
    const files = new Set(["index.html", ...headings.keys()]);
    for (const file of files) {
      const answer = await page.goto(`${base}/${site}/${file}`);
      assert.equal(answer.status(), 200);
      const { heading, links, ids } = await page.evaluate(() => ({
        heading: document.querySelector("h1").innerText,
        links: [...document.links].map((link) => link.href),
        ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
      }));
      const expected = headings.get(file);
      if (expected) assert.equal(bare(heading), bare(expected), `${site}/${file}`);
      for (const link of links.filter((link) => link.startsWith(base))) {
        const { pathname, hash } = new URL(link);
        assert.ok(fs.existsSync(path.join(sites, decodeURIComponent(pathname))), `${site}/${file} links to ${link}`);
        if (pathname === new URL(page.url()).pathname && hash) assert.ok(ids.includes(decodeURIComponent(hash.slice(1))), link);
      }
    }
    if (site === "apis") continue;
    await page.goto(`${base}/${site}/index.html`);
    assert.equal((await shown(page)).length, known.errors.length);
  }
});

await check("typing narrows the list, and all that was asked survives a reload", {}, async (page) => {
  const index = `${base}/apis/social-crawl/index.html`;
  await page.goto(index);
  const all = (await shown(page)).length;
  await page.fill("input[type=search]", "idempotency key");
  const found = await shown(page);
  assert.ok(found.length > 0 && found.length < all, `${found.length} of ${all}`);
  assert.match(await page.locator("form p").innerText(), new RegExp(`^${found.length} of ${all}`));
  await page.selectOption("select[name=status]", "409");
  assert.equal(new URL(page.url()).search, "?q=idempotency+key&status=409");
  const narrowed = await shown(page);
  await page.reload();
  assert.deepEqual(await shown(page), narrowed);
  assert.equal(await page.inputValue("select[name=status]"), "409");
  await page.fill("input[type=search]", "nothing has these words");
  assert.deepEqual(await shown(page), []);
  assert.ok(!(await page.locator("#errors h2").first().isVisible()));
  for (const [name, value] of [["status", "4xx"], ["retry", "always"], ["refund", "not-charged"]]) {
    await page.goto(`${index}?${name}=${value}`);
    const some = (await shown(page)).length;
    assert.ok(some > 0 && some < all, `${name}=${value}: ${some}`);
  }
  await page.goto(`${base}/apis/social-neuron/index.html?group=oauth`);
  assert.equal((await shown(page)).length, 4);
  await page.goto(`${base}/lifecycle/index.html?life=deprecated`);
  assert.ok((await shown(page)).length > 0);
  await page.goto(`${index}?status=<script>alert(1)</script>&nonsense=1`);
  assert.equal((await shown(page)).length, all);
});

// A list of more than 200 errors is folded.
const large = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "errbook-site-")), "errors.yaml");
const entries = Array.from({ length: 300 }, (_, at) => `  THING_${at}: {status: ${[400, 404, 409][at % 3]}, title: Thing ${at} failed, fix: Wait.}\n`);
fs.writeFileSync(large, `errbook: 1\napi: {name: Large}\nerrors:\n${entries.join("")}`);
execFileSync(process.env.ERRBOOK, ["site", large, "--out", path.join(sites, "large")], { stdio: "ignore" });
fs.rmSync(path.dirname(large), { recursive: true });

await check("search tolerates typos, takes a pasted response, and shows the best first", {}, async (page) => {
  const cases = [
    ["socia-hive", "Quota exceded", "rate_limit", /^No exact match/],
    ["socia-hive", "webhok", "conflict", /^No exact match/],
    ["socia-hive", "rate limit", "rate_limit"],
    ["socia-hive", "state_eror", "state_error", /^No exact match/],
    ["socia-hive", '{"error":"x","code":"rate_limit"}', "rate_limit", /^1 of /],
    ["socia-hive", '{"error":"x","code":"rate_limit","details":{"window":"wri', "rate_limit", /^1 of /],
    ["social-api", '{"error":"The state is not yours","code":"unauthorized","status":403}', "unauthorized", /^2 of /],
    ["social-crawl", "HTTP/1.1 402 Payment Required Content-Type: application/json {\"error\":{\"type\":\"INSUFFICIENT_CREDITS\"}}", "INSUFFICIENT_CREDITS"],
    ["social-crawl", "upstream_error", "UPSTREAM_ERROR"],
    ["social-crawl", "429", "CONCURRENCY_LIMIT", /^1 of /],
    ["social-neuron", "Access denied. Check your account permissions.", "Access denied. Check your account permissions."],
    ["social-neuron", '{"message":"Access denied. Check your acount permissions."}', "Access denied. Check your account permissions.", /^No exact match/],
  ];
  for (const [site, asked, first, status = /^\d+ of /] of cases) {
    await page.goto(`${base}/apis/${site}/index.html?q=${encodeURIComponent(asked)}`);
    const [found] = await shown(page);
    assert.ok(found?.startsWith(first), `${site}, ${asked}: ${found}`);
    assert.match(await page.locator("form p").innerText(), status, asked);
  }
  await page.goto(`${base}/large/index.html?q=thing+77`);
  assert.match((await shown(page))[0], /^THING_77 /);
});

/** The forms in which a reader has a response: its body, and what curl prints. */
function forms({ status, headers, body }) {
  const noise = ["date: Sat, 31 Jan 2026 12:00:00 GMT", "server: cloudflare", "via: 1.1 proxy", 'nel: {"report_to":"cf-nel","max_age":604800}',
    'report-to: {"endpoints":[{"url":"https:\\/\\/a.example\\/report?code=1"}],"group":"cf-nel"}', "x-request-id: 404"];
  const lines = [...noise, ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`)];
  const text = JSON.stringify(body);
  const other = "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nlocation: /b?code=1\r\n\r\n";
  return {
    "a body": text,
    "an indented body": JSON.stringify(body, null, 2),
    "curl -i": `HTTP/1.1 ${status} What\r\n${lines.join("\r\n")}\r\n\r\n${text}`,
    "curl -i, after a proxy and a redirect": `${other}HTTP/2 ${status} \r\n${lines.join("\r\n")}\r\n\r\n${JSON.stringify(body, null, 2)}\n`,
    "curl -v": `*   Trying 127.0.0.1...\n> GET /404 HTTP/1.1\n> accept: */*\n>\n< HTTP/1.1 ${status} What\n${lines.map((line) => `< ${line}`).join("\n")}\n<\n{ [14 bytes data]\n* Done\n${text}`,
    "a line of a log": `12:00:01 ERROR {"level":"warn"} got ${status} ${text}`,
    "a body that is cut off": text.slice(0, -3),
  };
}

await check("each example body and whole response, pasted, finds its error first", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
  const counts = {};
  const paste = async (text) => {
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await page.fill("#find", "");
    await page.focus("#find");
    await page.keyboard.press("Control+V");
  };
  const links = () => page.locator(".errors>li:visible h3 a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  // As the keyboard does, for many texts. An input has no line breaks.
  const results = (texts) => page.evaluate((texts) => texts.map((text) => {
    const input = document.getElementById("find");
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", text);
    input.value = "";
    if (input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }))) {
      input.value = text;
      input.form.oninput();
    }
    const links = [...document.querySelectorAll(".errors>li h3 a")].filter((link) => link.offsetParent);
    return { asked: input.value, links: links.map((link) => link.getAttribute("href")) };
  }), texts);
  const examples = apis.flatMap((site) => exported(site).errors.flatMap(({ slug, code, message, examples }) => examples.filter(({ body }) => body).map((example) => {
    // A body without a code whose message is a value alone can be of any error. A response has a status.
    const is_known = code !== null || !/^\{\w+\}$/.test(message);
    return { site, slug, forms: Object.fromEntries(Object.entries(forms(example)).filter(([form]) => is_known || form.startsWith("curl"))) };
  })));
  for (const site of apis) {
    await page.goto(`${base}/${site}/index.html`);
    const pasted = examples.filter((example) => example.site === site).flatMap(({ slug, forms }) => Object.entries(forms).map(([form, text]) => [`${slug}.html`, form, text]));
    const found = await results(pasted.map(([, , text]) => text));
    for (const [at, [page, form, text]] of pasted.entries()) {
      assert.equal(found[at].links[0], page, `${site}, ${form}: ${text}`);
      counts[form] = (counts[form] ?? 0) + 1;
      if (form.startsWith("curl")) assert.doesNotMatch(found[at].asked, /cloudflare|content-type/i);
    }
    const [href, , text] = pasted.find(([, form]) => form === "curl -i");
    await paste(text);
    assert.equal((await links())[0], href, text);
  }
  for (const [form, count] of Object.entries(counts)) console.log(`        ${form}: ${count}`);
  assert.ok(counts["a body"] > 50);
  // The front page searches all APIs. Two of them can send the same body.
  await page.goto(`${base}/apis/index.html`);
  await page.focus("#find");
  await page.waitForFunction(() => globalThis.errbook);
  const found = await results(examples.map(({ forms }) => forms["curl -i"]));
  for (const [at, { site, slug }] of examples.entries()) {
    const href = `${site.slice("apis/".length)}/${slug}.html`;
    assert.ok(found[at].links.includes(href), `${href}: ${found[at].links}`);
  }
  // What is no error of the catalog, or not all of one.
  await page.goto(`${base}/apis/socia-hive/index.html`);
  for (const [text, slug, status] of [
    ["HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\n\r\n", "rate-limit.html", /^1 of /],
    ["HTTP/1.1 429\r\nretry-after: 7\r\n\r\n<html><h1>Too many requests</h1>", "rate-limit.html", /^1 of /],
    ["HTTP/1.1 429\r\n\r\n{\"code\": \"not_found\"}", "not-found.html", /^1 of /],
    ["HTTP/1.1 418\r\n\r\n", undefined, /^0 of|^No exact/],
  ]) {
    await paste(text);
    assert.equal((await links())[0], slug, text);
    assert.match(await page.locator("form p").innerText(), status, text);
  }
});

// Another API has the same words, so that the front page has something to choose from.
const depot = fs.mkdtempSync(path.join(os.tmpdir(), "errbook-site-"));
fs.writeFileSync(path.join(depot, "depot.yaml"), `errbook: 1
api: {name: Parcel Depot, slug: depot}
errors:
  station_full: {status: 409, message: "{station} has no free {size} locker", details: {station: string, size: string}}
  parcel_rejected: {status: [400, 422], message: "The parcel was rejected: {reason}", details: {reason: string}}
  rate_limited: {status: 429, message: Too many requests}
  all_used: {status: 507, message: "Lockers used: {used} / {all} - {station}", details: {used: integer, all: integer, station: string}}
  station_offline: {status: 503, message: "{station} is offline", details: {station: string}}
retired:
  courier_lost: {since: 0.9.0, use: station_offline, note: Couriers are no longer tracked.}
  box_taken: {use: station_full}
`);
fs.writeFileSync(path.join(depot, "shop.yaml"), "errbook: 1\napi: {name: Shop, slug: shop}\nerrors:\n  full: {status: 409, title: The station is full}\n");
execFileSync(process.env.ERRBOOK, ["site", path.join(depot, "depot.yaml"), "--out", path.join(sites, "depot")], { stdio: "ignore" });
execFileSync(process.env.ERRBOOK, ["site", path.join(depot, "depot.yaml"), path.join(depot, "shop.yaml"), "--out", path.join(sites, "depots")], { stdio: "ignore" });
fs.rmSync(depot, { recursive: true });

await check("a retired code, a message and what a client prints find their page", {}, async (page) => {
  const sent = (code, message) => `HTTP/1.1 409 Conflict\r\nx-request-id: 1\r\n\r\n${JSON.stringify({ error: { code, message, details: { station: "Ost" } } })}`;
  const [retired, one] = [/^A retired error$/, /^1 of /];
  for (const [asked, slug, status] of [
    ["courier_lost", "courier-lost", retired],
    ["Courier-Lost", "courier-lost", retired],
    [sent("courier_lost", "Courier lost"), "courier-lost", retired],
    [sent("box_taken", "Ost has no free large locker"), "box-taken", retired],
    [sent("box_taken", "Ost has no free large locker").slice(0, -20), "box-taken", retired],
    ["ParcelDepotError: unknown error courier_lost (409): Courier lost", "courier-lost", retired],
    ["ParcelDepotError: station_full (409): Ost has no free large locker", "station-full", one],
    ["depot.errors.StationFullError: station_full (409): Ost has no free large locker", "station-full", one],
    ["StationFullError('station_full (409): Ost has no free large locker')", "station-full", one],
    ["StationFullError('Ost has no free large locker')", "station-full", one],
    ["StationFullError", "station-full", one],
    ["Ost has no free large locker", "station-full", one],
    ["Sankt Anna (West) has no free extra-large locker", "station-full", one],
    ["The parcel was rejected: too_heavy", "parcel-rejected", one],
    ["Error: The parcel was rejected: too_heavy", "parcel-rejected", one],
    [sent("rejected", "The parcel was rejected: too_heavy"), "parcel-rejected", one],
    ["Lockers used: 7 / 7 - Ost", "all-used", one],
    ["ParcelDepotError: rate_limited (429): Too many requests", "rate-limited", one],
    // Not one of these, but of the words that the search always had.
    ["too many (429)", "rate-limited", one],
    ["a locker that was rejected", undefined, /^0 of/],
  ]) {
    for (const [site, folder] of [["depot", ""], ["depots", "depot/"]]) {
      await page.goto(`${base}/${site}/index.html`);
      await page.focus("#find");
      await page.evaluate((text) => {
        const input = document.getElementById("find");
        const clipboardData = new DataTransfer();
        clipboardData.setData("text", text);
        if (input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }))) {
          input.value = text;
          input.form.oninput();
        }
      }, asked);
      await page.waitForFunction(() => /\w/.test(document.querySelector("form p").innerText) && !/^Loading/.test(document.querySelector("form p").innerText));
      const [href] = await page.locator(".errors>li:visible h3 a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
      assert.equal(href, slug && `${folder}${slug}.html`, `${site}: ${asked}`);
      assert.match(await page.locator("form p").innerText(), slug ? status : /^0 of|^No exact/, `${site}: ${asked}`);
    }
  }
  // What replaced it is on the list, and Enter opens the page.
  await page.goto(`${base}/depot/index.html?q=courier_lost`);
  const text = await page.locator(".errors>li:visible").innerText();
  for (const part of ["courier_lost", "Retired", "0.9.0", "station_offline"]) assert.ok(text.includes(part), text);
  await page.press("#find", "Enter");
  assert.equal(new URL(page.url()).pathname, "/depot/courier-lost.html");
});

await check("a code with a typo of one or two letters finds its error first", {}, async (page) => {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const edit = (word, at, kind) => {
    const letter = letters[(at * 7 + word.length) % 26];
    return [word.slice(0, at) + word.slice(at + 1), word.slice(0, at) + letter + word.slice(at), word.slice(0, at) + letter + word.slice(at + 1),
      word.slice(0, at) + (word[at + 1] ?? "") + word[at] + word.slice(at + 2)][kind];
  };
  const counts = [0, 0];
  const wrong = [];
  for (const site of apis) {
    await page.goto(`${base}/${site}/index.html`);
    const codes = new Set(exported(site).errors.map(({ code }) => code).filter((code) => /^\w{6,}$/.test(code ?? "")));
    const queries = [...codes].flatMap((code) => [...code].flatMap((_, at) => [0, 1, 2, 3].flatMap((kind) => {
      const one = edit(code, at, kind);
      const two = edit(one, (at + Math.floor(one.length / 2)) % one.length, (kind + at) % 4);
      return [[code, one, 0], [code, two, 1]];
    })));
    const found = await page.evaluate((queries) => queries.map(([, asked]) => {
      const input = document.getElementById("find");
      input.value = asked;
      input.form.oninput();
      return [...document.querySelectorAll(".errors>li h3 a")].find((link) => link.offsetParent)?.textContent;
    }), queries);
    queries.forEach(([code, asked, two], at) => {
      counts[two] += 1;
      if (found[at] !== code) wrong.push(`${site}: ${asked} is ${code}, and not ${found[at]}`);
    });
  }
  console.log(`        one letter: ${counts[0]} queries, two letters: ${counts[1]}, ${wrong.length} wrong`);
  assert.deepEqual(wrong, []);
});

// Five APIs of a thousand errors each, and two that want to be markup.
const several = fs.mkdtempSync(path.join(os.tmpdir(), "errbook-site-"));
const generated = ["Alpha", "Beta", "Gamma", "Delta", "Hostile <b onclick='alert(1)'>"].map((name, api) => {
  const file = path.join(several, `${api}.yaml`);
  const entries = Array.from({ length: 1000 }, (_, at) => `  THING_${at}: {status: ${[400, 404, 409, 503][at % 4]}, title: "Thing ${at} <i>failed</i>", description: The thing number ${at} of part ${at % 97} was not delivered in time., fix: Wait until part ${at % 89} is there and send the request again.}\n`);
  fs.writeFileSync(file, `errbook: 1\napi: {name: ${JSON.stringify(name)}, slug: api-${api}}\nerrors:\n${entries.join("")}`);
  return file;
});
execFileSync(process.env.ERRBOOK, ["site", ...generated, "--out", path.join(sites, "several")], { stdio: "ignore" });
fs.rmSync(several, { recursive: true });

await check("the front page searches all APIs, as each API does", {}, async (page) => {
  const asked_for = [];
  page.on("request", (request) => asked_for.push(new URL(request.url()).pathname));
  await page.goto(`${base}/apis/index.html`);
  assert.deepEqual(asked_for, ["/apis/index.html", "/apis/style.css", "/apis/site.js"], "nothing more before a search");
  const results = () => page.locator(".errors>li:visible").evaluateAll((all) => all.map((item) => {
    const [error, api] = item.querySelectorAll("a");
    return { href: error.getAttribute("href"), text: error.innerText, title: item.querySelector("small").innerText, api: api.innerText, index: api.getAttribute("href"), statuses: [...item.querySelectorAll("b")].map((badge) => badge.innerText) };
  }));
  const ready = () => page.waitForFunction(() => /of|similar/.test(document.querySelector("form p").innerText));
  const names = Object.fromEntries(apis.map((site) => [site.slice("apis/".length), exported(site).api.name]));
  for (const query of ["429", "rate limit", "Quota exceded", "webhok", '{"error":"x","code":"rate_limit"}', "idempotency key", "upstream_error"]) {
    await page.goto(`${base}/apis/index.html?q=${encodeURIComponent(query)}`);
    await ready();
    const found = await results();
    assert.ok(found.length > 0 && !(await page.locator(".apis").isVisible()), query);
    const is_exact = !/^No exact/.test(await page.locator("form p").innerText());
    for (const { href, text, api, index, statuses } of found) {
      const [folder, file] = href.split("/");
      const { code, message, title, status } = exported(`apis/${folder}`).errors.find(({ slug }) => `${slug}.html` === file);
      assert.deepEqual([api, index, statuses], [names[folder], `${folder}/index.html`, [status ?? []].flat().map(String)]);
      assert.equal(bare(text), bare(`${code ?? message ?? title}`));
    }
    // Each API shows the same errors itself. A code of one API alone is for that one.
    for (const [folder, name] of Object.entries(is_exact && !query.startsWith("{") ? names : {})) {
      const here = found.filter(({ api }) => api === name).map(({ href }) => href.split("/")[1]);
      await page.goto(`${base}/apis/${folder}/index.html?q=${encodeURIComponent(query)}`);
      if (/^No exact/.test(await page.locator("form p").innerText())) continue;
      const there = await page.locator(".errors>li:visible h3 a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
      assert.deepEqual(new Set(here), new Set(there), `${query} in ${name}`);
    }
  }
  await page.goto(`${base}/apis/index.html`);
  await page.keyboard.press("/");
  await page.keyboard.type("hive state_error");
  await ready();
  assert.equal((await results())[0].href, "socia-hive/state-error.html");
  assert.equal(new URL(page.url()).search, "?q=hive+state_error");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/socia-hive/state-error.html");
  await page.goto(`${base}/apis/index.html?q=zzzzzz`);
  await page.click(".empty button");
  assert.ok(await page.locator(".apis").isVisible());
  assert.equal(await page.locator("form p").innerText(), "");
  await page.goto(`${base}/apis/rate-limt.html`);
  await page.click("#missing a >> nth=1");
  await ready();
  assert.match((await results())[0].text, /rate_limit|RATE_LIMIT/);
  problems.splice(0, problems.length, ...problems.filter((problem) => !problem.includes("status of 404")));
});

await check("the front page of five thousand errors is quick, and shows the first of many", {}, async (page) => {
  await page.goto(`${base}/several/index.html`);
  await page.focus("#find");
  await page.fill("#find", "thing");
  await page.locator(".errors>li").first().waitFor();
  assert.equal((await shown(page)).length, 100);
  assert.match(await page.locator("form p").innerText(), /^5000 of 5000 errors, the first 100 below$/);
  // A page or a log, most of whose words no error has.
  const log = ["thing_77", "failed", ...Array.from({ length: 3000 }, (_, at) => `${(at * 7919).toString(36)}delivered`)].join(" ");
  for (const [query, first] of [["thing_77", "THING_77 "], ["gamma thing_901", "THING_901 "], ["thnig delivred", "THING_"], ["503 part 88", "THING_"], [log]]) {
    const took = await page.evaluate((query) => {
      const input = document.getElementById("find");
      input.value = query;
      const begin = performance.now();
      input.form.oninput();
      return performance.now() - begin;
    }, query);
    console.log(`        ${query.slice(0, 20)}: ${took.toFixed(0)} ms`);
    assert.ok(took < 1000, `${query.slice(0, 20)} takes ${took} ms`);
    if (first) assert.ok((await shown(page))[0].startsWith(first), `${query}: ${(await shown(page))[0]}`);
  }
  assert.equal(await page.locator("[onclick], .errors i, .errors b b").count(), 0);
  await page.fill("#find", "hostile thing_5");
  assert.match(await page.locator(".errors>li a >> nth=1").innerText(), /^Hostile <b onclick='alert\(1\)'>$/);
  assert.match((await shown(page))[0], /Thing 5 <i>failed<\/i>$/);
});

await check("a search without a match says so, hides the rest and offers the way back", {}, async (page) => {
  await page.goto(`${base}/apis/social-crawl/index.html`);
  const all = (await shown(page)).length;
  await page.fill("input[type=search]", "zzzzzz");
  assert.match(await page.locator(".empty").innerText(), /No error matches “zzzzzz”\./);
  assert.ok(!(await page.getByRole("heading", { name: "Debugging" }).isVisible()));
  await page.click(".empty button");
  assert.equal((await shown(page)).length, all);
  assert.ok(await page.getByRole("heading", { name: "Debugging" }).isVisible());
});

await check("a long list is folded, and opens to what is asked", {}, async (page) => {
  await page.goto(`${base}/large/index.html`);
  assert.equal((await shown(page)).length, 0);
  assert.ok((await page.evaluate(() => document.documentElement.scrollHeight)) < 2500);
  await page.click("#errors summary >> nth=0");
  assert.equal((await shown(page)).length, 100);
  await page.fill("input[type=search]", "failed");
  assert.equal((await shown(page)).length, 300);
  await page.fill("input[type=search]", "");
  assert.equal((await shown(page)).length, 0);
  await page.selectOption("select[name=status]", "404");
  assert.equal((await shown(page)).length, 100);
});

await check("a link to a section ends below the bars", {}, async (page) => {
  for (const viewport of [phone, { width: 768, height: 900 }, desktop]) {
    await page.setViewportSize(viewport);
    await page.goto(`${base}/apis/social-neuron/index.html`);
    for (const id of await page.locator("article h2[id]").evaluateAll((all) => all.map(({ id }) => id))) {
      await page.evaluate((id) => { location.hash = ""; location.hash = id; }, id);
      const [top, bottom] = await page.evaluate((id) => {
        const bars = [...document.querySelectorAll("body>header,form,.jump>summary")].filter((bar) => bar.offsetHeight && getComputedStyle(bar.closest(".jump") || bar).position === "sticky");
        const { top, bottom } = document.getElementById(id).getBoundingClientRect();
        const above = bars.map((bar) => bar.getBoundingClientRect()).filter((bar) => bar.top < bottom);
        return [top, Math.max(...above.map((bar) => bar.bottom))];
      }, id);
      assert.ok(top >= bottom, `${viewport.width}: ${id} is at ${top}, the bars end at ${bottom}`);
    }
  }
});

await check("each error is one step from the top of the index", {}, async (page) => {
  for (const [viewport, menu] of [[phone, ".jump"], [desktop, "aside"]]) {
    await page.setViewportSize(viewport);
    await page.goto(`${base}/apis/socia-hive/index.html`);
    if (menu === ".jump") await page.click(".jump summary");
    const links = page.locator(`${menu} li li a`);
    const cards = page.locator("#errors h3 a");
    const hrefs = (all) => all.map((link) => link.href);
    assert.deepEqual(await links.evaluateAll(hrefs), await cards.evaluateAll(hrefs));
    const link = links.filter({ hasText: "upstream_error" });
    assert.match(await link.innerText(), /^upstream_error\s+502, 503$/);
    await link.click();
    await page.waitForURL(/upstream-error\.html$/);
  }
});

await check("a phone has a menu of the page's sections", { viewport: phone }, async (page) => {
  await page.goto(`${base}/apis/social-neuron/index.html`);
  await page.evaluate(() => scrollTo(0, 3000));
  await page.click(".jump summary");
  await page.click(".jump a >> nth=-1");
  assert.ok(!(await page.locator(".jump a").first().isVisible()));
  assert.ok(new URL(page.url()).hash.length > 1);
});

await check("an unknown address has a page", {}, async (page) => {
  await page.goto(`${base}/apis/socia-hive/rate-limt.html`);
  assert.equal(await page.locator("h1").innerText(), "Page not found");
  await page.click("#missing a >> nth=1");
  await page.waitForURL("**/index.html?q=rate%20limt");
  assert.match((await shown(page))[0], /^rate_limit/);
  problems.splice(0, problems.length, ...problems.filter((problem) => !problem.includes("status of 404")));
});

await check("a status on an error's page leads to all that share it", {}, async (page) => {
  await page.goto(`${base}/apis/social-crawl/missing-api-key.html`);
  await page.click(".badges a");
  await page.waitForURL("**/index.html?status=401");
  await page.locator("#find").waitFor();
  assert.equal((await shown(page)).length, 2);
});

await check("copying", { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
  await page.goto(`${base}/apis/social-crawl/insufficient-credits.html`);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.click("[aria-label='Copy the code']");
  assert.equal(await clipboard(), "INSUFFICIENT_CREDITS");
  await page.locator("#example ~ .codebox .copy").first().click();
  const copied = await clipboard();
  assert.match(copied, /^HTTP\/1\.1 402 Payment Required\nContent-Type: application\/json\n/);
  JSON.parse(copied.slice(copied.indexOf("\n\n")));
  assert.equal(await page.locator("[role=status]").innerText(), "Copied");
});

await check("the keyboard", {}, async (page) => {
  const focused = (selector) => page.evaluate((selector) => document.activeElement.matches(selector), selector);
  await page.goto(`${base}/apis/social-crawl/index.html`);
  await page.keyboard.press("Tab");
  assert.ok(await focused(".skip"));
  assert.ok((await page.locator(".skip").boundingBox()).width > 50);
  await page.keyboard.press("/");
  assert.ok(await focused("input[type=search]"));
  await page.keyboard.type("upstream");
  await page.keyboard.press("ArrowDown");
  assert.ok(await focused(".errors h3 a"));
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, "none");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.ok(await focused("input[type=search]"));
  await page.keyboard.press("Escape");
  assert.equal(await page.inputValue("input[type=search]"), "");
  await page.keyboard.type("upstream_error");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/upstream-error.html");
  await page.keyboard.press("/");
  await page.waitForURL("**/index.html#find");
  await page.locator("input[type=search]:focus").waitFor();
});

await check("tabs", {}, async (page) => {
  await page.goto(`${base}/lifecycle/limited.html`);
  const panels = page.locator(".tabs .codebox");
  assert.ok((await panels.count()) > 1, "an error with several snippets");
  assert.equal(await page.locator(".tabs .codebox:visible").count(), 1);
  await page.locator("[role=tab]").first().focus();
  await page.keyboard.press("ArrowRight");
  assert.ok(await panels.nth(1).isVisible());
  assert.ok(!(await panels.nth(0).isVisible()));
  // The language stays, and the keyboard reaches both ends.
  await page.evaluate(() => localStorage.clear());
  await page.goto(`${base}/apis/socia-hive/rate-limit.html`);
  const chosen = () => page.locator("[role=tab][aria-selected=true]").innerText();
  assert.deepEqual(await page.locator("[role=tab]").allInnerTexts(), ["TypeScript", "Python", "Rust", "cURL"]);
  assert.equal(await chosen(), "TypeScript");
  await page.click("text=Python");
  await page.goto(`${base}/apis/social-crawl/internal-error.html`);
  assert.equal(await chosen(), "Python");
  assert.match(await page.locator("[role=tabpanel]:visible").innerText(), /except/);
  await page.locator("[role=tab][aria-selected=true]").focus();
  for (const [key, language] of [["End", "cURL"], ["ArrowRight", "TypeScript"], ["ArrowLeft", "cURL"], ["Home", "TypeScript"]]) {
    await page.keyboard.press(key);
    assert.equal(await chosen(), language, key);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), language);
  }
});

await check("light and dark, remembered", {}, async (page) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto(`${base}/apis/social-crawl/index.html`);
  const light = await ground();
  await page.click("header button");
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.goto(`${base}/apis/social-crawl/internal-error.html`);
  assert.equal(await ground(), dark);
  await page.click("header button");
  assert.equal(await ground(), light);
});

await check("without JavaScript", { javaScriptEnabled: false }, async (page) => {
  await page.goto(`${base}/apis/social-crawl/index.html`);
  assert.equal((await shown(page)).length, exported("apis/social-crawl").errors.length);
  assert.ok(!(await page.locator("#find").isVisible()));
  assert.equal(await page.locator("button:visible").count(), 0);
  await page.click(".errors h3 a >> nth=0");
  await page.locator("#fix").waitFor();
  for (const name of ["lifecycle/limited.html", "apis/socia-hive/rate-limit.html"]) {
    await page.goto(`${base}/${name}`);
    assert.equal(await page.locator(".tabs pre:visible").count(), await page.locator(".tabs pre").count());
  }
});

await check("from the disk", {}, async (page) => {
  await page.goto(`file://${sites}/apis/index.html`);
  await page.fill("input[type=search]", "hive state_error");
  await page.locator(".errors h3 a").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/socia-hive/state-error.html");
  await page.goto(`file://${sites}/apis/index.html`);
  await page.click(".apis a >> nth=0");
  await page.locator("#find").waitFor();
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).marginTop), "0px");
  await page.fill("input[type=search]", "429");
  assert.equal((await shown(page)).length, 1);
  await page.keyboard.press("Enter");
  await page.locator("#fix").waitFor();
});

await check("what a catalog says is text", {}, async (page) => {
  for (const file of fs.readdirSync(path.join(sites, "hostile")).filter((file) => file.endsWith(".html"))) {
    await page.goto(`${base}/hostile/${file}`);
    const made = await page.evaluate(() => [
      document.querySelectorAll("script").length, document.querySelectorAll("img,iframe,object,embed,svg,base,i").length,
      [...document.links].filter((link) => !/^(https?|mailto):/.test(link.href)).length,
      [...document.querySelectorAll("*")].flatMap((element) => element.getAttributeNames()).filter((name) => /^on/.test(name)).length,
    ]);
    assert.deepEqual(made, [2, 0, 0, 0], file);
    assert.match(await page.locator("header").innerText(), /^Hostile \*\/ <script>alert\(1\)<\/script> \| `x`/);
  }
  const policy = await page.evaluate(async () => {
    const tried = new Promise((done) => addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective)));
    const script = document.createElement("script");
    script.textContent = "alert(1)";
    document.body.append(script);
    return tried;
  });
  assert.equal(policy, "script-src-elem");
  problems.splice(0, problems.length, ...problems.filter((problem) => !problem.includes("inline script")));
});

for (const colorScheme of ["light", "dark"]) {
  // The colors are the same on a phone. The layout differs, so it is checked once.
  for (const viewport of colorScheme === "light" ? [desktop, phone] : [desktop]) {
    await check(`axe-core, ${colorScheme}, ${viewport.width} wide`, { colorScheme, viewport }, async (page) => {
      const pages = ["apis/index.html", "apis/index.html?q=429", "apis/index.html?q=zzzzzz", "apis/social-crawl/index.html", "apis/social-neuron/index.html", "apis/social-crawl/insufficient-credits.html", "apis/socia-hive/rate-limit.html",
        "apis/socia-hive/index.html?status=4xx", "hostile/type.html", "hostile/index.html", "everything/index.html",
        "everything/rate-limited.html", "lifecycle/index.html"];
      for (const { slug } of exported("lifecycle").retired.slice(0, 2)) pages.push(`lifecycle/${slug}.html`);
      for (const { slug } of exported("lifecycle").errors) pages.push(`lifecycle/${slug}.html`);
      for (const name of pages) {
        await page.goto(`${base}/${name}`);
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
        for (const { id, help, nodes } of violations) {
          problems.push(`${name}: ${id}: ${help}\n${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)}\n${node.failureSummary}`).join("\n")}`);
        }
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (wider > 0) problems.push(`${name} is ${wider} pixels wider than the window`);
      }
    });
  }
}

await check("on paper", {}, async (page) => {
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.goto(`${base}/apis/social-crawl/insufficient-credits.html`);
  assert.equal(await page.locator("button:visible, nav:visible, .skip:visible").count(), 0);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
});

await check("errbook serve", {}, async (page) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "errbook-site-"));
  const catalog = path.join(folder, "errors.yaml");
  const write = (status) => fs.writeFileSync(catalog, `errbook: 1\napi: {name: Shop}\nerrors: {SOLD_OUT: {status: ${status}, description: It is gone., fix: Choose another.}}\n`);
  write(409);
  const child = spawn(process.env.ERRBOOK, ["serve", catalog, "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const line = await new Promise((done) => child.stdout.once("data", (data) => done(`${data}`)));
    await page.goto(`${line.match(/http:\S+/)[0]}sold-out.html`);
    await page.getByText("409 Conflict").first().waitFor();
    write("<script>");
    await page.getByText("The catalog is invalid").first().waitFor();
    write(410);
    await page.getByText("410 Gone").first().waitFor();
    await page.goto("about:blank");
    // The browser logs each page with status 500 as an error.
    problems.splice(0, problems.length, ...problems.filter((problem) => !problem.includes("status of 500")));
  } finally {
    child.kill();
    fs.rmSync(folder, { recursive: true });
  }
});

fs.mkdirSync(screenshots, { recursive: true });
const pictures = { front: "apis/index.html", found: "apis/index.html?q=rate+limit", index: "apis/social-crawl/index.html", neuron: "apis/social-neuron/index.html?retry=always",
  error: "apis/social-crawl/insufficient-credits.html", rich: "everything/rate-limited.html", retired: `lifecycle/${exported("lifecycle").retired[0].slug}.html`, hostile: "hostile/type.html" };
for (const [width, viewport] of [["desktop", desktop], ["phone", phone]]) {
  for (const colorScheme of ["light", "dark"]) {
    const page = await open({ viewport, colorScheme });
    for (const [name, file] of Object.entries(pictures)) {
      await page.goto(`${base}/${file}`);
      await page.screenshot({ path: path.join(screenshots, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      if (images && width === "desktop" && { index: "light", error: "dark" }[name] === colorScheme) {
        fs.mkdirSync(images, { recursive: true });
        await page.screenshot({ path: path.join(images, `site-${name}.png`) });
      }
    }
    await page.context().close();
  }
}
await browser.close();
server.close();
