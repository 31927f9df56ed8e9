//! The changes between two releases of a catalog: the name, rating, audiences, reason and remedy of
//! each. The crate `errbook-history` finds them. The table is here because `diff` in the catalog
//! names its rules.
//!
//! ```
//! use errbook_catalog::problem::diff::{Rating, Rule};
//!
//! let rule = Rule::from_name("error-renamed").expect("a rule");
//! assert_eq!(rule.rating(), Rating::Additive);
//! assert_eq!(rule.rust(), Some(Rating::Breaking));
//! ```

use std::fmt::Write as _;

use self::Audience::{Billing, Branching, Docs, Reading, Retrying, Rust, Sdk, Service};
use crate::words;
use crate::words::wrapped;

words! {
    /// The effect of a change on an audience, the least first.
    ///
    /// ```
    /// use errbook_catalog::problem::diff::Rating;
    /// assert_eq!(Rating::ALL.map(Rating::name), ["internal", "text", "additive", "breaking"]);
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Rating {
        /// Clients see no difference.
        Internal = "internal",
        /// Only wording changed.
        Text = "text",
        /// Backward compatible.
        Additive = "additive",
        /// Clients that follow the documentation will break.
        Breaking = "breaking",
    }
}

impl Rating {
    /// The heading for changes of this rating.
    pub const fn heading(self) -> &'static str {
        match self {
            Rating::Internal => "Internal",
            Rating::Text => "Text",
            Rating::Additive => "Additive",
            Rating::Breaking => "Breaking",
        }
    }
}

words! {
    /// Whom a change affects.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Audience {
        /// Clients that branch on the code.
        Branching = "branching",
        /// Clients that retry requests.
        Retrying = "retrying",
        /// Clients that read details, members of the body or headers.
        Reading = "reading",
        /// Customers who are billed for requests.
        Billing = "billing",
        /// Clients that are generated from the OpenAPI document, and callers of the clients that
        /// errbook writes in TypeScript and Python. They use the names of the catalog.
        Sdk = "sdk",
        /// Rust code that uses the generated variants, constructors, fields and aliases.
        Rust = "rust",
        /// Readers of the reference.
        Docs = "docs",
        /// The service itself, and those who build it.
        Service = "service",
    }
}

impl Audience {
    /// The audience in words.
    ///
    /// ```
    /// use errbook_catalog::problem::diff::Audience;
    /// assert_eq!(Audience::Retrying.words(), "clients that retry");
    /// ```
    pub const fn words(self) -> &'static str {
        match self {
            Audience::Branching => "clients that branch on the code",
            Audience::Retrying => "clients that retry",
            Audience::Reading => "clients that read responses",
            Audience::Billing => "billed customers",
            Audience::Sdk => "generated clients",
            Audience::Rust => "Rust callers",
            Audience::Docs => "readers of the reference",
            Audience::Service => "the service",
        }
    }
}

