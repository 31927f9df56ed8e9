import starlight from "@astrojs/starlight";
import { defineConfig } from "astro/config";
import starlightLinksValidator from "starlight-links-validator";

export default defineConfig({
  site: "https://errors.example",
  markdown: { smartypants: false },
  integrations: [
    starlight({
      title: "Error references",
      disable404Route: true,
      pagefind: false,
      plugins: [starlightLinksValidator({ errorOnRelativeLinks: false })],
    }),
  ],
});
