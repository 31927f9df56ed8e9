// Searches, filters, copies and remembers. The pages can be read without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const remembered = () => {
    try { return localStorage.getItem("theme"); } catch { return null; }
  };
  // Before anything is drawn, so that nothing is drawn twice.
  if (/^(light|dark)$/.test(remembered())) root.dataset.theme = remembered();

  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme:dark)").matches ? "dark" : "light")) === "dark";

  function theme() {
    const button = make("button", { type: "button", className: "theme" });
    const label = () => { button.textContent = isDark() ? "Light" : "Dark"; button.setAttribute("aria-label", `Switch to ${button.textContent.toLowerCase()} colours`); };
    button.onclick = () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("theme", root.dataset.theme); } catch { /* then it is not remembered */ }
      label();
    };
    label();
    document.querySelector("header nav").append(button);
  }

  function copying() {
    const say = make("span", { className: "vh" });
    say.setAttribute("role", "status");
    document.body.append(say);
    const offer = (place, what, text) => {
      const button = make("button", { type: "button", className: "copy", textContent: "Copy" });
      button.setAttribute("aria-label", `Copy ${what}`);
      button.onclick = async () => {
        let done = true;
        try { await navigator.clipboard.writeText(text); } catch { done = false; }
        button.textContent = say.textContent = done ? "Copied" : "Not copied";
        setTimeout(() => { button.textContent = "Copy"; say.textContent = ""; }, 1500);
      };
      place.after(button);
    };
    for (const pre of all("pre")) {
      const box = make("div", { className: "codebox" });
      pre.replaceWith(box);
      box.append(pre);
      offer(pre, "the code", pre.textContent.replace(/\n$/, ""));
    }
    for (const code of all("[data-copy]")) offer(code, code.dataset.copy, code.textContent);
  }

  // A response or JSON in colours: only text is looked at, and only text is made.
  function colours() {
    const part = /("(?:\\.|[^"\\\n])*")(\s*:)?|\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?\b/g;
    for (const code of all("code.language-http, code.language-json")) {
      const text = code.textContent;
      const end = code.className.includes("json") ? 0 : text.search(/\n\n/) < 0 ? text.length : text.search(/\n\n/);
      const parts = [];
      text.slice(0, end).split("\n").forEach((line, at) => {
        const colon = at ? line.indexOf(":") : -1;
        if (at) parts.push("\n");
        if (colon > 0) parts.push(make("span", { className: "k" }, line.slice(0, colon)), line.slice(colon));
        else parts.push(make("span", { className: "h" }, line));
      });
      const body = text.slice(end);
      let from = 0;
      for (const match of body.matchAll(part)) {
        const word = match[1] || match[0];
        parts.push(body.slice(from, match.index), make("span", { className: match[2] ? "k" : match[1] ? "v" : "n" }, word));
        from = match.index + word.length;
      }
      code.replaceChildren(...parts, body.slice(from));
    }
  }

  function tabs() {
    for (const box of all(".tabs")) {
      const panels = all(":scope > .codebox", box);
      if (panels.length < 2) continue;
      const list = make("div", { role: "tablist" });
      list.setAttribute("aria-label", "Languages");
      const buttons = panels.map((panel, at) => {
        const name = /language-(\S+)/.exec(panel.querySelector("code").className);
        const tab = make("button", { type: "button", role: "tab", id: `tab-${at}`, textContent: name ? name[1] : `${at + 1}` });
        panel.setAttribute("role", "tabpanel");
        panel.setAttribute("aria-labelledby", tab.id);
        tab.onclick = () => show(at);
        list.append(tab);
        return tab;
      });
      const show = (chosen) => buttons.forEach((tab, at) => {
        tab.setAttribute("aria-selected", at === chosen);
        tab.tabIndex = at === chosen ? 0 : -1;
        panels[at].hidden = at !== chosen;
      });
      list.onkeydown = (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
        show(next);
        buttons[next].focus();
      };
      box.prepend(list);
      show(0);
    }
  }

  function sections() {
    const headings = all("article h2[id]");
    const links = headings.map((heading) => {
      const text = heading.textContent;
      const anchor = make("a", { className: "anchor", href: `#${heading.id}`, textContent: "#" });
      anchor.setAttribute("aria-label", `Link to ${text}`);
      heading.append(anchor);
      return make("li", {}, make("a", { href: `#${heading.id}`, textContent: text }));
    });
    if (links.length < 3) return;
    let aside = document.querySelector("aside");
    if (!aside) document.querySelector("article").after((aside = make("aside")));
    const nav = make("nav", {}, make("strong", { textContent: "On this page" }), make("ul", {}, ...links));
    nav.setAttribute("aria-label", "On this page");
    aside.append(nav);
  }

  function search() {
    const form = document.getElementById("find");
    if (!form) return;
    const query = form.elements.q;
    const selects = all("select", form);
    const items = all(".errors > li");
    const texts = items.map((item) => item.textContent.toLowerCase());
    const status = form.querySelector("[role=status]");
    const links = () => items.filter((item) => !item.hidden).map((item) => item.querySelector("h3 a"));

    const asked = new URLSearchParams(location.search);
    query.value = asked.get("q") || "";
    for (const select of selects) {
      select.value = asked.get(select.name) || "";
      if (select.selectedIndex < 0) select.value = "";
    }
    const narrow = () => {
      const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
      items.forEach((item, at) => {
        const fits = (select) => !select.value || item.dataset[select.name].split(" ").includes(select.value);
        item.hidden = !(words.every((word) => texts[at].includes(word)) && selects.every(fits));
      });
      for (const section of all("#errors > section")) section.hidden = !section.querySelector("li:not([hidden])");
      const shown = links().length;
      status.textContent = shown === items.length ? `${shown} error${shown === 1 ? "" : "s"}` : shown ? `${shown} of ${items.length}` : "Nothing fits";
    };
    const keep = () => {
      const kept = new URLSearchParams();
      for (const { name, value } of [query, ...selects]) if (value.trim()) kept.set(name, value.trim());
      const text = kept.toString();
      try { history.replaceState(null, "", (text ? `?${text}` : location.pathname.split("/").pop() || ".") + location.hash); } catch { /* a page from the disk */ }
    };
    form.oninput = () => { narrow(); keep(); };
    form.onsubmit = (event) => {
      event.preventDefault();
      const [first] = links();
      if (first) first.click();
    };
    document.addEventListener("keydown", (event) => {
      const shown = links();
      const at = shown.indexOf(document.activeElement);
      const inQuery = document.activeElement === query;
      if (event.key === "Escape" && (inQuery || at >= 0)) {
        query.value = at >= 0 ? query.value : "";
        query.focus();
        form.oninput();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (inQuery || at >= 0)) {
        const next = at + (event.key === "ArrowDown" ? 1 : -1);
        event.preventDefault();
        if (next < 0) query.focus();
        else if (next < shown.length) shown[next].focus();
      }
    });
    form.hidden = false;
    narrow();
    if (location.hash === "#find") query.focus();
    else if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
    addEventListener("hashchange", () => { if (location.hash === "#find") query.focus(); });
  }

  document.addEventListener("DOMContentLoaded", () => {
    theme();
    colours();
    copying();
    tabs();
    sections();
    search();
    document.addEventListener("keydown", (event) => {
      const writing = event.target.closest("input, select, textarea");
      if (event.key !== "/" || writing || event.ctrlKey || event.metaKey || event.altKey) return;
      const link = document.querySelector('header a[href$="#find"]');
      if (!link) return;
      event.preventDefault();
      const query = document.querySelector("#find input");
      if (query) query.focus();
      else link.click();
    });
  });
})();
