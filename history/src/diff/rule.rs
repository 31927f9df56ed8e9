//! The table of changes: what each is called, how it is rated, whom it reaches, why, and what to do instead.

use std::fmt::Write as _;

use errbook_catalog::words;

use super::Audience::{self, Billing, Branching, Docs, Reading, Retrying, Service};
use super::Rating;

words! {
    /// Every kind of change that errbook tells apart, one variant for each.
    ///
    /// ```
    /// use errbook_history::diff::Rule;
    /// assert_eq!(Rule::from_name("status-changed"), Some(Rule::StatusChanged));
    /// assert_eq!(Rule::from_name("statuses"), None);
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Rule: Facts {
        /// An error is gone, and nothing says what became of it.
        ErrorRemoved = "error-removed" => breaking(
            &[Branching, Docs],
            "Clients wait for a code that no longer comes, and what comes in its place they do not know.",
            "Deprecate it for a release; when it goes, list it under `retired`, with what replaces it in `use`.",
        ),
        /// An error is gone, and `retired` says so.
        ErrorRetired = "error-retired" => breaking(
            &[Branching, Docs],
            "Clients wait for a code that no longer comes, although its page says what replaced it.",
            "Release it as a breaking change, after a release in which it was `deprecated`, so that clients had time to move.",
        ),
        /// An error goes by another id: the code and statuses are the same, or `retired` names the new one.
        ErrorRenamed = "error-renamed" => breaking(
            &[Branching, Docs, Service],
            "All that is made from the id has another name: the Rust variant, the schema that SDKs come from, the page.",
            "Keep the id, which nobody sees on the wire where `code` is written, or release a breaking change.",
        ),
        /// An error has an id or code that was retired.
        RetiredIdReturned = "retired-id-returned" => breaking(
            &[Branching],
            "Old clients still handle it as what it meant when it was retired.",
            "Choose an id and a code that never meant anything else.",
        ),
        /// An error is new.
        ErrorAdded = "error-added" => additive(
            &[Branching, Docs],
            "Clients that do not know the code go by its status.",
            "Give it a `fix`, so that clients know what to do about it.",
        ),
        /// An error has another code on the wire.
        CodeChanged = "code-changed" => breaking(
            &[Branching],
            "Clients that branch on the old code no longer recognize the error.",
            "Keep `code` as it was; the id may say it better.",
        ),
        /// An error that had a code has none.
        CodeRemoved = "code-removed" => breaking(
            &[Branching],
            "Clients that branch on the code no longer recognize the error.",
            "Keep sending the code.",
        ),
        /// An error that had no code has one.
        CodeAdded = "code-added" => additive(
            &[Branching],
            "What told the error apart before is still there.",
            "Tell clients that they can branch on the code now.",
        ),
        /// An error comes with another status.
        StatusChanged = "status-changed" => breaking(
            &[Branching, Retrying],
            "Clients, proxies and retry loops that go by the status take it for something else.",
            "Keep the status, or add the new one beside it for a release.",
        ),
        /// An error no longer comes with one of its statuses.
        StatusRemoved = "status-removed" => breaking(
            &[Branching],
            "Clients that know the error by that status no longer find it.",
            "Keep sending it under that status.",
        ),
        /// An error comes with one more status.
        StatusAdded = "status-added" => additive(
            &[Branching],
            "It is as if an error were added: the ones that clients know still come as they did.",
            "Say in its description when it comes with which status.",
        ),
        /// A message reads differently.
        MessageChanged = "message-changed" => text(
            &[Docs],
            "A message is for people; clients know the error by its code or status.",
            "Tell those who may have matched on the text that it was never meant for that.",
        ),
        /// The message of an error with neither code nor status reads differently.
        MessageIdentityChanged = "message-identity-changed" => breaking(
            &[Branching],
            "The message is all that clients know this error by.",
            "Give the error a `code` first, and change the message a release later.",
        ),
        /// An error that was public is internal.
        ErrorHidden = "error-hidden" => breaking(
            &[Branching, Docs],
            "It is gone from the reference, the schemas and the export, while clients may still receive it.",
            "Keep it public for as long as it can reach a client.",
        ),
        /// An error that was internal is public.
        ErrorPublished = "error-published" => additive(
            &[Branching, Docs],
            "Clients can know of an error that they had to take as it came.",
            "Announce it as a new error.",
        ),
        /// A value by which clients branch, other than the code, is another one: the group, or the URL that is a problem's type.
        SentValueChanged = "sent-value-changed" => breaking(
            &[Branching, Reading],
            "The envelope sends it as a value that programs compare, not as text.",
            "Keep the value, or send the new one under a member of its own.",
        ),
        /// A text that responses hold reads differently: the title, or the address of the documentation.
        SentTextChanged = "sent-text-changed" => additive(
            &[Reading, Docs],
            "It is for people, but the schema of the error has it as a constant: what validates responses needs the new schema.",
            "Publish the schema with the release.",
        ),
        /// An error stands in another group, which its responses do not say.
        GroupChanged = "group-changed" => additive(
            &[Docs, Service],
            "It moves in the reference, and generated code gives the other group.",
            "Check the links to its section.",
        ),
        /// Whether the Rust variant carries an underlying error.
        SourceChanged = "source-changed" => additive(
            &[Service],
            "Its constructor has an argument more or less; clients see nothing of it.",
            "Adapt the places where the service raises it: the compiler names them.",
        ),
        /// An error is on its way out.
        ErrorDeprecated = "error-deprecated" => additive(
            &[Branching, Docs],
            "It still comes as it did; clients have time to move.",
            "Name in `use` what they should expect instead.",
        ),
        /// An error that was on its way out is there to stay.
        DeprecationWithdrawn = "deprecation-withdrawn" => additive(
            &[Branching, Docs],
            "Clients that moved away are as well off as before.",
            "Say so to those who have moved.",
        ),
        /// Another error is named as what replaces a deprecated one.
        ReplacementChanged = "replacement-changed" => additive(
            &[Branching, Docs],
            "Clients that prepared for the one named before meet another.",
            "Say which releases send which.",
        ),

        /// An error that could be retried cannot.
        RetryWithdrawn = "retry-withdrawn" => breaking(
            &[Retrying],
            "Clients keep repeating a request that will fail each time.",
            "Give the lasting failure a code of its own, and leave this one retryable.",
        ),
        /// An error that could not be retried can.
        RetryAllowed = "retry-allowed" => additive(
            &[Retrying],
            "Clients that give up lose nothing that they had.",
            "Add a `retry` policy, so that those who repeat know how.",
        ),
        /// Only requests that are safe to repeat may be, where any could.
        RetryNarrowed = "retry-narrowed" => breaking(
            &[Retrying],
            "Clients that repeat a request with effects now cause them twice.",
            "Refuse the duplicate on the server, as with an idempotency key, before this is released.",
        ),
        /// Any request may be repeated, where only those that are safe to repeat could.
        RetryWidened = "retry-widened" => additive(
            &[Retrying],
            "Clients that repeat only what is safe lose nothing.",
            "Tell clients that they may repeat more.",
        ),
        /// What said when to try again, a header or a detail, no longer does.
        WaitSourceRemoved = "wait-source-removed" => breaking(
            &[Retrying],
            "Clients look for a wait where there is none, and come back too early or never.",
            "Keep sending it.",
        ),
        /// Another header or detail says when to try again.
        WaitSourceChanged = "wait-source-changed" => breaking(
            &[Retrying],
            "Clients look for a wait where there is none, and come back too early or never.",
            "Send both for a release.",
        ),
        /// A header or a detail says when to try again.
        WaitSourceAdded = "wait-source-added" => additive(
            &[Retrying],
            "Clients that do not read it wait as they did.",
            "Tell clients to read it: it wins over the backoff.",
        ),
        /// Clients are asked to wait longer between tries.
        BackoffLengthened = "backoff-lengthened" => breaking(
            &[Retrying],
            "Clients that wait as they were told come back too early.",
            "Serve the old pace until clients have the new one, or send the wait in a header.",
        ),
        /// The wait between tries is shorter, newly said, or no longer said.
        BackoffChanged = "backoff-changed" => additive(
            &[Retrying],
            "Clients that wait as they were told wait at least as long as they must.",
            "Tell clients that they may come back sooner.",
        ),
        /// Clients are asked to try less often.
        AttemptsLowered = "attempts-lowered" => breaking(
            &[Retrying],
            "Clients that repeat as often as they were told repeat what is not welcome.",
            "Accept the old number until clients have the new one.",
        ),
        /// Clients may try more often.
        AttemptsRaised = "attempts-raised" => additive(
            &[Retrying],
            "Clients that stop earlier stop as they did.",
            "Tell clients that they may try again.",
        ),
        /// An error that may be retried says how, and did not before.
        PolicyAdded = "policy-added" => additive(
            &[Retrying],
            "There was no promise that this could break.",
            "Tell clients that they need not guess.",
        ),
        /// A retry policy goes by another name, or one is defined or dropped.
        PolicyRenamed = "policy-renamed" => additive(
            &[Docs, Service],
            "Its name stands in the reference, the export and generated code; what clients do follows from what it says.",
            "Adapt the code that asks for it by name.",
        ),

        /// What the request cost is kept more often than before.
        RefundNarrowed = "refund-narrowed" => breaking(
            &[Billing],
            "Clients that count on their money pay for failures that they were told are free.",
            "Announce it as a change of price, to those who pay.",
        ),
        /// What the request cost is kept less often than before.
        RefundWidened = "refund-widened" => additive(
            &[Billing],
            "Nobody pays more than before.",
            "Tell those who pay.",
        ),
        /// The condition of a refund reads differently.
        RefundConditionChanged = "refund-condition-changed" => breaking(
            &[Billing],
            "Nothing can tell from its words that it is not narrower than before.",
            "Have somebody read both; where only the words differ, release it as a change of text.",
        ),
        /// The catalog says what happens to the charge, and did not before.
        RefundStated = "refund-stated" => additive(
            &[Billing],
            "There was no promise that this could break.",
            "Check that it is what the service does already.",
        ),
        /// The catalog no longer says what happens to the charge.
        RefundUnstated = "refund-unstated" => breaking(
            &[Billing],
            "A promise is gone on which clients may have built.",
            "Keep saying it, or announce what happens instead.",
        ),

        /// A detail, or a member of one, is new.
        DetailAdded = "detail-added" => additive(
            &[Reading, Service],
            "Clients ignore members that they do not know.",
            "Describe it in `doc`.",
        ),
        /// A detail, or a member of one, is gone.
        DetailRemoved = "detail-removed" => breaking(
            &[Reading, Service],
            "Clients that read it find nothing.",
            "Keep sending it, or make it optional a release earlier.",
        ),
        /// A detail has another type, with values that the old one had not.
        DetailRetyped = "detail-retyped" => breaking(
            &[Reading, Service],
            "Clients that parse the old type fail on the whole body.",
            "Add a detail with the new type and a name of its own beside the old one.",
        ),
        /// A detail has a type whose values are all values of the old one.
        DetailNarrowed = "detail-narrowed" => additive(
            &[Reading, Service],
            "Whatever comes, clients could have received it before.",
            "Tell clients that they may count on the narrower type.",
        ),
        /// A detail that was always there may be absent.
        DetailMadeOptional = "detail-made-optional" => breaking(
            &[Reading, Service],
            "Clients that count on it fail where it is absent.",
            "Keep sending it, with a value that says that there is none.",
        ),
        /// A detail that could be absent is always there.
        DetailMadeRequired = "detail-made-required" => additive(
            &[Reading, Service],
            "Clients that cope with its absence cope with its presence.",
            "Tell clients that they may count on it.",
        ),
        /// A detail that no client receives, but for its place in a message, is new, gone, or of another type.
        ParameterChanged = "parameter-changed" => additive(
            &[Service],
            "The constructor takes other arguments; clients see only the message.",
            "Adapt the places where the service raises it: the compiler names them.",
        ),
        /// Whether a value is kept out of logs and examples.
        SensitivityChanged = "sensitivity-changed" => additive(
            &[Service, Docs],
            "Responses are the same; what the service logs is not.",
            "Check what the logs hold.",
        ),
        /// A closed list of values has one more.
        EnumValueAdded = "enum-value-added" => breaking(
            &[Reading],
            "The schema closes the list: clients generated from it fail on the whole body, and so lose the code in it too.",
            "Type the detail as `string` a release earlier, or add an error for the new case.",
        ),
        /// A closed list of values has one less.
        EnumValueRemoved = "enum-value-removed" => breaking(
            &[Reading],
            "Clients that branch on the value wait for what no longer comes, as with a code.",
            "Keep the value, and say in `doc` that it is no longer sent.",
        ),
        /// A named type is defined, or no longer is.
        TypeListChanged = "type-list-changed" => additive(
            &[Service],
            "Generated code and schemas have a type more or less; what responses hold is compared on its own.",
            "Adapt the code that names it.",
        ),
        /// A fact of the request is asked for, or no longer is.
        FactListChanged = "fact-list-changed" => additive(
            &[Service],
            "The service supplies one fact more or less; responses show it only where an envelope names it.",
            "Adapt the places that make a `Context`.",
        ),

        /// A header is new.
        HeaderAdded = "header-added" => additive(
            &[Reading],
            "Clients ignore headers that they do not know.",
            "Describe it where clients look.",
        ),
        /// A header is gone.
        HeaderRemoved = "header-removed" => breaking(
            &[Reading],
            "Clients that read it find nothing.",
            "Keep sending it.",
        ),
        /// A header holds something else.
        HeaderChanged = "header-changed" => breaking(
            &[Reading],
            "Clients take the one value for the other.",
            "Send the new value under a name of its own.",
        ),
        /// A header that is the same in each response has another value.
        HeaderValueChanged = "header-value-changed" => additive(
            &[Reading],
            "It means what it meant: clients take the value from the response, not from the catalog.",
            "Check that no client compares it with the old value.",
        ),
        /// A header that was always there may be absent.
        HeaderMadeOptional = "header-made-optional" => breaking(
            &[Reading],
            "Clients that count on it fail where it is absent.",
            "Keep sending it.",
        ),
        /// A header that could be absent is always there.
        HeaderMadeRequired = "header-made-required" => additive(
            &[Reading],
            "Clients that cope with its absence cope with its presence.",
            "Tell clients that they may count on it.",
        ),
        /// A header's name is written in other letters.
        HeaderRespelled = "header-respelled" => text(
            &[Docs],
            "Names of headers are compared without case.",
            "Nothing has to be done.",
        ),
        /// The envelope has one more member.
        BodyMemberAdded = "body-member-added" => additive(
            &[Reading],
            "Clients ignore members that they do not know.",
            "Describe it where clients look.",
        ),
        /// The envelope has one member less.
        BodyMemberRemoved = "body-member-removed" => breaking(
            &[Reading],
            "Clients that read it find nothing, whatever the error.",
            "Keep sending it beside what replaces it.",
        ),
        /// A member of the envelope holds something else.
        BodyMemberChanged = "body-member-changed" => breaking(
            &[Reading],
            "Clients take the one value for the other, or fail to parse it, whatever the error.",
            "Send the new value under a member of its own.",
        ),
        /// A member of the envelope that was always there may be absent.
        BodyMemberMadeOptional = "body-member-made-optional" => breaking(
            &[Reading],
            "Clients that count on it fail on the first error without it.",
            "Give every error the value.",
        ),
        /// A member of the envelope that could be absent is always there.
        BodyMemberMadeRequired = "body-member-made-required" => additive(
            &[Reading],
            "Clients that cope with its absence cope with its presence.",
            "Tell clients that they may count on it.",
        ),
        /// A response that had a body has none that the catalog knows of.
        BodyRemoved = "body-removed" => breaking(
            &[Branching, Reading],
            "Clients that parse the body find nothing that they know.",
            "Keep the error in its envelope.",
        ),
        /// A response has a body, and the catalog knew of none before.
        BodyAdded = "body-added" => additive(
            &[Reading],
            "There was no promise that this could break.",
            "Check that it is what the service sends already.",
        ),
        /// A body has another media type.
        ContentTypeChanged = "content-type-changed" => breaking(
            &[Reading],
            "Clients choose the parser by it.",
            "Keep it, or send the new one only to clients that accept it.",
        ),
        /// An error has an envelope of another name and the same shape, or an envelope is defined or dropped.
        EnvelopeRenamed = "envelope-renamed" => additive(
            &[Service],
            "Generated types and schemas have other names; what clients receive is compared on its own.",
            "Adapt the code that names them.",
        ),

        /// A question that clients could ask of a code is gone.
        PredicateRemoved = "predicate-removed" => breaking(
            &[Branching, Service],
            "Code that asks it no longer compiles.",
            "Keep it for as long as somebody may ask.",
        ),
        /// The answer to a question that clients ask of a code is another one.
        PredicateChanged = "predicate-changed" => breaking(
            &[Branching],
            "Clients that ask it go another way for an error that they knew.",
            "Add a question with a name of its own.",
        ),
        /// Clients can ask a new question of a code.
        PredicateAdded = "predicate-added" => additive(
            &[Branching],
            "Nobody asks it yet.",
            "Tell clients that they can.",
        ),
        /// A new error is among those of which a question holds.
        PredicateExtended = "predicate-extended" => additive(
            &[Branching],
            "For the errors that clients know, the answer is the same.",
            "Check that what clients do upon a yes is right for it.",
        ),

        /// A title reads differently.
        TitleChanged = "title-changed" => text(
            &[Docs],
            "A title is for people.",
            "Nothing has to be done.",
        ),
        /// A text of the reference reads differently.
        ProseChanged = "prose-changed" => text(
            &[Docs],
            "It is for people.",
            "Nothing has to be done.",
        ),
        /// An example or a snippet shows something else.
        ExampleChanged = "example-changed" => text(
            &[Docs],
            "It shows what can come, and promises nothing.",
            "Nothing has to be done.",
        ),
        /// An error is documented at another address.
        DocUrlChanged = "doc-url-changed" => text(
            &[Docs],
            "It is a link for people.",
            "Redirect the old address.",
        ),
        /// The version that an error, a deprecation or a retirement is said to be of.
        SinceChanged = "since-changed" => text(
            &[Docs],
            "It is history.",
            "Nothing has to be done.",
        ),
        /// What the catalog says of the API as a whole.
        ApiChanged = "api-changed" => text(
            &[Docs],
            "It is for people.",
            "Nothing has to be done.",
        ),
        /// A section of the reference is new, gone, or reads differently.
        SectionChanged = "section-changed" => text(
            &[Docs],
            "Sections are for people; where an error changes its own, that is compared on its own.",
            "Check the links to it.",
        ),
        /// An id is retired that the old catalog did not have.
        TombstoneAdded = "tombstone-added" => text(
            &[Docs],
            "It speaks of an earlier time.",
            "Nothing has to be done.",
        ),
        /// A retired id is forgotten.
        TombstoneRemoved = "tombstone-removed" => text(
            &[Docs],
            "Nothing that is sent changes, but its page goes, and nothing keeps the id from coming back as something else.",
            "Keep it under `retired` for good.",
        ),
        /// What is said of a retired id.
        TombstoneChanged = "tombstone-changed" => text(
            &[Docs],
            "It is for those who still meet the old id.",
            "Nothing has to be done.",
        ),
        /// Rust keeps the name of a retired error as an alias, or no longer does.
        AliasChanged = "alias-changed" => additive(
            &[Service],
            "Code that names the retired error compiles with a warning, or no longer; clients see nothing of it.",
            "Have the code name what replaced it.",
        ),
        /// Another team answers for a file of the catalog, or for other errors.
        OwnerChanged = "owner-changed" => text(
            &[Service],
            "No output for clients says who answers for an error.",
            "Tell both teams.",
        ),
        /// The same things stand in another order.
        OrderChanged = "order-changed" => additive(
            &[Docs, Service],
            "Outputs have the catalog's order: the reference, members of a body, the arguments of a constructor, how codes sort.",
            "Check the places where the service raises it: two arguments of one type may have changed places.",
        ),
        /// What `errbook generate` writes, or where.
        OutputChanged = "output-changed" => additive(
            &[Service],
            "Builds that read the files look elsewhere.",
            "Adapt what reads them.",
        ),
    }
}

