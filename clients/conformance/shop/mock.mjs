// The server of orders.ts.
import { responses } from "./responses.mjs";

globalThis.fetch = (url) => {
  const { status, headers, body } = responses(url.slice(url.lastIndexOf("/") + 1));
  return Promise.resolve(new Response(body, { status, headers }));
};
