import { existsSync, readFileSync, readdirSync } from "node:fs";

const docs = new URL("../docs/", import.meta.url);
const sidebar = {};
for (const api of readdirSync(docs)) {
  const file = new URL(`${api}/sidebar.json`, docs);
  if (existsSync(file)) sidebar[`/${api}/`] = { base: `/${api}/`, items: [JSON.parse(readFileSync(file, "utf8"))] };
}

export default {
  title: "Error references",
  srcDir: "docs",
  themeConfig: { sidebar },
};
