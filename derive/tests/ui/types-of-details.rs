// A type of details that the catalog does not have, and a word that is not `types`.
mod unknown {
    errbook::catalog!("orders.yaml", types(uuuid = String, itme = String, colour = String));
}

mod list {
    errbook::catalog!("orders.yaml", kinds(uuid = String));
}

mod twice {
    errbook::catalog!("orders.yaml", types(item = String, uuid = String, item = super::Item));
}

fn main() {
    let _ = unknown::Error::sold_out("tea");
}
