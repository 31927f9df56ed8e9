//! The context of a request while it is handled.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::any::Any;
use core::future::Future;
use std::sync::{Mutex, PoisonError};

tokio::task_local! {
    static SCOPE: Arc<Scope>;
}

/// The context of one type, inside the scopes of other types.
struct Scope {
    facts: Mutex<Box<dyn Any + Send>>,
    outer: Option<Arc<Scope>>,
}

/// Runs a future with the context of its request. Inside the future, [`scoped`] returns the
/// context.
///
/// Scopes nest: the innermost scope of a type is used. A task that the future spawns has no scope.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// #[derive(Clone)]
/// struct Context { request_id: String, credits_remaining: i64 }
///
/// let context = Context { request_id: "req-1".to_owned(), credits_remaining: 3 };
/// errbook::scope(context, async {
///     errbook::update_scope(|context: &mut Context| context.credits_remaining -= 1);
///     let context: Context = errbook::scoped().expect("inside of the scope");
///     assert_eq!((context.request_id.as_str(), context.credits_remaining), ("req-1", 2));
/// })
/// .await;
/// assert!(errbook::scoped::<Context>().is_none());
/// # });
/// ```
pub async fn scope<C: Clone + Send + 'static, F: Future>(context: C, future: F) -> F::Output {
    let outer = SCOPE.try_with(Arc::clone).ok();
    let scope = Scope { facts: Mutex::new(Box::new(context)), outer };
    SCOPE.scope(Arc::new(scope), future).await
}

/// Returns a copy of the context in the innermost [`scope`] of its type; `None` outside such a
/// scope.
pub fn scoped<C: Clone + Send + 'static>() -> Option<C> {
    with(|facts: &mut C| facts.clone())
}

/// Changes the context in the innermost [`scope`] of its type, for values that are known only
/// later, such as a remaining balance. Returns `false`, and changes nothing, outside such a scope.
pub fn update_scope<C: Clone + Send + 'static>(change: impl FnOnce(&mut C)) -> bool {
    // Works on a copy: `change` can read the context itself, and a panic leaves the context
    // unchanged.
    let Some(mut changed) = scoped::<C>() else { return false };
    change(&mut changed);
    with(|facts| *facts = changed).is_some()
}

fn with<C: 'static, T>(access: impl FnOnce(&mut C) -> T) -> Option<T> {
    let innermost = SCOPE.try_with(Arc::clone).ok();
    let mut next = innermost.as_ref();
    while let Some(scope) = next {
        if let Some(facts) = scope.facts.lock().unwrap_or_else(PoisonError::into_inner).downcast_mut() {
            return Some(access(facts));
        }
        next = scope.outer.as_ref();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{scope, scoped, update_scope};

    fn run<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
    }

    #[test]
    fn the_innermost_scope_of_a_type_is_found_and_changed() {
        run(scope(1u8, async {
            scope(
                2u8,
                scope("other", async {
                    assert!(update_scope(|number: &mut u8| *number = scoped::<u8>().unwrap_or(0) + 5));
                    assert_eq!((scoped::<u8>(), scoped::<&str>(), scoped::<u16>()), (Some(7), Some("other"), None));
                }),
            )
            .await;
            assert_eq!((scoped::<u8>(), scoped::<&str>()), (Some(1), None));
        }));
        assert_eq!(scoped::<u8>(), None);
        assert!(!update_scope(|_: &mut u8| unreachable!()));
    }

    #[test]
    fn a_panic_in_a_change_leaves_the_facts_in_reach() {
        run(scope(1u8, async {
            let change = || update_scope(|_: &mut u8| panic!("on purpose"));
            assert!(std::panic::catch_unwind(change).is_err());
            assert_eq!(scoped::<u8>(), Some(1));
        }));
    }
}
