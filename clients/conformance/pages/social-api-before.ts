/** The comments of an account, or what its owner has to do. */
export async function comments(account: string): Promise<string> {
  const response = await fetch(`https://api.example/v1/accounts/${account}/comments`);
  if (response.ok) return await response.text();
  const { code, error } = (await response.json()) as { code: string; error: string };
  switch (code) {
    case "invalid_token":
      return "reconnect the account";
    case "storage_quota_exceeded":
      return "delete media, or upgrade";
    case "rate_limit_exceeded":
      return "wait for the next month, or upgrade";
    case "platform_rate_limit":
      await new Promise((done) => setTimeout(done, 60_000));
      return await comments(account);
    default:
      throw new Error(`${error} (${code})`);
  }
}