words! {
    /// The kind of a change.
    ///
    /// ```
    /// use errbook_catalog::problem::diff::Rule;
    /// assert_eq!(Rule::from_name("status-changed"), Some(Rule::StatusChanged));
    /// assert_eq!(Rule::from_name("statuses"), None);
    /// ```
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Rule: Facts {
        /// An error is removed, and `retired` does not list it.
        ErrorRemoved = "error-removed" => breaking(
            &[Branching, Sdk, Rust, Docs],
            "Clients still check for a code that is never sent, and do not recognize its replacement.",
            "Keep it, and mark it as `deprecated`, which is additive. If it has a new id, list the old one under `retired` with the new one in `use`.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// An error is removed, and `retired` lists it.
        ErrorRetired = "error-retired" => breaking(
            &[Branching, Sdk, Rust, Docs],
            "Clients still check for a code that is never sent. Its page names the replacement.",
            "Keep it, and mark it as `deprecated`, which is additive. The removal is breaking in any release.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// An error has a new id. The code and statuses are the same, or `retired` names the new
        /// id.
        ErrorRenamed = "error-renamed" => additive(
            &[Sdk, Rust, Docs],
            "Responses have the same code, and clients that branch on it see no difference. The Rust variant, the name of the schema and the page change.",
            "Write `rust: alias` in its `retired` entry: Rust callers compile, except for patterns. Generated clients need the new name.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// An error has a retired id or code.
        RetiredIdReturned = "retired-id-returned" => breaking(
            &[Branching, Sdk],
            "Old clients still handle it by its meaning before it was retired.",
            "Choose an id and a code that were never used.",
        )
        .sdk(Rating::Breaking),
        /// An error is added.
        ErrorAdded = "error-added" => additive(
            &[Branching, Sdk, Rust, Docs],
            "Clients that do not know the code fall back to the status.",
            "Give it a `fix`, so that clients know what to do about it.",
        )
        .sdk(Rating::Additive)
        .rust(Rating::Additive),
        /// The wire code of an error changes.
        CodeChanged = "code-changed" => breaking(
            &[Branching, Sdk],
            "Clients that branch on the old code no longer recognize the error.",
            "Keep `code`. `errbook rename --keep-code` changes the id alone.",
        )
        .sdk(Rating::Breaking),
        /// An error loses its wire code.
        CodeRemoved = "code-removed" => breaking(
            &[Branching, Sdk],
            "Clients that branch on the code no longer recognize the error.",
            "Keep sending the code.",
        )
        .sdk(Rating::Breaking),
        /// An error without a wire code gets one.
        CodeAdded = "code-added" => additive(
            &[Branching],
            "Clients can still recognize the error as before.",
            "Tell clients that they can branch on the code now.",
        ),
        /// The status of an error changes.
        StatusChanged = "status-changed" => breaking(
            &[Branching, Retrying, Sdk, Rust],
            "Clients, proxies and retry loops that branch on the status treat it as a different error.",
            "Keep the status. An additional status is additive.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// An error loses one of its statuses.
        StatusRemoved = "status-removed" => breaking(
            &[Branching, Sdk, Rust],
            "Clients that recognize the error by that status no longer find it.",
            "Keep sending it with that status.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// An error gets an additional status.
        StatusAdded = "status-added" => additive(
            &[Branching, Sdk, Rust],
            "The known statuses are still sent as before. Clients handle the new one like a new error, and in TypeScript, `status` has a wider type.",
            "Say in the description when each status is sent.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// The wording of a message changes.
        MessageChanged = "message-changed" => text(
            &[Docs],
            "A message is for people. Clients recognize the error by its code or status.",
            "Tell clients not to match on the text.",
        ),
        /// The message changes, and a detail is only in the message.
        MessageWithDetailsChanged = "message-with-details-changed" => breaking(
            &[Reading],
            "Generated clients read the detail by the template of the message. They no longer find it.",
            "Keep the message, or send the detail in the body or a header in an earlier release.",
        ),
        /// The message of an error without code and status changes.
        MessageIdentityChanged = "message-identity-changed" => breaking(
            &[Branching],
            "Clients can recognize this error only by its message.",
            "Give the error a `code` first, and change the message in a later release.",
        ),
        /// A public error becomes internal.
        ErrorHidden = "error-hidden" => breaking(
            &[Branching, Sdk, Docs],
            "The reference, the schemas and the export no longer contain it, and clients receive its mask instead.",
            "Tell clients which error they receive from now on.",
        )
        .sdk(Rating::Breaking),
        /// An internal error becomes public.
        ErrorPublished = "error-published" => additive(
            &[Branching, Sdk, Docs],
            "Clients can now handle an error that was undocumented.",
            "Announce it as a new error.",
        )
        .sdk(Rating::Additive),
        /// An internal error gets a different mask.
        MaskChanged = "mask-changed" => additive(
            &[Branching, Service],
            "Clients know both errors, and were never told when the internal error occurs.",
            "Tell clients if they rely on the difference.",
        ),
        /// A machine-readable value in the response changes or is removed: the group, the retry
        /// advice, the refund, or the URL that is a problem's `type`.
        SentValueChanged = "sent-value-changed" => breaking(
            &[Branching, Reading],
            "Programs compare this value; it is not display text.",
            "Keep the value, or send the new one in a new member.",
        ),
        /// A text that the response sends changes: the title, or the documentation URL.
        SentTextChanged = "sent-text-changed" => additive(
            &[Reading, Docs],
            "The text is for people, but it is a constant in the error's schema. Clients that validate responses need the new schema.",
            "Publish the schema with the release.",
        ),
        /// An error moves to a different group, and its response does not send the group.
        GroupChanged = "group-changed" => additive(
            &[Rust, Docs],
            "It moves in the reference, and generated code returns the new group.",
            "Check the links to its section.",
        )
        .rust(Rating::Additive),
        /// The Rust variant gains or loses an underlying error.
        SourceChanged = "source-changed" => internal(
            &[Rust],
            "The constructor gains or loses an argument. Clients see no difference.",
            "Fix the call sites that the compiler reports.",
        )
        .rust(Rating::Breaking),
        /// The Rust details of an error move behind pointers, or back.
        BoxedChanged = "boxed-changed" => internal(
            &[Rust],
            "The fields of the variant have other types. Constructors stay. Clients see no difference.",
            "Fix the patterns that the compiler reports.",
        )
        .rust(Rating::Breaking),
        /// An error is deprecated.
        ErrorDeprecated = "error-deprecated" => additive(
            &[Branching, Rust, Docs],
            "The error is still sent as before. Clients have time to migrate.",
            "Name its replacement in `use`.",
        )
        .rust(Rating::Additive),
        /// The deprecation of an error is withdrawn.
        DeprecationWithdrawn = "deprecation-withdrawn" => additive(
            &[Branching, Docs],
            "Clients that have already migrated are not affected.",
            "Tell the clients that have migrated.",
        ),
        /// A deprecated error names a different replacement.
        ReplacementChanged = "replacement-changed" => additive(
            &[Branching, Docs],
            "Clients that prepared for the old replacement receive a different error.",
            "Say which releases send which error.",
        ),

        /// A retryable error becomes non-retryable.
        RetryWithdrawn = "retry-withdrawn" => breaking(
            &[Retrying],
            "Clients keep repeating a request that fails each time.",
            "Give the permanent failure a code of its own, and keep this one retryable.",
        ),
        /// An error becomes retryable.
        RetryAllowed = "retry-allowed" => additive(
            &[Retrying],
            "Clients that do not retry are not affected.",
            "Add a `retry` policy that tells clients how to retry.",
        ),
        /// The catalog no longer says that an error is retryable.
        RetryUnstated = "retry-unstated" => breaking(
            &[Retrying],
            "Clients may rely on the promise that is removed.",
            "Keep the promise, or write `retryable: false` if the same request fails again.",
        ),
        /// The catalog no longer says that an error is not retryable.
        NoRetryUnstated = "no-retry-unstated" => additive(
            &[Retrying],
            "Clients that do not retry are not affected.",
            "Write `retryable: false` if the same request fails again.",
        ),
        /// The catalog now says whether an error is retryable.
        RetryStated = "retry-stated" => additive(
            &[Retrying],
            "There was no promise that this could break.",
            "Check that the service already behaves this way.",
        ),
        /// Only idempotent requests may be retried. Before, every request could be.
        RetryNarrowed = "retry-narrowed" => breaking(
            &[Retrying],
            "Clients that retry other requests now repeat their effects.",
            "Reject duplicates on the server, for example with an idempotency key, before you release this.",
        ),
        /// Every request may be retried. Before, only idempotent requests could be.
        RetryWidened = "retry-widened" => additive(
            &[Retrying],
            "Clients that retry only idempotent requests are not affected.",
            "Tell clients that they may retry more requests.",
        ),
        /// The header or detail that says how long to wait is removed.
        WaitSourceRemoved = "wait-source-removed" => breaking(
            &[Retrying],
            "Clients find no wait time, and retry too early or never.",
            "Keep sending it.",
        ),
        /// A different header or detail says how long to wait.
        WaitSourceChanged = "wait-source-changed" => breaking(
            &[Retrying],
            "Clients find no wait time where they look, and retry too early or never.",
            "Keep it in `after`. You can send another header or detail besides.",
        ),
        /// A header or detail now says how long to wait.
        WaitSourceAdded = "wait-source-added" => additive(
            &[Retrying],
            "Clients that do not read it wait as before.",
            "Tell clients to read it. It overrides the backoff.",
        ),
        /// Clients must wait longer between attempts.
        BackoffLengthened = "backoff-lengthened" => breaking(
            &[Retrying],
            "Clients that follow the old policy retry too early.",
            "Keep the policy, and send longer waits in a header, with `after`.",
        ),
        /// The wait between attempts is shorter, added or removed.
        BackoffChanged = "backoff-changed" => additive(
            &[Retrying],
            "Clients that follow the old policy wait at least as long as they must.",
            "Tell clients that they may retry sooner.",
        ),
        /// Clients may make fewer attempts.
        AttemptsLowered = "attempts-lowered" => breaking(
            &[Retrying],
            "Clients that follow the old policy make more attempts than allowed.",
            "Keep the number. The service can answer the attempts that are too many with an error that is not retryable.",
        ),
        /// Clients may make more attempts.
        AttemptsRaised = "attempts-raised" => additive(
            &[Retrying],
            "Clients that stop earlier are not affected.",
            "Tell clients that they may make more attempts.",
        ),
        /// A retryable error without a retry policy gets one.
        PolicyAdded = "policy-added" => additive(
            &[Retrying],
            "The old catalog did not promise a policy.",
            "Tell clients to follow the policy.",
        ),
        /// A retry policy is renamed, added or removed.
        PolicyRenamed = "policy-renamed" => additive(
            &[Docs],
            "The name appears in the reference and the export. Clients depend on the content of the policy, not on its name.",
            "Nothing to do.",
        ),

        /// The charge is kept in more cases.
        RefundNarrowed = "refund-narrowed" => breaking(
            &[Billing],
            "Clients pay for failures that were documented as free.",
            "Announce it to billed customers as a price change.",
        ),
        /// The charge is kept in fewer cases.
        RefundWidened = "refund-widened" => additive(
            &[Billing],
            "Nobody pays more than before.",
            "Tell billed customers.",
        ),
        /// The wording of a refund condition changes.
        RefundConditionChanged = "refund-condition-changed" => breaking(
            &[Billing],
            "The new condition may be narrower: errbook compares only the text.",
            "Compare both texts. If only the wording differs, accept the change under `diff.accept`.",
        ),
        /// The catalog now says what happens to the charge.
        RefundStated = "refund-stated" => additive(
            &[Billing],
            "The old catalog did not say what happens to the charge.",
            "Check that the service already behaves this way.",
        ),
        /// The catalog no longer says that the charge is kept.
        ChargeUnstated = "charge-unstated" => additive(
            &[Billing],
            "Clients do not rely on a charge.",
            "Say what happens to the charge.",
        ),
        /// The `fault` of an error changes.
        FaultChanged = "fault-changed" => additive(
            &[Docs],
            "The reference, the schemas and the export change; responses do not.",
            "Check that the catalog names the right party.",
        ),
        /// The catalog no longer says that the charge is refunded, or that there is no charge.
        RefundUnstated = "refund-unstated" => breaking(
            &[Billing],
            "Clients may rely on the promise that is removed.",
            "Keep the promise, or announce what happens instead.",
        ),

        /// A detail, or a member of one, is added.
        DetailAdded = "detail-added" => additive(
            &[Reading, Sdk, Rust],
            "Clients ignore members that they do not know. Only code that makes details itself, as tests do, must give one that is required.",
            "Describe it in `doc`.",
        )
        .sdk(Rating::Additive)
        .rust(Rating::Breaking),
        /// A detail, or a member of one, is removed.
        DetailRemoved = "detail-removed" => breaking(
            &[Reading, Sdk, Rust],
            "Clients that read it find nothing.",
            "Keep sending it. Its `doc` can say what replaces it.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// A detail has a different type, with values that the old type does not allow.
        DetailRetyped = "detail-retyped" => breaking(
            &[Reading, Sdk, Rust],
            "Clients that parse the old type fail on the whole body.",
            "Keep the old detail, and add one with the new type and a new name.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// A detail has a narrower type: all its values are values of the old type.
        DetailNarrowed = "detail-narrowed" => additive(
            &[Reading, Sdk, Rust],
            "Clients already handle every value of the new type. Generated code has another type in this place.",
            "Tell clients that they may rely on the narrower type.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// A required detail becomes optional.
        DetailMadeOptional = "detail-made-optional" => breaking(
            &[Reading, Sdk, Rust],
            "Clients that rely on it fail if it is absent.",
            "Keep sending it, with a value that means that there is none.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// An optional detail becomes required.
        DetailMadeRequired = "detail-made-required" => additive(
            &[Reading, Sdk, Rust],
            "Clients already handle its presence. Only code that makes details itself, as tests do, must give it.",
            "Tell clients that they may rely on it.",
        )
        .sdk(Rating::Additive)
        .rust(Rating::Breaking),
        /// A detail that only the message uses is added or removed, or its type changes.
        ParameterChanged = "parameter-changed" => internal(
            &[Sdk, Rust],
            "The field and the argument of the constructor change. Clients see only the message, but generated TypeScript and Python read the value from it.",
            "Fix the call sites that the compiler reports.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// A value becomes sensitive, or is no longer sensitive.
        SensitivityChanged = "sensitivity-changed" => text(
            &[Rust, Docs, Service],
            "Responses do not change. The logs of the service, the examples and the type of the Rust field do.",
            "Check what the logs contain.",
        )
        .rust(Rating::Breaking),
        /// An enum gets an additional value.
        EnumValueAdded = "enum-value-added" => breaking(
            &[Reading, Sdk, Rust],
            "The schema lists all values. Clients generated from it reject the whole body, including the code.",
            "Add an error for the new case. If your clients ignore unknown values, rate the change under `diff.levels`.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Additive),
        /// An open enum gets an additional value.
        OpenEnumValueAdded = "open-enum-value-added" => additive(
            &[Reading, Rust],
            "Clients already expect values that they do not know.",
            "Say in `doc` what the value means.",
        )
        .rust(Rating::Additive),
        /// Clients must expect other values of an enum.
        EnumOpened = "enum-opened" => breaking(
            &[Reading, Sdk, Rust],
            "Clients generated from the schema reject values that it does not list.",
            "Release it as a breaking change. Each value that you add later is compatible.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// An enum has no other values any more.
        EnumClosed = "enum-closed" => additive(
            &[Reading, Sdk, Rust],
            "Clients receive only values that they know.",
            "Make the change only if you will not add a value again: that breaks clients.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// The unions of errors in OpenAPI accept only known errors.
        ErrorsClosed = "errors-closed" => breaking(
            &[Sdk],
            "Clients generated from the schema reject a code that a later version adds. Before, they accepted it.",
            "Keep `open: true`.",
        )
        .sdk(Rating::Breaking),
        /// The unions of errors in OpenAPI accept unknown errors.
        ErrorsOpened = "errors-opened" => additive(
            &[Sdk],
            "Clients that are generated again read an error that they do not know as its envelope.",
            "Generate the clients again before you add an error.",
        )
        .sdk(Rating::Additive),
        /// An enum loses a value.
        EnumValueRemoved = "enum-value-removed" => breaking(
            &[Reading, Sdk, Rust],
            "Clients still check for a value that is never sent.",
            "Keep the value, and say in `doc` that the service no longer sends it.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// A named type is added or removed.
        TypeListChanged = "type-list-changed" => additive(
            &[Sdk, Rust],
            "Generated code and schemas gain or lose a type. The content of responses is compared separately.",
            "Fix the code that uses the name.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// A value has a type of another name, with the same values.
        TypeRenamed = "type-renamed" => additive(
            &[Sdk, Rust],
            "Responses are the same. Generated code and schemas have another type in this place.",
            "Keep the type.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// A context field is added or removed.
        FactListChanged = "fact-list-changed" => internal(
            &[Sdk, Rust],
            "The service must supply the new value, or can stop supplying the old one. Responses contain it only if an envelope names it.",
            "Fix the code that builds a `Context`.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),

        /// A header is added.
        HeaderAdded = "header-added" => additive(
            &[Reading],
            "Clients ignore headers that they do not know.",
            "Document it for clients.",
        ),
        /// A header is removed.
        HeaderRemoved = "header-removed" => breaking(
            &[Reading],
            "Clients that read it find nothing.",
            "Keep sending it.",
        ),
        /// The content of a header changes.
        HeaderChanged = "header-changed" => breaking(
            &[Reading],
            "Clients mistake the new value for the old one.",
            "Send the new value in a header with a new name.",
        ),
        /// The constant value of a header changes.
        HeaderValueChanged = "header-value-changed" => additive(
            &[Reading],
            "The meaning is the same: clients read the value from the response, not from the catalog.",
            "Check that no client compares it with the old value.",
        ),
        /// A required header becomes optional.
        HeaderMadeOptional = "header-made-optional" => breaking(
            &[Reading],
            "Clients that rely on it fail if it is absent.",
            "Keep sending it.",
        ),
        /// An optional header becomes required.
        HeaderMadeRequired = "header-made-required" => additive(
            &[Reading],
            "Clients already handle its presence.",
            "Tell clients that they may rely on it.",
        ),
        /// The case of a header's name changes.
        HeaderRespelled = "header-respelled" => text(
            &[Docs],
            "Header names are case-insensitive.",
            "Nothing to do.",
        ),
        /// The envelope gets an additional member.
        BodyMemberAdded = "body-member-added" => additive(
            &[Reading],
            "Clients ignore members that they do not know.",
            "Document it for clients.",
        ),
        /// The envelope loses a member.
        BodyMemberRemoved = "body-member-removed" => breaking(
            &[Reading],
            "Clients that read it find nothing, for any error.",
            "Keep sending it, along with its replacement.",
        ),
        /// The content of a member of the envelope changes.
        BodyMemberChanged = "body-member-changed" => breaking(
            &[Reading],
            "Clients mistake the new value for the old one, or fail to parse it, for any error.",
            "Send the new value in a new member.",
        ),
        /// A required member of the envelope becomes optional.
        BodyMemberMadeOptional = "body-member-made-optional" => breaking(
            &[Reading],
            "Clients that rely on it fail on the first error without it.",
            "Give every error the value.",
        ),
        /// An optional member of the envelope becomes required.
        BodyMemberMadeRequired = "body-member-made-required" => additive(
            &[Reading],
            "Clients already handle its presence.",
            "Tell clients that they may rely on it.",
        ),
        /// A response loses its documented body.
        BodyRemoved = "body-removed" => breaking(
            &[Branching, Reading],
            "Clients that parse the body find nothing that they know.",
            "Keep the error in its envelope.",
        ),
        /// A response without a documented body gets one.
        BodyAdded = "body-added" => additive(
            &[Reading],
            "The old catalog did not promise a body.",
            "Check that the service already sends it.",
        ),
        /// The media type of a body changes.
        ContentTypeChanged = "content-type-changed" => breaking(
            &[Reading],
            "Clients choose the parser by the media type.",
            "Keep it, or send the new one only to clients that accept it.",
        ),
        /// An error has a different envelope, or an envelope is added or removed.
        EnvelopeRenamed = "envelope-renamed" => additive(
            &[Sdk],
            "The names of schemas change. The content of responses is compared separately.",
            "Fix the code that uses the names.",
        )
        .sdk(Rating::Breaking),

        /// A predicate is removed.
        PredicateRemoved = "predicate-removed" => breaking(
            &[Branching, Sdk, Rust],
            "Code that calls it no longer compiles.",
            "Keep it while clients may call it.",
        )
        .sdk(Rating::Breaking)
        .rust(Rating::Breaking),
        /// The answer of a predicate changes for an existing error.
        PredicateChanged = "predicate-changed" => breaking(
            &[Branching, Sdk],
            "Clients that call it behave differently for an error that they know. In TypeScript, the guard narrows to another type, and in Python, the error has other base classes.",
            "Add a predicate with a new name.",
        )
        .sdk(Rating::Breaking),
        /// A predicate is added.
        PredicateAdded = "predicate-added" => additive(
            &[Branching, Sdk, Rust],
            "Nobody calls it yet.",
            "Tell clients about it.",
        )
        .sdk(Rating::Additive)
        .rust(Rating::Additive),
        /// A predicate is true for a new error.
        PredicateExtended = "predicate-extended" => additive(
            &[Branching, Sdk],
            "The answer is the same for the errors that clients know. In TypeScript, the guard narrows to a wider type.",
            "Check that clients do the right thing for the new error.",
        )
        .sdk(Rating::Breaking),

        /// A different error is sent for requests that the framework rejects, or none of the
        /// catalog.
        RejectionChanged = "rejection-changed" => breaking(
            &[Branching],
            "Clients that branch on the code treat the rejection as a different error.",
            "Keep the error under `rejections`.",
        ),
        /// The catalog now says which error is sent for requests that the framework rejects.
        RejectionStated = "rejection-stated" => additive(
            &[Branching],
            "The old catalog did not say what these responses are.",
            "Check that the service already sends the error.",
        ),

        /// The wording of a title changes.
        TitleChanged = "title-changed" => text(
            &[Docs],
            "A title is for people.",
            "Nothing to do.",
        ),
        /// The wording of a text in the reference changes.
        ProseChanged = "prose-changed" => text(
            &[Docs],
            "The text is for people.",
            "Nothing to do.",
        ),
        /// An example or a snippet changes.
        ExampleChanged = "example-changed" => text(
            &[Docs],
            "An example is not a promise.",
            "Nothing to do.",
        ),
        /// The documentation URL of an error changes.
        DocUrlChanged = "doc-url-changed" => text(
            &[Docs],
            "The link is for people.",
            "Redirect the old address.",
        ),
        /// The `since` of an error, a deprecation or a retirement changes.
        SinceChanged = "since-changed" => text(
            &[Docs],
            "It only describes the past.",
            "Nothing to do.",
        ),
        /// The description of the API as a whole changes.
        ApiChanged = "api-changed" => text(
            &[Docs],
            "The description is for people.",
            "Nothing to do.",
        ),
        /// A section of the reference is added, removed or reworded.
        SectionChanged = "section-changed" => text(
            &[Docs],
            "Sections are for people. An error that moves to a different section is reported separately.",
            "Check the links to it.",
        ),
        /// An id is added to `retired` that the old catalog does not have.
        TombstoneAdded = "tombstone-added" => text(
            &[Docs],
            "It only describes the past.",
            "Nothing to do.",
        ),
        /// A retired id is removed from `retired`.
        TombstoneRemoved = "tombstone-removed" => text(
            &[Docs],
            "Responses are the same, but the page is removed, and the id can be reused for a different error.",
            "Keep it under `retired` forever.",
        ),
        /// The entry of a retired id changes.
        TombstoneChanged = "tombstone-changed" => text(
            &[Docs],
            "It is for people who still find the old id.",
            "Nothing to do.",
        ),
        /// The Rust alias of a retired error is added or removed.
        AliasChanged = "alias-changed" => internal(
            &[Rust],
            "Code that uses the old name compiles with a warning, or no longer compiles. Clients see no difference.",
            "Use the name of the replacement.",
        )
        .rust(Rating::Breaking),
        /// The owner of a file of the catalog changes.
        OwnerChanged = "owner-changed" => internal(
            &[Service],
            "No output for clients names the owner of an error.",
            "Tell both teams.",
        ),
        /// The order of entries changes.
        OrderChanged = "order-changed" => internal(
            &[Rust, Docs, Service],
            "The reference, body members and the sort order of codes follow the order of the catalog.",
            "Nothing to do.",
        )
        .rust(Rating::Additive),
        /// The context fields have a different order.
        ContextReordered = "context-reordered" => internal(
            &[Rust],
            "The arguments of `Context::new` follow the order. Two arguments of one type swap their values, and the code still compiles.",
            "Keep the order, or check each call of `Context::new`.",
        )
        .rust(Rating::Breaking),
        /// Another status comes first in an error with several.
        FirstStatusChanged = "first-status-changed" => internal(
            &[Rust],
            "The constructor of the error sets the first status, so its calls send another one, and still compile.",
            "Add a status after the others.",
        )
        .rust(Rating::Breaking),
        /// The Rust name of a detail or of an enum value changes.
        RustNameChanged = "rust-name-changed" => internal(
            &[Rust],
            "Code that uses the old name no longer compiles. Responses are the same.",
            "Keep `rust`.",
        )
        .rust(Rating::Breaking),
        /// The `prefix` of all schemas in OpenAPI changes.
        SchemaPrefixChanged = "schema-prefix-changed" => additive(
            &[Sdk],
            "Each schema has a different name. The content of responses is the same.",
            "Keep `prefix`.",
        )
        .sdk(Rating::Breaking),
        /// A name in the generated TypeScript or Python changes, because the API has another slug, an enum
        /// value another Rust name, or something new takes the name.
        ClientRenamed = "client-renamed" => additive(
            &[Sdk],
            "Code that uses the old name breaks, or gets something else. Responses are the same.",
            "Set `api.slug` to the old slug, keep `rust`, and give what is new another name.",
        )
        .sdk(Rating::Breaking),
        /// A client in TypeScript or Python is no longer generated.
        ClientRemoved = "client-removed" => additive(
            &[Sdk],
            "Its callers lose all names. Responses are the same.",
            "Generate the client while someone may use it.",
        )
        .sdk(Rating::Breaking),
        /// The outputs of `errbook generate`, or their paths, change.
        OutputChanged = "output-changed" => internal(
            &[Service],
            "Builds look for the files at the old paths.",
            "Update the builds that read the files.",
        ),
    }
}

/// The table's entry for a rule.
#[derive(Clone, Copy)]
struct Facts {
    rating: Rating,
    audiences: &'static [Audience],
    why: &'static str,
    remedy: &'static str,
    sdk: Option<Rating>,
    rust: Option<Rating>,
}

impl Facts {
    const fn new(rating: Rating, audiences: &'static [Audience], why: &'static str, remedy: &'static str) -> Self {
        Facts { rating, audiences, why, remedy, sdk: None, rust: None }
    }

    /// The rating for generated clients, if it is not that for all clients.
    const fn sdk(self, rating: Rating) -> Self {
        Facts { sdk: Some(rating), ..self }
    }

    /// The rating for Rust callers.
    const fn rust(self, rating: Rating) -> Self {
        Facts { rust: Some(rating), ..self }
    }
}

const fn breaking(audiences: &'static [Audience], why: &'static str, remedy: &'static str) -> Facts {
    Facts::new(Rating::Breaking, audiences, why, remedy)
}

const fn additive(audiences: &'static [Audience], why: &'static str, remedy: &'static str) -> Facts {
    Facts::new(Rating::Additive, audiences, why, remedy)
}

const fn text(audiences: &'static [Audience], why: &'static str, remedy: &'static str) -> Facts {
    Facts::new(Rating::Text, audiences, why, remedy)
}

const fn internal(audiences: &'static [Audience], why: &'static str, remedy: &'static str) -> Facts {
    Facts::new(Rating::Internal, audiences, why, remedy)
}

impl Rule {
    /// The effect of the change on clients.
    pub const fn rating(self) -> Rating {
        self.facts().rating
    }

    /// The effect on generated clients and their callers; `None` if it is that on
    /// all clients.
    pub const fn sdk(self) -> Option<Rating> {
        self.facts().sdk
    }

    /// The effect on Rust callers of the generated code; `None` if they are not affected.
    pub const fn rust(self) -> Option<Rating> {
        self.facts().rust
    }

    /// Whom the change affects.
    pub const fn audiences(self) -> &'static [Audience] {
        self.facts().audiences
    }

    /// The reason for the rating, in one or two sentences.
    pub const fn why(self) -> &'static str {
        self.facts().why
    }

    /// What to do about it, in one or two sentences.
    pub const fn remedy(self) -> &'static str {
        self.facts().remedy
    }
}

/// The reference of all changes, in markdown: the summary, reason, remedy and audience of each.
///
/// ```
/// let page = errbook_catalog::problem::diff::page();
/// assert!(page.contains("### `error-removed`"));
/// ```
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for rating in Rating::ALL.into_iter().rev() {
        let rules = || Rule::ALL.iter().filter(|rule| rule.rating() == rating);
        let _ = write!(page, "\n## {}\n\n{}\n\n| change | meaning |\n|---|---|\n", rating.heading(), rating.summary());
        for rule in rules() {
            let _ = writeln!(page, "| [`{rule}`](#{rule}) | {} |", rule.summary());
        }
        for rule in rules() {
            let audiences: Vec<String> = rule.audiences().iter().map(|audience| rated(*rule, *audience)).collect();
            let effect = wrapped(&[rule.summary(), rule.why(), rule.remedy()].join(" "));
            let audiences = wrapped(&format!("Affects {}.", audiences.join(", ")));
            let _ = write!(page, "\n### `{rule}`\n\n{effect}\n\n{audiences}\n");
        }
    }
    page
}

/// An audience, with its own rating if it has one.
fn rated(rule: Rule, audience: Audience) -> String {
    let rating = match audience {
        Audience::Sdk => rule.sdk(),
        Audience::Rust => rule.rust(),
        _ => None,
    };
    let rating = rating.map(|rating| format!(" ({})", rating.name())).unwrap_or_default();
    format!("{}{rating}", audience.words())
}

const INTRODUCTION: &str = "\
<!-- Generated from the table in catalog/src/problem/diff.rs: change it there. -->
# What can change between two releases

An error code is public API. `errbook diff OLD NEW` lists the changes between two releases of a
catalog. It rates each change by its effect on clients that were written for the old release. The
worst rating decides the next version. An internal change needs no new version.

Two audiences have a rating of their own, which is in parentheses below. Generated clients use the
names of the OpenAPI document or of the TypeScript and Python that errbook writes, and Rust callers
those of the generated Rust. A change that only TypeScript or Python has, such as one of a predicate,
counts for generated clients if the catalog generates that language. These ratings do not decide the
version. `errbook diff --audience rust` shows the changes that affect Rust callers.

The old catalog promises nothing about its internal errors, or about an envelope, type or policy
that no public error uses: their changes are internal. If an error becomes public, its other changes
are additive at most. A change of an envelope, type, policy or context field affects the errors that
used it in the old catalog and use it in the new one.

[Compared with other tools](diff-compared.md) shows how other tools rate the same changes, and why
errbook differs.
";
