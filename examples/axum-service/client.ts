// Asks the running service for posts and profiles: `node client.ts http://127.0.0.1:3000`
import { fromResponse, SocialCrawlError, texts, withRetry } from "../../docs-out/social-crawl/errors.ts";

const origin = process.argv[2] ?? "http://127.0.0.1:3000";

async function find(path: string): Promise<string> {
  const send = async (): Promise<string> => {
    const response = await fetch(`${origin}/v1/tiktok/${path}`, { headers: { "x-api-key": "sc_poor" } });
    if (!response.ok) throw await fromResponse(response);
    const { name, followers } = (await response.json()) as { name: string; followers: number };
    return `${name}: ${followers}`;
  };
  return await withRetry(send, { idempotent: true, signal: AbortSignal.timeout(60_000) });
}

for (const path of ["profile?handle=ada", "profile?handle=ghost.ada", "post?id=42"]) {
  try {
    console.log(await find(path));
  } catch (error) {
    if (!(error instanceof SocialCrawlError)) throw error;
    if (error.code === "INSUFFICIENT_CREDITS") {
      console.log(`${error.details?.cost ?? "some"} credits, and ${error.details?.balance ?? "too few"} are left`);
    } else if (error.code === undefined) {
      console.log(error.message);
    } else {
      console.log(`${error.code}: ${texts[error.code].fix ?? error.message}`);
    }
  }
}
