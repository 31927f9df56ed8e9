import { fromResponse, withRetry } from "../out/publishing-api/errors.ts";

/** Sends a request, and repeats it as the catalog says. */
export async function send(url: string, init: RequestInit): Promise<unknown> {
  const once = async (): Promise<unknown> => {
    const response = await fetch(url, init);
    if (!response.ok) throw await fromResponse(response);
    return await response.json();
  };
  return await withRetry(once, { idempotent: false });
}
