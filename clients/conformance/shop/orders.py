# orders.py
import httpx

from errors import (
    ClosedError,
    ShopError,
    SoldOutError,
    TooManyOrdersError,
    UnavailableError,
    UnlistedError,
    raise_for,
    with_retry,
)


def order(item: str) -> str:
    def send() -> str:
        response = httpx.put(f"https://shop.example/orders/{item}")
        raise_for(response)
        return response.text

    return with_retry(send, idempotent=True)


def handle(item: str, error: ShopError) -> None:
    if isinstance(error, UnavailableError):
        print(f"choose something else than {item}")
    if isinstance(error, SoldOutError):
        back_on = error.details.back_on if error.details else None
        print(f"back on {back_on or 'a day that nobody knows'}")
    elif isinstance(error, TooManyOrdersError):
        print(f"too many orders: wait {error.details.wait if error.details else 0:.0f} seconds")
    elif isinstance(error, UnlistedError):
        print(f"not in the catalog: {error}")
    else:
        print(error.fix)


for item in ["tea", "cake", "milk", "bread", "salt"]:
    try:
        print(order(item))
    except ClosedError as error:
        print(error.fix)
    except ShopError as error:
        handle(item, error)
