//! What clients and readers may see of a catalog.

use std::collections::HashSet;

use super::{
    Audit, Catalog, DetailType, DiffPolicy, Envelope, ErrorDef, Field, Group, Mask, NamedPolicy, Rejection, Retired,
    TypeDef, TypeShape,
};

impl Catalog {
    /// The catalog without its internal errors, without what only they use, and without owners.
    /// Outputs for clients, such as a changelog, read this catalog, so they cannot show more.
    ///
    /// ```
    /// let text = b"errbook: 1
    /// api: {name: Shop}
    /// groups: {sale: {title: Sale}, ops: {title: Operations}}
    /// errors:
    ///   DB_DOWN: {status: 503, group: ops, visibility: internal, fix: Restart it.}
    ///   BROKEN: {status: 500, group: sale, fix: Try again.}
    /// predicates: {is_ours: [DB_DOWN, BROKEN]}
    /// ";
    /// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
    /// let public = catalog.public();
    /// assert_eq!(public.errors.len(), 1);
    /// assert_eq!(public.groups.len(), 1);
    /// assert_eq!(public.predicates[0].members, [0]);
    /// ```
    #[must_use]
    pub fn public(&self) -> Catalog {
        let Catalog {
            api,
            context,
            envelopes,
            retry_policies: _,
            groups,
            predicates,
            rejections,
            unknown,
            types,
            errors,
            retired,
            owners: _,
            prose,
            audit: _,
            diff: _,
            generate,
            operations,
        } = self;
        let public = || errors.iter().filter(|error| error.is_public());
        let of_errors = Kept::new(errors.iter().map(ErrorDef::is_public));
        let of_groups = Kept::new(self.are_groups_public());
        let of_envelopes = Kept::those(envelopes.len(), public().filter_map(|error| error.envelope));
        let of_types = Kept::new(types_in_use(types, context.iter().chain(public().flat_map(|error| &error.details))));
        let fields = |fields: &[Field]| -> Vec<Field> {
            fields.iter().map(|field| Field { ty: of_types.ty(&field.ty), ..field.clone() }).collect()
        };
        let error = |error: &ErrorDef| {
            let mut error = ErrorDef {
                group: of_groups.maybe(error.group),
                envelope: of_envelopes.maybe(error.envelope),
                details: fields(&error.details),
                ..error.clone()
            };
            if let Some(deprecated) = &mut error.lifecycle.deprecated {
                deprecated.replacement = of_errors.maybe(deprecated.replacement);
            }
            error
        };
        let entry = |entry: &Retired| {
            let replacement = of_errors.maybe(entry.replacement);
            Retired { replacement, rust: entry.rust.filter(|_| replacement.is_some()), ..entry.clone() }
        };
        let shape = |def: &TypeDef| {
            let shape = match &def.shape {
                TypeShape::Enum { .. } => def.shape.clone(),
                TypeShape::Object(members) => TypeShape::Object(fields(members)),
            };
            TypeDef { shape, ..def.clone() }
        };
        let mut predicates = predicates.clone();
        predicates.retain_mut(|predicate| {
            let was_empty = predicate.members.is_empty();
            predicate.members = predicate.members.iter().filter_map(|&member| of_errors.index(member)).collect();
            was_empty || !predicate.members.is_empty()
        });
        let mut operations = operations.clone();
        for operation in &mut operations {
            // Clients of the operation receive the masks of its internal errors.
            let sent = |&error: &usize| of_errors.index(errors[error].mask().map_or(error, Mask::index));
            operation.errors = operation.errors.iter().filter_map(sent).collect();
            operation.errors.sort_unstable();
            operation.errors.dedup();
        }
        Catalog {
            api: api.clone(),
            context: fields(context),
            envelopes: of_envelopes.of(envelopes, Envelope::clone),
            retry_policies: self.public_policies().cloned().collect(),
            groups: of_groups.of(groups, Group::clone),
            predicates,
            rejections: rejections
                .iter()
                .filter_map(|rejection| {
                    Some(Rejection { error: of_errors.index(rejection.error)?, ..rejection.clone() })
                })
                .collect(),
            unknown: unknown.clone(),
            types: of_types.of(types, shape),
            errors: of_errors.of(errors, error),
            retired: retired.iter().filter(|retired| retired.is_public).map(entry).collect(),
            owners: Vec::new(),
            prose: prose.clone(),
            audit: Audit::default(),
            diff: DiffPolicy::default(),
            generate: generate.clone(),
            operations,
        }
    }
}

