import { parseError } from "../out/socia-hive/errors.ts";

/** What an agent does about a response. */
export function next(status: number, body: string): string {
  const error = parseError({ status, body });
  if (error.isAuthError) return "sign in";
  if (error.isRateLimited) return "slow down";
  if (error.isNotFound) return "search again";
  if (error.isStateError) return "load it again";
  return "ask a person";
}
