// An error that is listed twice, errors that no response has, and no error at all.
struct SellError;

errbook::openapi!("orders.yaml", SellError, [SOLD_OUT, "SOLD_OUT", NO_PRINTER, SLOW_DAY]);

struct NoError;

errbook::openapi!("orders.yaml", NoError, []);

fn main() {}
