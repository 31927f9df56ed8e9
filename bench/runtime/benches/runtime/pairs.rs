//! Times the sides of a comparison in turn, so that ratios are valid on a machine with varying
//! speed.

use std::time::{Duration, Instant};

const ROUNDS: usize = 301;
const LEAST: Duration = Duration::from_micros(200);

/// One side: its name, and a function that runs every operation once.
pub(crate) type Side<'a> = (&'a str, &'a mut dyn FnMut());

/// Times all sides in each round, starting each round with another side. Prints a table row for
/// each alternative to the first side: medians, allocations, and the range of 80 % of the rounds'
/// ratios.
pub(crate) fn compare(what: &str, operations: u32, sides: &mut [Side<'_>]) {
    let allocations: Vec<u64> = sides.iter_mut().map(|(_, pass)| allocations(pass) / u64::from(operations)).collect();
    let passes: Vec<u32> = sides.iter_mut().map(|(_, pass)| passes(pass)).collect();
    let mut times = vec![Vec::with_capacity(ROUNDS); sides.len()];
    for round in 0..ROUNDS {
        for turn in 0..sides.len() {
            let at = (round + turn) % sides.len();
            let nanoseconds = time(sides[at].1, passes[at]).as_secs_f64() * 1e9;
            times[at].push(nanoseconds / f64::from(passes[at]) / f64::from(operations));
        }
    }
    let median = |at: usize| spread(times[at].clone())[1];
    let mut ours = Some(format!("{what} | {:.1} | {}", median(0), allocations[0]));
    for peer in 1..sides.len() {
        let ratios = times[0].iter().zip(&times[peer]).map(|(ours, theirs)| ours / theirs).collect();
        let [low, ratio, high] = spread(ratios);
        let (name, theirs, allocations) = (sides[peer].0, median(peer), allocations[peer]);
        // Only the first row shows errbook's own values.
        let ours = ours.take().unwrap_or_else(|| "| |".to_owned());
        println!("| {ours} | {name} | {theirs:.1} | {allocations} | {ratio:.2} | {low:.2}–{high:.2} |");
    }
}

/// The allocations of a warm pass.
fn allocations(pass: &mut dyn FnMut()) -> u64 {
    pass();
    allocation_counter::measure(pass).count_total
}

/// The number of passes that take long enough to time.
fn passes(pass: &mut dyn FnMut()) -> u32 {
    let mut passes = 1;
    while time(pass, passes) < LEAST {
        passes *= 2;
    }
    passes
}

fn time(pass: &mut dyn FnMut(), passes: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..passes {
        pass();
    }
    start.elapsed()
}

/// The 10th, 50th and 90th percentile.
fn spread(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [10, 50, 90].map(|percent| values[(values.len() - 1) * percent / 100])
}
