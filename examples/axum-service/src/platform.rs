//! The platforms that both services stand on: simulated here, with the ways in which real ones fail.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

/// How a platform is today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Condition {
    /// It answers.
    #[default]
    Up,
    /// It answers every question with an error of its own.
    Down,
    /// It takes questions and does not answer.
    Silent,
    /// It answers in a form that nobody agreed on.
    Changed,
}

/// What a platform answers to a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// 200, with what was asked for.
    Found(Value),
    /// 200, and nothing in it.
    Empty,
    /// 404
    NotFound,
    /// 5xx
    Failed,
}

/// The platforms by name.
#[derive(Debug, Default)]
pub struct Platforms {
    conditions: Mutex<HashMap<String, Condition>>,
}

impl Platforms {
    /// Changes how a platform is.
    pub fn set(&self, platform: &str, condition: Condition) {
        let mut conditions = self.conditions.lock().unwrap_or_else(PoisonError::into_inner);
        conditions.insert(platform.to_owned(), condition);
    }

    fn condition(&self, platform: &str) -> Condition {
        let conditions = self.conditions.lock().unwrap_or_else(PoisonError::into_inner);
        conditions.get(platform).copied().unwrap_or_default()
    }

    /// Asks a platform for a thing of this name. What is called `gone...` was there once, and `ghost...` is a name without
    /// anything behind it.
    pub async fn ask(&self, platform: &str, name: &str) -> Answer {
        match self.condition(platform) {
            Condition::Down => Answer::Failed,
            Condition::Silent => std::future::pending().await,
            Condition::Changed => Answer::Found(json!({"handle": name})),
            Condition::Up if name.starts_with("gone") => Answer::NotFound,
            Condition::Up if name.starts_with("ghost") => Answer::Empty,
            Condition::Up => Answer::Found(json!({"name": name, "followers": 1_000 + name.len()})),
        }
    }
}
