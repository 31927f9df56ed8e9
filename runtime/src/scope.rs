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
/// Scopes nest: the innermost scope of a type is used. A task that the future spawns has no scope,
/// unless it is wrapped in [`in_current_scope`].
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
    let scope = Scope { facts: Mutex::new(Box::new(context)), outer: innermost() };
    SCOPE.scope(Arc::new(scope), future).await
}

/// Wraps a future so that it runs in the current [`scope`], also if another task runs it. Outside a
/// scope, the future is unchanged.
///
/// The scope is shared: a change with [`update_scope`] in one task is visible in all.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// errbook::scope("req-1", async {
///     let request = tokio::spawn(errbook::in_current_scope(async { errbook::scoped::<&str>() }));
///     assert_eq!(request.await.unwrap(), Some("req-1"));
///
///     let request = tokio::spawn(async { errbook::scoped::<&str>() });
///     assert_eq!(request.await.unwrap(), None);
/// })
/// .await;
/// # });
/// ```
pub fn in_current_scope<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let scope = innermost();
    async move {
        match scope {
            Some(scope) => SCOPE.scope(scope, future).await,
            None => future.await,
        }
    }
}

/// Wraps a closure so that it runs in the current [`scope`], also if another thread runs it.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// errbook::scope("req-1", async {
///     let request = || errbook::scoped::<&str>();
///     let request = tokio::task::spawn_blocking(errbook::in_current_scope_blocking(request));
///     assert_eq!(request.await.unwrap(), Some("req-1"));
/// })
/// .await;
/// # });
/// ```
pub fn in_current_scope_blocking<T>(closure: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let scope = innermost();
    move || match scope {
        Some(scope) => SCOPE.sync_scope(scope, closure),
        None => closure(),
    }
}

/// Returns a copy of the context in the innermost [`scope`] of its type; `None` outside such a
/// scope.
pub fn scoped<C: Clone + Send + 'static>() -> Option<C> {
    let context = copy();
    #[cfg(feature = "tracing")]
    if context.is_none() {
        MISSED.set(true);
    }
    context
}

/// The same, for a context that nothing has to supply.
pub(crate) fn copy<C: Clone + Send + 'static>() -> Option<C> {
    with(|facts: &mut C| facts.clone())
}

#[cfg(feature = "tracing")]
std::thread_local! {
    /// Whether [`scoped`] found no scope.
    static MISSED: core::cell::Cell<bool> = const { core::cell::Cell::new(false) };
}

/// The context of a response. Warns, once, if the context is taken from a scope, and there is none.
#[cfg(any(feature = "actix-web", feature = "axum"))]
pub(crate) fn of_response<C: crate::Current>() -> C {
    #[cfg(feature = "tracing")]
    MISSED.set(false);
    let context = C::current();
    #[cfg(feature = "tracing")]
    if MISSED.get() {
        crate::tracing::outside_a_scope();
    }
    context
}

/// Whether the context that [`of_response`] returned last is that of a request.
#[cfg(all(feature = "tracing", any(feature = "actix-web", feature = "axum")))]
pub(crate) fn is_of_request() -> bool {
    !MISSED.get()
}

/// Changes the context in the innermost [`scope`] of its type, for values that are known only
/// later, such as a remaining balance. Returns `false`, and changes nothing, outside such a scope.
pub fn update_scope<C: Clone + Send + 'static>(change: impl FnOnce(&mut C)) -> bool {
    // Works on a copy: `change` can read the context itself, and a panic leaves the context
    // unchanged.
    let Some(mut changed) = copy::<C>() else { return false };
    change(&mut changed);
    with(|facts| *facts = changed).is_some()
}

fn innermost() -> Option<Arc<Scope>> {
    SCOPE.try_with(Arc::clone).ok()
}

fn with<C: 'static, T>(access: impl FnOnce(&mut C) -> T) -> Option<T> {
    let innermost = innermost();
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
    use super::{in_current_scope, in_current_scope_blocking, scope, scoped, update_scope};

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
    fn spawned_work_shares_the_scope_and_has_none_outside_one() {
        let change = || update_scope(|number: &mut u8| *number += 1);
        run(scope(1u8, async move {
            let spawned = tokio::spawn(in_current_scope(async move { change() }));
            assert!(spawned.await.expect("no panic"));
            let spawned = tokio::task::spawn_blocking(in_current_scope_blocking(change));
            assert!(spawned.await.expect("no panic"));
            assert_eq!(scoped::<u8>(), Some(3));
        }));
        assert_eq!(run(in_current_scope(async { scoped::<u8>() })), None);
        assert_eq!(in_current_scope_blocking(scoped::<u8>)(), None);
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
