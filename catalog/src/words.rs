//! Closed lists of words: the values of the format, and the names of rules.
//! [`words!`](crate::words!) declares a list.

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
    /// The word of each variant, and its meaning.
    const WORDS: &'static [(&'static str, &'static str)];

    /// The variant of a word; `None` for an unknown word.
    fn from_word(text: &str) -> Option<Self> {
        let at = Self::WORDS.iter().position(|(word, _)| *word == text)?;
        Some(Self::ALL[at])
    }
}

/// Characters without a visible form: controls, joiners, marks of the text direction and fillers.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// A number and a noun, with an `s` for the plural.
///
/// ```
/// use errbook_catalog::words::counted;
/// assert_eq!([counted(1, "file"), counted(2, "file")], ["1 file", "2 files"]);
/// ```
pub fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}

/// A paragraph of markdown in lines of at most 100 columns. A longer word gets its own line.
///
/// ```
/// let text = "errbook ".repeat(13);
/// assert_eq!(errbook_catalog::words::wrapped(&text).lines().map(str::len).collect::<Vec<_>>(), [95, 7]);
/// ```
pub fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > 0 {
            let is_full = column + 1 + width > 100;
            lines.push(if is_full { '\n' } else { ' ' });
            column = if is_full { 0 } else { column + 1 };
        }
        lines.push_str(word);
        column += width;
    }
    lines
}

/// Declares an enum together with the word and the meaning of each variant, so that lists and
/// readers of the words always agree.
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
///         /// Each wait is twice the previous one.
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
/// A word in the list that no reader handles does not compile:
///
/// ```compile_fail,E0004
/// errbook_catalog::words! {
///     /// How the waits grow.
///     #[derive(Debug, Clone, Copy, PartialEq)]
///     enum Backoff {
///         /// The same wait each time.
///         Fixed = "fixed",
///         /// Each wait is twice the previous one.
///         Exponential = "exponential",
///         /// Each wait adds the first one.
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
            /// Every variant, in the order of the table.
            $vis const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The word of the variant.
            $vis const fn name(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }

            /// The meaning of the variant, in a sentence.
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
    // A table of rules: each word has further properties.
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
            /// The rule with a name.
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
