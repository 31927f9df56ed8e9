// browser.mjs CHROMIUM SCRIPT: runs a script in Chromium and prints what it sends to `/result`.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [chromium, script] = process.argv.slice(2);
const page = "<!doctype html><title>Vectors</title><script type=module src=/script.js></script>";
const server = createServer((request, response) => {
  if (request.url === "/result") {
    let text = "";
    request.on("data", (part) => { text += part; });
    request.on("end", () => {
      console.log(text);
      clearTimeout(late);
      browser.kill();
      process.exit(text.endsWith(" 0 problems") ? 0 : 1);
    });
    return;
  }
  const found = { "/": ["text/html", page], "/script.js": ["text/javascript", readFileSync(script)] }[request.url];
  response.writeHead(found ? 200 : 404, { "content-type": found?.[0] ?? "text/plain" });
  response.end(found?.[1]);
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = spawn(chromium, [...options, `http://127.0.0.1:${server.address().port}/`], { stdio: "ignore" });
const late = setTimeout(() => {
  console.error("the browser sent no result");
  browser.kill();
  process.exit(1);
}, 60_000);
