// This file has no `//!`, so that the examples below can include it.

/// A word of a closed list. The list that diagnostics and the JSON Schema show, and the variant that each word is read
/// as, come from one declaration: see [`words!`].
pub(crate) trait Word: Copy + 'static {
    /// Every variant, in the order of the format.
    const ALL: &'static [Self];
    /// What a catalog writes for each, and what that means.
    const WORDS: &'static [(&'static str, &'static str)];

    /// The variant of a word; `None` where the list does not have it.
    fn from_word(text: &str) -> Option<Self> {
        let at = Self::WORDS.iter().position(|(word, _)| *word == text)?;
        Some(Self::ALL[at])
    }
}

/// Declares an enum together with the word and the meaning of each variant.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/words.rs"));
/// words! {
///     /// How the waits grow.
///     #[derive(Debug, Clone, Copy, PartialEq)]
///     enum Backoff {
///         /// The same wait each time.
///         Fixed = "fixed",
///         /// Each wait is twice the one before.
///         Exponential = "exponential",
///     }
/// }
///
/// fn factor(backoff: Backoff) -> u32 {
///     match backoff {
///         Backoff::Fixed => 1,
///         Backoff::Exponential => 2,
///     }
/// }
///
/// # fn main() {
/// assert_eq!(Backoff::WORDS[0], ("fixed", "The same wait each time."));
/// assert_eq!(Backoff::from_word("exponential").map(factor), Some(2));
/// assert_eq!(Backoff::from_word("linear"), None);
/// # assert_eq!(Backoff::ALL.map(Backoff::name), ["fixed", "exponential"]);
/// # }
/// ```
///
/// A word that is added to the list and that no reader handles does not compile:
///
/// ```compile_fail,E0004
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/words.rs"));
/// words! {
///     /// How the waits grow.
///     #[derive(Debug, Clone, Copy, PartialEq)]
///     enum Backoff {
///         /// The same wait each time.
///         Fixed = "fixed",
///         /// Each wait is twice the one before.
///         Exponential = "exponential",
///         /// Each wait is longer by the first.
///         Linear = "linear",
///     }
/// }
///
/// fn factor(backoff: Backoff) -> u32 {
///     match backoff {
///         Backoff::Fixed => 1,
///         Backoff::Exponential => 2,
///     }
/// }
/// # fn main() {}
/// ```
macro_rules! words {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $( $(#[doc = $summary:literal])+ $variant:ident = $word:literal $(#[$attribute:meta])?, )+
        }
    ) => {
        $(#[$meta])*
        $vis enum $name {
            $( $(#[doc = $summary])+ $(#[$attribute])? $variant, )+
        }

        impl $name {
            /// Every one, in the order of the table.
            $vis const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The word for it.
            $vis const fn name(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl Word for $name {
            const ALL: &'static [Self] = &$name::ALL;
            const WORDS: &'static [(&'static str, &'static str)] =
                &[$( ($name::$variant.name(), concat!($($summary),+).trim_ascii()) ),+];
        }
    };
    // A table of rules: what else is known of each stands beside its word.
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident: $facts:ident {
            $( $(#[doc = $summary:literal])+ $variant:ident = $word:literal => $of_variant:expr, )+
        }
    ) => {
        words! {
            $(#[$meta])*
            $vis enum $name {
                $( $(#[doc = $summary])+ $variant = $word, )+
            }
        }

        impl $name {
            /// What it is, in a sentence.
            $vis const fn summary(self) -> &'static str {
                <Self as Word>::WORDS[self as usize].1
            }

            /// The rule of that name.
            $vis fn from_name(name: &str) -> Option<Self> {
                <Self as Word>::from_word(name)
            }

            const fn facts(self) -> $facts {
                match self { $( Self::$variant => $of_variant, )+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(crate) use words;
