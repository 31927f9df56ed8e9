// orders.ts
import { fromResponse, isUnavailable, ShopError, texts, withRetry } from "./errors.ts";

async function order(item: string): Promise<string> {
  const signal = AbortSignal.timeout(60_000);
  const send = async (): Promise<string> => {
    const response = await fetch(`https://shop.example/orders/${item}`, { method: "PUT", signal });
    if (!response.ok) throw await fromResponse(response);
    return await response.text();
  };
  return await withRetry(send, { idempotent: true, signal });
}

for (const item of ["tea", "cake", "milk", "bread", "salt"]) {
  try {
    console.log(await order(item));
  } catch (error) {
    if (!(error instanceof ShopError)) throw error;
    if (isUnavailable(error)) console.log(`choose something else than ${item}`);
    switch (error.code) {
      case "SOLD_OUT":
        console.log(`back on ${error.details?.back_on ?? "a day that nobody knows"}`);
        break;
      case "TOO_MANY_ORDERS":
        console.log(`too many orders: wait ${error.details?.wait ?? 0} seconds`);
        break;
      case "DISCONTINUED":
      case "CLOSED":
        console.log(texts[error.code].fix);
        break;
      case undefined:
        console.log(`not in the catalog: ${error.message}`);
        break;
      default:
        error satisfies never;
    }
  }
}
