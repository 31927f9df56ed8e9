import { fromResponse, SocialApiError, withRetry } from "../out/social-api/errors.ts";

/** The comments of an account, or what its owner has to do. */
export async function comments(account: string): Promise<string> {
  const once = async (): Promise<string> => {
    const response = await fetch(`https://api.example/v1/accounts/${account}/comments`);
    if (!response.ok) throw await fromResponse(response);
    return await response.text();
  };
  try {
    return await withRetry(once, { idempotent: true });
  } catch (error) {
    if (!(error instanceof SocialApiError)) throw error;
    switch (error.code) {
      case "invalid_token":
        return "reconnect the account";
      case "storage_quota_exceeded":
        return "delete media, or upgrade";
      case "rate_limit_exceeded":
        return "wait for the next month, or upgrade";
      default:
        throw error;
    }
  }
}
