"""The errors of an operation in datamodel-code-generator's client. pydantic finds the right one by its code."""

import shop
from pydantic import TypeAdapter

Conflict = shop.SoldOutError | shop.ClosedError
adapter: TypeAdapter[Conflict] = TypeAdapter(Conflict)


def explain(error: Conflict) -> str:
    if isinstance(error, shop.SoldOutError):
        left: int = error.details.left
        return f"{error.details.item}: {left}"
    return error.details.opens


sold_out = adapter.validate_python(
    {"code": "SOLD_OUT", "message": "tea is sold out.", "details": {"item": "tea", "left": 0}}
)
closed = adapter.validate_python({"code": "CLOSED", "message": "Closed until 9:00.", "details": {"opens": "9:00"}})
assert (explain(sold_out), explain(closed)) == ("tea: 0", "9:00")
