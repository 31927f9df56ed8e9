(() => {
"use strict";
const root = document.documentElement;
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (name, attributes, ...children) => {
const element = document.createElement(name);
for (const key in attributes) element.setAttribute(key, attributes[key]);
element.append(...children);
return element;
};
const button = (text, label, press) => {
const made = make("button", { type: "button", ...(label && { "aria-label": label }) }, text);
made.onclick = press;
return made;
};
const attempt = (action) => {
try { return action(); } catch { return null; }
};
const theme = attempt(() => localStorage.getItem("theme"));
if (/^(light|dark)$/.test(theme)) root.dataset.theme = theme;
function header() {
const bar = document.querySelector("header");
if (document.querySelector("article")) bar.append(make("a", { href: "index.html#find" }, "Search ", make("kbd", {}, "/")));
const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme:dark)").matches ? "dark" : "light")) === "dark";
const name = () => {
const other = dark() ? "Light" : "Dark";
change.textContent = other;
change.setAttribute("aria-label", `${other} colours`);
};
const change = button("", "", () => {
root.dataset.theme = dark() ? "light" : "dark";
attempt(() => localStorage.setItem("theme", root.dataset.theme));
name();
});
bar.append(change);
name();
}
function copying() {
const say = make("span", { class: "vh", role: "status" });
document.body.append(say);
const offer = (place, what, text) => {
const copy = button("Copy", `Copy ${what}`, async () => {
const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
copy.textContent = say.textContent = done ? "Copied" : "Not copied";
setTimeout(() => { copy.textContent = "Copy"; say.textContent = ""; }, 1500);
});
copy.className = "copy";
place.after(copy);
};
for (const pre of all("pre")) {
const box = make("div", { class: "codebox" });
pre.replaceWith(box);
box.append(pre);
offer(pre, "the text", pre.textContent.trimEnd());
}
for (const place of all(".wire h1")) offer(place, `the ${place.parentElement.dataset.what}`, place.textContent);
}
function colours() {
const part = /("(?:\\.|[^"\\\n])*")(\s*:)?|^[\w-]+(?=: )|\b(?:true|false|null)\b|(?<![\w/.-])-?\d+(?:\.\d+)?\b/gm;
for (const code of all(".language-http, .language-json")) {
const text = code.textContent;
const parts = [];
let from = 0;
for (const match of text.matchAll(part)) {
const word = match[1] || match[0];
const kind = match[1] && !match[2] ? "v" : match[2] || /^[A-Z]/i.test(word) && text[match.index + word.length] === ":" ? "k" : "n";
parts.push(text.slice(from, match.index), make("span", { class: kind }, word));
from = match.index + word.length;
}
code.replaceChildren(...parts, text.slice(from));
}
}
function tabs() {
for (const box of all(".tabs")) {
const panels = all(".codebox", box);
if (panels.length < 2) continue;
const show = (chosen) => names.forEach((tab, at) => {
tab.setAttribute("aria-selected", at === chosen);
tab.tabIndex = at === chosen ? 0 : -1;
panels[at].hidden = at !== chosen;
});
const choose = (at) => {
show(at);
attempt(() => localStorage.setItem("language", names[at].textContent));
};
const names = panels.map((panel, at) => {
const heading = panel.previousElementSibling;
const tab = button(heading.textContent, "", () => choose(at));
heading.remove();
tab.role = "tab";
tab.id = `tab-${at}`;
tab.setAttribute("aria-controls", panel.id = `panel-${at}`);
panel.role = "tabpanel";
panel.setAttribute("aria-labelledby", tab.id);
return tab;
});
const list = make("div", { role: "tablist", "aria-label": "Languages" }, ...names);
list.onkeydown = (event) => {
const at = names.indexOf(document.activeElement);
const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
if (next === undefined) return;
event.preventDefault();
choose((next + names.length) % names.length);
names.at(next % names.length).focus();
};
box.prepend(list);
const language = attempt(() => localStorage.getItem("language"));
show(Math.max(names.findIndex((tab) => tab.textContent === language), 0));
}
}
function sections() {
const headings = all("article h2[id]").map((heading) => [heading, heading.textContent, `#${heading.id}`]);
for (const [heading, text, href] of headings) {
heading.append(make("a", { class: "anchor", href, "aria-label": `Link to ${text}` }, "#"));
}
if (headings.length < 3) return;
const entry = (error) => {
const link = error.querySelector("a").cloneNode(true);
const statuses = all("b[class^=s]", error).map((status) => status.textContent);
link.append(" ", make("small", {}, statuses.join(", ")));
return make("li", {}, link);
};
const list = () => make("ul", {}, ...headings.map(([heading, text, href]) => {
const errors = all(":scope > .errors > li", heading.parentElement).map(entry);
return make("li", {}, make("a", { href }, text), ...(errors.length ? [make("ul", {}, ...errors)] : []));
}));
const nav = make("nav", { "aria-label": "On this page" }, make("strong", {}, "On this page"), list());
document.querySelector("main").append(make("aside", {}, nav));
const jump = make("details", { class: "jump" }, make("summary", {}, "On this page"), make("nav", { "aria-label": "Jump to" }, list()));
jump.onclick = ({ target }) => { if (target.closest("a")) jump.open = false; };
document.querySelector("article").prepend(jump);
}
function bars() {
const measure = () => {
const tops = all("body>header,form,.jump>summary").filter((bar) => bar.offsetHeight && getComputedStyle(bar.closest(".jump") || bar).position === "sticky");
root.style.scrollPaddingTop = `${tops.reduce((sum, bar) => sum + bar.offsetHeight, 16)}px`;
};
measure();
addEventListener("resize", measure);
const target = location.hash && document.getElementById(attempt(() => decodeURIComponent(location.hash.slice(1))));
if (target && target.id !== "find") target.scrollIntoView();
}
function missing() {
const place = document.getElementById("missing");
const file = attempt(() => decodeURIComponent(location.pathname.split("/").pop())) || "";
const name = file.replace(/\.html?$/, "").replace(/[-_]+/g, " ").trim();
if (place && name && name !== "404") place.append(" ", make("a", { href: `index.html?q=${encodeURIComponent(name)}` }, `Search for “${name}”`));
}
const split = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) || [];
function headless(text) {
let lines = text.replace(/^[\s\uFEFF]+/, "").split(/\r?\n/);
if (lines.some((line) => line.startsWith("< HTTP/"))) {
lines = lines.filter((line) => !/^(?:[*>] |[{}] \[|>$)/.test(line)).map((line) => line.replace(/^< ?/, ""));
}
let head = "";
while (/^HTTP\/\S+ \d{3}/.test(lines[0])) {
head = lines.shift();
while (/^[\w!#$%&'*+.^`|~-]+:/.test(lines[0])) lines.shift();
while (lines.length && !lines[0].trim()) lines.shift();
}
return head && [head, ...lines].join(" ");
}
function pasted(text) {
const starts = [...text.matchAll(/\{/g)].map(({ index }) => index);
const heads = /^HTTP\//.test(text) ? [...text.slice(0, starts[0]).matchAll(/HTTP\/[\d.]+ (\d{3})/g)] : [];
const status = heads.at(-1)?.[1];
if (!status && !starts.length) return null;
const values = [];
const walk = (value) => {
if (value && typeof value === "object") Object.values(value).forEach(walk);
else if (typeof value === "string" || typeof value === "number") values.push(`${value}`);
};
const end = text.lastIndexOf("}") + 1;
for (const start of starts.slice(0, 20)) {
const body = attempt(() => JSON.parse(text.slice(start, end)));
if (!body) continue;
walk(body);
return { status, values };
}
const rest = starts.length ? text.slice(starts[0]) : "";
for (const [all, string, colon] of rest.matchAll(/"((?:\\.|[^"\\])*)(?:"(\s*:)?|$)|-?\d+/g)) if (!colon) values.push(string ?? all);
return { status, values };
}
const join = (text) => split(text).join(" ");
function is_message(words, message) {
const [first, ...parts] = message.split("*").map(join);
if (!parts.length) return words === first;
const last = parts.pop();
let at = words.startsWith(first) ? first.length : Infinity;
for (const part of parts.filter(Boolean)) at = words.indexOf(part, at) < 0 ? Infinity : words.indexOf(part, at) + part.length;
return at <= words.length - last.length && words.endsWith(last);
}
const known = (head, title, statuses, text, message = "") => ({
key: join(head),
message,
head: split(head),
title: split(title),
words: [...new Set(split(`${text} ${message}`))],
text: `${text} ${message}`.toLowerCase(),
status: [...statuses, ...statuses.map((status) => `${status[0]}xx`)],
});
function edits(word, other, is_whole) {
let last = [];
let row = [...Array(other.length + 1).keys()];
for (let i = 1; i <= word.length; i++) {
const next = [i];
for (let j = 1; j <= other.length; j++) {
next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (word[i - 1] !== other[j - 1]));
if (i > 1 && j > 1 && word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1]) next[j] = Math.min(next[j], last[j - 2] + 1);
}
[last, row] = [row, next];
}
return is_whole ? row.at(-1) : Math.min(...row);
}
const measured = new Map();
function apart(word, other) {
const others = measured.get(word) || measured.set(word, new Map()).get(word);
if (!others.has(other)) others.set(other, edits(word, other));
return others.get(other);
}
function far(word, { status, head, title, words, text }, typos) {
const places = [head, title, words];
if (status.includes(word)) return 0;
for (const [at, place] of places.entries()) if (place.includes(word)) return at;
for (const [at, place] of places.entries()) if (place.some((other) => other.startsWith(word))) return 3 + at;
if (text.includes(word)) return 6;
const most = !typos || word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
const near = words.filter((other) => most && other.length >= word.length - most);
const least = Math.min(Infinity, ...near.map((other) => apart(word, other.slice(0, word.length + most))));
return least > most ? Infinity : 10 * least;
}
function found(asked, items, retired) {
measured.clear();
const sorted = (scores) => scores.filter(([, score]) => score < Infinity).sort((one, other) => one[1] - other[1]).map(([item]) => item);
const { status, values } = pasted(asked) || {};
const [, id = "", number = "", said = ""] = !values && asked.match(/(?<![^\s'"(])([^\s'"(]+) \((\d{3})\)(.*)/) || [];
const [, name, rest = ""] = !values && asked.match(/\b(\w*?)(?:Only)?Error\b(.*)/) || [];
const classes = name ? [name, `${name}Error`].map((own) => own.toLowerCase()) : [];
const keys = (values || [id, number]).map(join);
const named = items.filter(({ key }) => key && (keys.includes(key) || classes.includes(key.replaceAll(" ", ""))));
const is_of = (item) => item.status.includes(status) || item.status.some((own) => keys.includes(own));
const strange = ({ title }) => keys.filter((key) => key === title.join(" ")).length ? 0 : 1;
if (named.length) return [sorted(named.map((item) => [item, (is_of(item) ? 0 : 2) + strange(item)])), true];
const gone = retired.filter(({ key }) => keys.includes(key) || key === join(asked));
if (gone.length) return [gone, true];
const texts = values ? keys : [asked, said, rest].map(join);
const sent = items.filter(({ message }) => message && texts.some((text) => is_message(text, message)));
if (sent.length) return [sorted(sent.map((item) => [item, is_of(item) ? 0 : 1])), true];
const own = status ? items.filter((item) => item.status.includes(status)) : [];
if (own.length) items = own;
if (status && !values.length) return [own, true];
const phrases = values && (values.some((value) => value.includes(" ")) ? values.filter((value) => value.includes(" ")) : values);
const words = split(phrases ? phrases.join(" ") : asked).slice(0, 40);
const whole = words.join(" ");
const sum = (item, typos) => words.reduce((sum, word) => sum < Infinity ? sum + far(word, item, typos) : sum, 0);
const bonus = ({ key }) => key === whole ? 1000 : key.startsWith(whole) ? 500 : key.includes(whole) ? 100 : 0;
const close = ({ key }) => {
const [one, other] = [words.join(""), key.replaceAll(" ", "")];
const most = one.length < 4 ? 0 : one.length < 6 ? 1 : 2;
const apart = Math.abs(one.length - other.length) > most ? Infinity : edits(one, other, true);
return apart > most ? Infinity : 10 * apart - 250;
};
for (const typos of [false, true]) {
const sums = items.map((item) => [item, sum(item, typos)]);
if (!typos && sums.every(([, score]) => score === Infinity)) continue;
const all = sorted(sums.map(([item, score]) => [item, Math.min(score - bonus(item), close(item))]));
if (all.length) return [all, !typos];
}
const long = words.filter((word) => word.length > 3);
const enough = Math.max(2, Math.ceil(long.length * 2 / 3));
const most = items.map((item) => {
const distances = long.map((word) => far(word, item, true)).filter((distance) => distance < Infinity);
return [item, distances.length < enough ? Infinity : distances.reduce((sum, distance) => sum + distance, 0) - 100 * distances.length];
});
const similar = sorted(most);
return [similar.length ? similar : own, false];
}
function search() {
const query = document.getElementById("find");
if (!query) return;
const form = query.form;
const fields = [query, ...all("select", form)];
const status = form.querySelector("p");
const list = document.getElementById("errors");
const results = make("ul", { class: "errors" });
const nothing = make("p");
const { index } = form.dataset;
const most = index ? 100 : Infinity;
const reset = button(index ? "Show all APIs" : "Show all errors", "", () => {
for (const field of fields) field.value = "";
query.focus();
form.oninput();
});
const empty = make("div", { class: "empty" }, nothing, reset);
const folds = all("details", list);
const rest = [...list.parentElement.children].slice([...list.parentElement.children].indexOf(list) + 1);
list.before(results, empty);
const above = make("h2", { class: "vh" }, "Errors");
if (index) results.before(above);
const placed = all(".errors>li", list).map((item) => {
const badges = all(".badges b", item);
const statuses = badges.filter((badge) => /^s\d/.test(badge.className)).map((badge) => badge.textContent);
const link = item.querySelector("a");
return {
...known(link.textContent, item.querySelector("small")?.textContent || "", statuses, item.textContent, item.dataset.message),
item,
link,
home: item.parentElement,
group: [item.closest("section").querySelector("h2").id],
retry: [item.dataset.retry],
refund: [item.dataset.refund],
life: [badges.some((badge) => badge.className === "old") ? "deprecated" : "current"],
};
});
const gone = (link, ...says) => {
const item = make("li", {}, make("h3", {}, link, " ", make("small", {}, "Retired")), ...says);
return { key: join(link.textContent), item, link, gone: true };
};
const table = document.querySelector("#retired~.wide table");
const heads = all("th", table || form).map((head) => head.textContent);
const from_row = (row) => {
const [link, ...cells] = all("td", row).map((cell) => [...cell.cloneNode(true).childNodes]);
const says = cells.flatMap((cell, at) => cell.length ? [make("dt", {}, heads[at + 1]), make("dd", {}, ...cell)] : []);
return gone(link[0], make("dl", {}, ...says));
};
let items = index ? null : placed;
let retired = table ? all("tbody tr", table).map(from_row) : [];
let shown = placed;
const from_file = ([api, slug, head, is_code, title, statuses, text, message]) => {
const [folder, name] = errbook.apis[api];
const element = () => {
const link = make("a", { href: `${folder}/${slug}.html` }, is_code ? make("code", {}, head) : head);
const badges = statuses.map((status) => make("b", { class: `s${Math.floor(status / 100)}` }, status));
badges.unshift(make("a", { href: `${folder}/index.html` }, name));
return make("li", {}, make("h3", {}, link, " ", make("small", {}, title)), make("p", { class: "badges" }, ...badges));
};
let made;
return {
...known(head, title, statuses.map(String), [name, head, title, ...statuses, text].join(" "), message),
get item() { return made ||= element(); },
get link() { return this.item.querySelector("a"); },
};
};
const load = () => {
if (!index || document.querySelector(`script[src="${index}"]`)) return;
const script = make("script", { src: index });
script.onload = () => {
items = errbook.errors.map(from_file);
retired = errbook.retired.map(([api, slug, id, text]) => {
const [folder, name] = errbook.apis[api];
const home = make("p", { class: "badges" }, make("a", { href: `${folder}/index.html` }, name));
return gone(make("a", { href: `${folder}/${slug}.html` }, make("code", {}, id)), home, make("p", { class: "small" }, text));
});
narrow();
};
script.onerror = () => {
script.remove();
status.textContent = "The search could not be loaded";
};
document.head.append(script);
};
const narrow = () => {
const asked = query.value.trim();
if (!items) {
status.textContent = asked ? "Loading…" : "";
above.hidden = results.hidden = empty.hidden = true;
if (asked) load();
return;
}
const is_narrow = fields.some(({ value }) => value.trim());
const fits = items.filter((item) => fields.every(({ name, value }) => name === "q" || !value || item[name].includes(value)));
const [matches, exact] = split(asked).length ? found(asked, fits, retired) : [fits, true];
shown = asked ? matches.slice(0, most) : placed.length ? matches : [];
results.hidden = list.hidden = true;
if (asked) {
results.replaceChildren(...shown.map(({ item }) => item));
for (const { item } of shown) item.hidden = false;
results.hidden = !matches.length;
} else {
for (const { home, item } of placed) home.append(item);
const kept = new Set(matches);
for (const one of placed) one.item.hidden = !kept.has(one);
for (const section of all("section", list)) section.hidden = !section.querySelector("li:not([hidden])");
for (const fold of folds) {
fold.open = is_narrow;
fold.hidden = !fold.querySelector("li:not([hidden])");
}
list.hidden = !index && !matches.length;
}
for (const part of rest) part.hidden = is_narrow;
above.hidden = results.hidden;
empty.hidden = matches.length > 0 || (index && !asked);
nothing.textContent = `No error matches${asked ? ` “${asked.length > 60 ? `${asked.slice(0, 60)}…` : asked}”` : ""}${fits.length < items.length ? " with these filters" : ""}.`;
const number = matches[0]?.gone ? "A retired error" : exact ? `${matches.length} of ${items.length} errors` : `No exact match, ${matches.length} similar`;
status.textContent = index && !asked ? "" : shown.length < matches.length ? `${number}, the first ${shown.length} below` : number;
};
query.onfocus = load;
query.onpaste = (event) => {
const response = headless(event.clipboardData.getData("text"));
if (!response) return;
event.preventDefault();
query.setRangeText(response, query.selectionStart, query.selectionEnd, "end");
form.oninput();
};
form.oninput = () => {
narrow();
const kept = new URLSearchParams(fields.map(({ name, value }) => [name, value.trim()]).filter(([, value]) => value));
const path = location.pathname.split("/").pop() || "./";
attempt(() => history.replaceState(null, "", (`${kept}` ? `?${kept}` : path) + location.hash));
};
const links = () => shown.map(({ link }) => link).filter((link) => link.offsetParent);
form.onsubmit = (event) => {
event.preventDefault();
links()[0]?.click();
};
document.addEventListener("keydown", (event) => {
const reached = links();
const at = reached.indexOf(document.activeElement);
if (at < 0 && document.activeElement !== query) return;
if (event.key === "Escape") {
if (at < 0) query.value = "";
query.focus();
form.oninput();
} else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
event.preventDefault();
const next = at + (event.key === "ArrowDown" ? 1 : -1);
(next < 0 ? query : reached[next])?.focus();
}
});
const asked = new URLSearchParams(location.search);
for (const field of fields) {
field.value = asked.get(field.name) || "";
if (field.selectedIndex < 0) field.value = "";
}
form.hidden = false;
narrow();
if (location.hash === "#find") query.focus();
}
document.addEventListener("DOMContentLoaded", () => {
sections();
header();
colours();
copying();
tabs();
search();
missing();
bars();
document.addEventListener("keydown", (event) => {
if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input,select")) return;
const query = document.getElementById("find");
event.preventDefault();
if (query) query.focus();
else document.querySelector('header a[href$="#find"]')?.click();
});
});
})();
