//! Closed lists of words: the values that the format allows, and the names of rules. [`words!`](crate::words!) declares
//! one.

/// A word of a closed list.
///
/// ```
/// use errbook_catalog::model::Flavor;
/// use errbook_catalog::words::Word;
///
/// assert_eq!(Flavor::from_word("mdbook"), Some(Flavor::Mdbook));
/// assert_eq!(Flavor::from_word("jekyll"), None);
/// assert_eq!(Flavor::WORDS[1], ("mdbook", "For mdBook."));
/// ```
pub trait Word: Copy + 'static {
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

/// A number of things whose name takes an `s`.
///
/// ```
/// use errbook_catalog::words::counted;
/// assert_eq!([counted(1, "file"), counted(2, "file")], ["1 file", "2 files"]);
/// ```
pub fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// Declares an enum together with the word and the meaning of each variant: what a list shows and what a reader makes
/// of it cannot differ.
///
/// ```
/// use errbook_catalog::words::Word;
///
/// errbook_catalog::words! {
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
/// assert_eq!(Backoff::WORDS[0], ("fixed", "The same wait each time."));
/// assert_eq!(Backoff::from_word("exponential").map(factor), Some(2));
/// assert_eq!(Backoff::from_word("linear"), None);
/// assert_eq!(Backoff::ALL.map(Backoff::name), ["fixed", "exponential"]);
/// ```
///
/// A word that is added to the list and that no reader handles does not compile:
///
/// ```compile_fail,E0004
/// errbook_catalog::words! {
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
/// ```
#[macro_export]
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

            /// What it means, in a sentence.
            $vis const fn summary(self) -> &'static str {
                match self { $( Self::$variant => concat!($($summary),+).trim_ascii(), )+ }
            }
        }

        impl $crate::words::Word for $name {
            const ALL: &'static [Self] = &$name::ALL;
            const WORDS: &'static [(&'static str, &'static str)] =
                &[$( ($name::$variant.name(), $name::$variant.summary()) ),+];
        }
    };
    // A table of rules: what else is known of each stands beside its word.
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident: $facts:ident {
            $( $(#[doc = $summary:literal])+ $variant:ident = $word:literal => $of_variant:expr, )+
        }
    ) => {
        $crate::words! {
            $(#[$meta])*
            $vis enum $name {
                $( $(#[doc = $summary])+ $variant = $word, )+
            }
        }

        impl $name {
            /// The rule of that name.
            $vis fn from_name(name: &str) -> Option<Self> {
                <Self as $crate::words::Word>::from_word(name)
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
