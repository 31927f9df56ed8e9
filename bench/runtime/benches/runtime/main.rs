//! Compares generated code with alternatives: `cargo bench -p errbook-bench`.

mod bodies;
mod lookups;
mod pairs;
mod parse;

fn main() {
    println!("| | errbook, ns | allocations | alternative | ns | allocations | ratio | 80 % of rounds |");
    println!("|---|---|---|---|---|---|---|---|");
    lookups::of_66::compare();
    lookups::of_1000::compare();
    bodies::compare();
    parse::compare();
}