impl Catalog {
    /// The groups that readers may see: all but those with only internal errors.
    pub fn public_groups(&self) -> impl Iterator<Item = &Group> {
        let shown = self.groups.iter().zip(self.are_groups_public());
        shown.filter(|(_, is_public)| *is_public).map(|(group, _)| group)
    }

    /// The retry policies that clients may see: those of public errors and of errors that are not in
    /// the catalog.
    ///
    /// ```
    /// let text = b"errbook: 1
    /// api: {name: Shop}
    /// retry: {soon: {initial: 1s}, late: {initial: 1m}}
    /// errors:
    ///   BUSY: {status: 500, retry: soon, fix: Wait.}
    ///   DB_DOWN: {status: 503, retry: late, visibility: internal, fix: Restart it.}
    /// ";
    /// let catalog = errbook_catalog::load_text("errors.yaml", text).catalog.expect("accepted");
    /// let names: Vec<&str> = catalog.public_policies().map(|policy| policy.name.as_str()).collect();
    /// assert_eq!(names, ["soon"]);
    /// ```
    pub fn public_policies(&self) -> impl Iterator<Item = &NamedPolicy> {
        let of_errors = self.errors.iter().filter(|error| error.is_public()).filter_map(|error| error.retry.policy());
        let of_unknown = self.unknown.iter().filter_map(|unknown| unknown.retry.policy());
        let followed: HashSet<&str> = of_errors.chain(of_unknown).filter_map(|policy| policy.name.as_deref()).collect();
        self.retry_policies.iter().filter(move |named| followed.contains(named.name.as_str()))
    }

    fn are_groups_public(&self) -> Vec<bool> {
        let mut are_public = vec![true; self.groups.len()];
        for is_public in [false, true] {
            let errors = self.errors.iter().filter(|error| error.is_public() == is_public);
            errors.filter_map(|error| error.group).for_each(|group| are_public[group] = is_public);
        }
        are_public
    }
}

/// The new index of each item of a list; `None` for an item that is left out.
struct Kept(Vec<Option<usize>>);

impl Kept {
    fn new(is_kept: impl IntoIterator<Item = bool>) -> Self {
        let mut next = 0..;
        Kept(is_kept.into_iter().map(|is_kept| if is_kept { next.next() } else { None }).collect())
    }

    /// Keeps the items at these places of a list of that length.
    fn those(length: usize, places: impl Iterator<Item = usize>) -> Self {
        let mut is_kept = vec![false; length];
        places.for_each(|at| is_kept[at] = true);
        Kept::new(is_kept)
    }

    fn index(&self, at: usize) -> Option<usize> {
        self.0[at]
    }

    fn maybe(&self, at: Option<usize>) -> Option<usize> {
        self.index(at?)
    }

    fn of<T>(&self, items: &[T], copy: impl Fn(&T) -> T) -> Vec<T> {
        items.iter().zip(&self.0).filter(|(_, kept)| kept.is_some()).map(|(item, _)| copy(item)).collect()
    }

    fn ty(&self, ty: &DetailType) -> DetailType {
        match ty {
            DetailType::Array(item) => DetailType::Array(Box::new(self.ty(item))),
            DetailType::Map(item) => DetailType::Map(Box::new(self.ty(item))),
            DetailType::Named(at) => DetailType::Named(self.index(*at).expect("the types of what is kept are in use")),
            DetailType::String
            | DetailType::Integer
            | DetailType::Number
            | DetailType::Boolean
            | DetailType::DateTime
            | DetailType::Duration
            | DetailType::Uuid
            | DetailType::Uri
            | DetailType::Json => ty.clone(),
        }
    }
}

/// Whether each type is the type of one of the fields, or of a member of such a type.
fn types_in_use<'a>(types: &'a [TypeDef], fields: impl Iterator<Item = &'a Field>) -> Vec<bool> {
    let mut in_use = vec![false; types.len()];
    let mut waiting: Vec<&DetailType> = fields.map(|field| &field.ty).collect();
    while let Some(ty) = waiting.pop() {
        match ty {
            DetailType::Array(item) | DetailType::Map(item) => waiting.push(item),
            DetailType::Named(at) if !in_use[*at] => {
                in_use[*at] = true;
                if let TypeShape::Object(members) = &types[*at].shape {
                    waiting.extend(members.iter().map(|member| &member.ty));
                }
            }
            _ => {}
        }
    }
    in_use
}
