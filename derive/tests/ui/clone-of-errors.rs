// Other words than `clone`, and the word twice.
mod misspelt {
    errbook::catalog!("orders.yaml", clne);
}

mod twice {
    errbook::catalog!("orders.yaml", clone, clone);
}

fn main() {}
