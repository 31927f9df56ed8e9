/** What an agent does about a response. */
export function next(status: number, body: string): string {
  const { code } = JSON.parse(body) as { code?: string };
  if (status === 401 || code === "auth_error") return "sign in";
  if (status === 429 || code === "rate_limit") return "slow down";
  if (status === 404 || code === "not_found") return "search again";
  if (code === "state_error" || code === "conflict") return "load it again";
  return "ask a person";
}
