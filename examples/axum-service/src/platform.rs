//! Simulated platforms that fail like real ones.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

/// The condition of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Condition {
    /// It works.
    #[default]
    Up,
    /// It returns an error for every query.
    Down,
    /// It does not respond.
    Silent,
    /// It responds in an unexpected format.
    Changed,
}

/// The response of a platform.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// 200 with data.
    Found(Value),
    /// 200 without data.
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
    /// Changes the condition of a platform.
    pub fn set(&self, platform: &str, condition: Condition) {
        let mut conditions = self.conditions.lock().unwrap_or_else(PoisonError::into_inner);
        conditions.insert(platform.to_owned(), condition);
    }

    fn condition(&self, platform: &str) -> Condition {
        let conditions = self.conditions.lock().unwrap_or_else(PoisonError::into_inner);
        conditions.get(platform).copied().unwrap_or_default()
    }

    /// Queries a platform by name. Names with `gone` at the start are a 404, and names with `ghost`
    /// at the start have no data.
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
