// Searches, filters, copies and stores settings. Pages are readable without it.
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
  // A page opened from the disk may have no storage and no history.
  const attempt = (action) => {
    try { return action(); } catch { return null; }
  };

  // Before the first paint, so that nothing is painted twice.
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

  // Highlights a response. It reads and writes only text.
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
      const names = panels.map((panel, at) => {
        const heading = panel.previousElementSibling;
        const tab = button(heading.textContent, "", () => show(at));
        heading.remove();
        tab.role = "tab";
        tab.id = `tab-${at}`;
        panel.role = "tabpanel";
        panel.setAttribute("aria-labelledby", tab.id);
        return tab;
      });
      const list = make("div", { role: "tablist", "aria-label": "Languages" }, ...names);
      list.onkeydown = ({ key }) => {
        const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? names.length - 1 : 0;
        const next = (names.indexOf(document.activeElement) + step) % names.length;
        show(next);
        names[next].focus();
      };
      box.prepend(list);
      show(0);
    }
  }

  function sections() {
    const links = all("article h2[id]").map((heading) => {
      const text = heading.textContent;
      const href = `#${heading.id}`;
      heading.append(make("a", { class: "anchor", href, "aria-label": `Link to ${text}` }, "#"));
      return make("li", {}, make("a", { href }, text));
    });
    if (links.length < 3) return;
    const nav = make("nav", { "aria-label": "On this page" }, make("strong", {}, "On this page"), make("ul", {}, ...links));
    document.querySelector("main").append(make("aside", {}, nav));
  }

  function search() {
    const query = document.getElementById("find");
    if (!query) return;
    const form = query.form;
    const fields = [query, ...all("select", form)];
    const status = form.querySelector("p");
    // Search and filters use the visible text of the page.
    const items = all(".errors>li").map((item) => {
      const badges = all(".badges b", item);
      const statuses = badges.filter((badge) => /^s\d/.test(badge.className)).map((badge) => badge.textContent);
      return {
        item,
        link: item.querySelector("a"),
        text: item.textContent.toLowerCase(),
        status: [...statuses, ...statuses.map((status) => `${status[0]}xx`)],
        group: [item.closest("section").querySelector("h2").id],
        retry: [item.dataset.retry],
        refund: [item.dataset.refund],
        life: [badges.some((badge) => badge.className === "old") ? "deprecated" : "current"],
      };
    });
    const shown = () => items.filter(({ item }) => !item.hidden).map(({ link }) => link);

    const narrow = () => {
      const words = query.value.toLowerCase().split(/\s+/);
      for (const known of items) {
        const fits = ({ name, value }) => name === "q" || !value || known[name].includes(value);
        known.item.hidden = !(words.every((word) => known.text.includes(word)) && fields.every(fits));
      }
      for (const section of all("#errors>section")) section.hidden = !section.querySelector("li:not([hidden])");
      const count = shown().length;
      status.textContent = count ? `${count} of ${items.length} errors` : "No errors match: remove a filter";
    };
    form.oninput = () => {
      narrow();
      const kept = new URLSearchParams(fields.map(({ name, value }) => [name, value.trim()]).filter(([, value]) => value));
      const path = location.pathname.split("/").pop() || "./";
      attempt(() => history.replaceState(null, "", (`${kept}` ? `?${kept}` : path) + location.hash));
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      shown()[0]?.click();
    };
    document.addEventListener("keydown", (event) => {
      const links = shown();
      const at = links.indexOf(document.activeElement);
      if (at < 0 && document.activeElement !== query) return;
      if (event.key === "Escape") {
        if (at < 0) query.value = "";
        query.focus();
        form.oninput();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const next = at + (event.key === "ArrowDown" ? 1 : -1);
        (next < 0 ? query : links[next])?.focus();
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
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input,select")) return;
      const query = document.getElementById("find");
      event.preventDefault();
      if (query) query.focus();
      else document.querySelector('header a[href$="#find"]')?.click();
    });
  });
})();