/// What the table says of a rule.
struct Facts {
    rating: Rating,
    audiences: &'static [Audience],
    why: &'static str,
    remedy: &'static str,
}

const fn breaking(audiences: &'static [Audience], why: &'static str, remedy: &'static str) -> Facts {
    Facts { rating: Rating::Breaking, audiences, why, remedy }
}

const fn additive(audiences: &'static [Audience], why: &'static str, remedy: &'static str) -> Facts {
    Facts { rating: Rating::Additive, audiences, why, remedy }
}

const fn text(audiences: &'static [Audience], why: &'static str, remedy: &'static str) -> Facts {
    Facts { rating: Rating::Text, audiences, why, remedy }
}

impl Rule {
    /// How much the change asks of clients.
    pub const fn rating(self) -> Rating {
        self.facts().rating
    }

    /// Whom the change reaches.
    pub const fn audiences(self) -> &'static [Audience] {
        self.facts().audiences
    }

    /// Why it has its rating, in a sentence.
    pub const fn why(self) -> &'static str {
        self.facts().why
    }

    /// What to do about it, in a sentence.
    pub const fn remedy(self) -> &'static str {
        self.facts().remedy
    }
}

/// The reference of all changes, in markdown: what each is, whom it reaches, why, and what to do instead.
///
/// ```
/// let page = errbook_history::diff::rules_page();
/// assert!(page.contains("### `error-removed`"));
/// ```
pub fn rules_page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for rating in Rating::ALL.into_iter().rev() {
        let rules = || Rule::ALL.iter().filter(|rule| rule.rating() == rating);
        let _ =
            write!(page, "\n## {}\n\n{}\n\n| change | what it is |\n|---|---|\n", rating.heading(), rating.summary());
        for rule in rules() {
            let _ = writeln!(page, "| [`{rule}`](#{rule}) | {} |", rule.summary());
        }
        for rule in rules() {
            let audiences: Vec<&str> = rule.audiences().iter().map(|audience| audience.words()).collect();
            let (summary, why, remedy) = (rule.summary(), rule.why(), rule.remedy());
            let audiences = audiences.join("; ");
            let _ = write!(page, "\n### `{rule}`\n\n{summary} {why} {remedy}\n\nIt reaches {audiences}.\n");
        }
    }
    page
}

const INTRODUCTION: &str = "\
<!-- Generated from the table in catalog/src/diff/rule.rs: change it there. -->
# What can change between two releases

An error code is public API. `errbook diff OLD NEW` lists what changed between two releases of a catalog, and rates each change
by what it asks of the clients that were written for the old one. The worst of them says what the next version must be.

An error that was internal in the old catalog was never promised to anybody: what changes about it is additive at most, and so is a
change of an envelope, type or policy that no public error has.

How other tools rate the same changes, and why errbook differs where it does, is [on a page of its own](diff-compared.md).
";
