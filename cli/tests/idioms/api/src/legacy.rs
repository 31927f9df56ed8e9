//! Helpers that are given the code.

use board_errors::prelude::*;
use board_errors::{Failure, reply};

pub fn limit(calls: u32) -> Result<(), Failure> {
    if calls > 10 {
        return Err(reply("rate_limited").with_status(StatusCode::TOO_MANY_REQUESTS)); // rate_limited
    }
    Ok(())
}

pub fn sign_up(form: &Form) -> Result<User, Failure> {
    let answer = form.captcha.as_deref();
    let answer = answer.ok_or_else(|| Failure::new(400, "captcha_missing"))?; // captcha_missing
    if answer != "seven" {
        return Err(board_errors::reply("captcha_wrong")); // captcha_wrong
    }
    match form.invite() {
        Invite::Used => return Err(Failure::default().reply("invite_used".into())), // invite_used
        _ => drop(Failure::default().reply(form.code())),
    }
    let names = names();
    if names.contains(&form.email) {
        return Err(reply(String::from("email_taken"))); // email_taken
    }
    if names.contains(&form.name) {
        log::info!("a name is taken: {}", form.name);
        return Err(Failure::new(409, "name_taken").answer_with(&form.name)); // name_taken
    }
    Ok(User::default())
}
