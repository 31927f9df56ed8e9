// Reads a built site as a visitor does, in Chromium: `browser.mjs NAME FOLDER EXPECTED
// SCREENSHOTS`.
//
// Checks the pages with hostile texts: no text runs, becomes an element or sends a request to
// another host, and each text is shown as written. Then takes pictures of an index and of an
// error page.
import { readFile, readdir, mkdir, stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { toString } from "mdast-util-to-string";
import { gfmStrikethrough } from "micromark-extension-gfm-strikethrough";
import { gfmTable } from "micromark-extension-gfm-table";
import { chromium } from "playwright-core";

const [name, folder, expectedFile, screenshots] = process.argv.slice(2);
const expected = JSON.parse(await readFile(expectedFile, "utf8"));

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json" };

/** The file that a static host returns for a path. */
async function file(pathname) {
  const place = path.join(folder, decodeURIComponent(pathname));
  for (const candidate of [place, path.join(place, "index.html"), `${place.replace(/\/$/, "")}.html`]) {
    if (await stat(candidate).then((found) => found.isFile(), () => false)) return candidate;
  }
}

const server = createServer(async (request, response) => {
  const found = await file(new URL(request.url, "http://localhost").pathname);
  if (!found) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": TYPES[path.extname(found)] ?? "application/octet-stream" }).end(await readFile(found));
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

const problems = [];

/** A page that reports everything that a text could do. */
async function watched(context) {
  const page = await context.newPage();
  const found = (what) => problems.push(`${page.url()}: ${what}`);
  page.on("dialog", (dialog) => { found(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("pageerror", (error) => found(`an error: ${error.message}`));
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) found(`on the console: ${message.text()}`); });
  page.on("response", (response) => { if (response.status() >= 400) found(`${response.status()} for ${response.url()}`); });
  return page;
}

async function context(options = {}) {
  const context = await browser.newContext(options);
  await context.exposeFunction("hostile", () => problems.push(`${name}: a text ran`));
  await context.route("**", (route) => {
    if (route.request().url().startsWith(origin)) return route.continue();
    problems.push(`${name}: requests ${route.request().url()}`);
    return route.abort();
  });
  return context;
}

/**
 * Removes white space. Changes of the text direction are shown as U+FFFD, so that people and
 * programs read the same text. Characters in titles that Docusaurus and VitePress would interpret,
 * such as a backslash or a tag, are replaced by similar ones.
 */
const bare = (text) => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd").replace(/[\s\ufeff]/g, "");
const alike = (title) => bare(title).replaceAll("\u29f5", "\\").replaceAll("\u2039", "<");

function words(markdown) {
  const tree = fromMarkdown(markdown, {
    extensions: [gfmTable(), gfmStrikethrough({ singleTilde: false })],
    mdastExtensions: [gfmFromMarkdown()],
  });
  return tree.children.map((block) => toString(block)).filter((text) => !/^<!--.*-->$/s.test(text));
}

/** The texts that are missing from a page. */
function unread(page, { plain, markdown }) {
  const shown = bare(page);
  const wanted = Object.entries(plain).map(([field, text]) => [field, text]);
  for (const [field, text] of Object.entries(markdown)) wanted.push(...words(text).map((part) => [field, part]));
  // Only the heading has the code, with the similar characters that a title needs.
  const isShown = ([field, text]) => (field === "code" ? alike(page).includes(alike(text)) : shown.includes(bare(text)));
  return wanted.filter((want) => !isShown(want));
}

/** The addresses of the pages below a folder of the site. */
async function addresses(below) {
  const files = (await readdir(path.join(folder, below), { recursive: true })).filter((file) => file.endsWith(".html"));
  return files.map((file) => `/${below}/${file.replace(/(^|\/)index\.html$/, "$1")}`);
}

const slug = (address) => path.basename(address.replace(/\/$/, ""), ".html");

async function read(page, address) {
  await page.goto(origin + address, { waitUntil: "load" });
  // Scripts that hydrate the page run after it is loaded.
  await page.evaluate(() => new Promise((idle) => requestIdleCallback(idle, { timeout: 1000 })));
  const found = await page.evaluate(() => {
    const made = "x-hostile, hostile, [onclick*=hostile], [onerror], [onload*=hostile], iframe, object, embed, base, .evil, #evil, [href^='javascript:' i], img[src*=hostile]";
    const root = document.querySelector("main article, article, main") ?? document.body;
    const content = root.cloneNode(true);
    content.querySelectorAll("script, style").forEach((element) => element.remove());
    return {
      made: [...document.querySelectorAll(made)].map((element) => element.outerHTML.slice(0, 120)),
      inside: [...root.querySelectorAll("script, style")].map((element) => element.outerHTML).filter((html) => /hostile|alert/.test(html)),
      visible: root.innerText.trim().length,
      heading: root.querySelector("h1")?.innerText ?? "",
      text: content.textContent,
    };
  });
  for (const element of [...found.made, ...found.inside]) problems.push(`${address}: made of a text: ${element}`);
  if (found.visible < 20) problems.push(`${address}: shows nothing`);
  return found;
}

const own = await context();
const queue = [...(await addresses("hostile")), ...(await addresses("hostile-texts"))];
let pages = 0;
await Promise.all(
  Array.from({ length: 4 }, async () => {
    const page = await watched(own);
    for (let address = queue.shift(); address; address = queue.shift()) {
      const { heading, text } = await read(page, address);
      pages += 1;
      const texts = address.startsWith("/hostile-texts/") && expected[slug(address)];
      if (!texts) continue;
      // The code is followed by a link to it, or a button to copy the link.
      if (!alike(heading).startsWith(alike(texts.plain.code))) problems.push(`${address}: the heading is ${JSON.stringify(heading)}`);
      for (const [field, unseen] of unread(text, texts)) problems.push(`${address}: ${field} is not to be read: ${JSON.stringify(unseen)}`);
    }
  }),
);

await mkdir(screenshots, { recursive: true });
for (const [device, width] of [["phone", 390], ["desktop", 1280]]) {
  const page = await watched(await context({ viewport: { width, height: 900 } }));
  for (const [what, address] of [["index", "/social-neuron/"], ["error", "/social-neuron/rate-limited"]]) {
    await page.goto(origin + address, { waitUntil: "networkidle" });
    const height = Math.min(2400, await page.evaluate(() => document.documentElement.scrollHeight));
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: path.join(screenshots, `${name}-${what}-${device}.png`) });
  }
}

await browser.close();
server.close();
console.log(`${name}: ${pages} pages of hostile texts`);
if (problems.length > 0) {
  console.error([...new Set(problems)].join("\n"));
  process.exit(1);
}
