// The errors of an operation in openapi-typescript's types. The code selects the error, and with it the type of the details.
import type { paths } from "./shop.js";

type Responses = paths["/orders"]["post"]["responses"];
type Conflict = Responses[409]["content"]["application/json"];

export function explain(error: Conflict): string {
  switch (error.code) {
    case "SOLD_OUT": {
      const item: string = error.details.item;
      const left: number = error.details.left;
      // @ts-expect-error: only CLOSED has it
      void error.details.opens;
      return `${item}: ${left}`;
    }
    case "CLOSED": {
      const opens: string = error.details.opens;
      // @ts-expect-error: only SOLD_OUT has it
      void error.details.item;
      return opens;
    }
    default: {
      // The cases are exhaustive: with a new error, this would not compile.
      const never: never = error;
      return never;
    }
  }
}

const missing: Responses[404]["content"]["application/json"]["code"] = "NOT_FOUND";
// @ts-expect-error: no error with this status has this code
const wrong: typeof missing = "SOLD_OUT";
export { missing, wrong };
