//! Expands `catalog!`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use errbook_catalog::Loaded;
use errbook_catalog::model::Catalog;
use errbook_codegen::rust::{self, Types};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{LitStr, Token, Type, parenthesized};

/// The arguments of the macro.
pub(crate) struct Input {
    path: LitStr,
    /// The Rust types of details, by name.
    types: Vec<(Ident, TokenStream)>,
    /// Whether errors are `Clone`.
    clones: bool,
}

impl Parse for Input {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let path = input.parse()?;
        let (mut types, mut clones) = (None, false);
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let key: Ident = input.parse()?;
            match key.to_string().as_str() {
                "types" if types.is_none() => types = Some(choices(input)?),
                "clone" if !clones => clones = true,
                _ => return Err(syn::Error::new(key.span(), "expected `types` or `clone`, each once")),
            }
        }
        Ok(Input { path, types: types.unwrap_or_default(), clones })
    }
}

/// Parses the Rust types of details in parentheses, by name.
pub(crate) fn choices(input: ParseStream) -> syn::Result<Vec<(Ident, TokenStream)>> {
    let list;
    parenthesized!(list in input);
    let choice = |input: ParseStream| {
        let name = Ident::parse_any(input)?;
        input.parse::<Token![=]>()?;
        Ok((name, input.parse::<Type>()?.into_token_stream()))
    };
    Ok(Punctuated::<_, Token![,]>::parse_terminated_with(&list, choice)?.into_iter().collect())
}

/// Chooses the types, and reports the names that the catalog does not have.
pub(crate) fn choose(catalog: &Catalog, chosen: &[(Ident, TokenStream)]) -> (Types, TokenStream) {
    let mut types = Types::default();
    let choices = chosen.iter().map(|(name, rust)| {
        types.choose(catalog, &name.to_string(), rust.clone()).map_err(|error| (name.span(), error.to_string()))
    });
    let unknown = choices
        .filter_map(Result::err)
        .map(|(at, message)| quote_spanned!(at=> ::core::compile_error!(#message);))
        .collect();
    (types, unknown)
}

/// Generates the code of a catalog, and constants that make Cargo watch its files.
pub(crate) fn catalog(folder: &Path, input: &Input) -> TokenStream {
    let Input { path, types: chosen, clones } = input;
    let loaded = match read(folder, path) {
        Ok(loaded) => loaded,
        Err(message) => return refused(path.span(), &message),
    };
    let Some(catalog) = &loaded.catalog else {
        return refused(path.span(), &refusal(&loaded));
    };
    // Only if the catalog asks for warnings. Otherwise the names have the macro's span.
    let at = if catalog.audit.warns_of_unused { path.span() } else { Span::call_site() };
    let (mut types, unknown) = choose(catalog, chosen);
    if *clones {
        types.clone_errors();
    }
    let items = rust::emit_with(catalog, at, &types);
    let watched = watched(&loaded.inputs);
    quote! { #unknown #items #watched }
}

/// Reads the catalog at a path. `Err` if the path begins with a variable that is not set.
pub(crate) fn read(folder: &Path, path: &LitStr) -> Result<Loaded, String> {
    resolve(&path.value(), |name| std::env::var_os(name)).map(|path| errbook_catalog::load(&folder.join(path)))
}

/// Replaces an environment variable at the start of a path, such as `$SHOP_CATALOG` or
/// `$OUT_DIR/errors.yaml`. A build script sets it for the compiler. So a catalog can be in another
/// package, at a path that nobody can write down.
fn resolve(path: &str, variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, String> {
    let Some(rest) = path.strip_prefix('$') else { return Ok(path.into()) };
    let (name, rest) = rest.split_once('/').map_or((rest, None), |(name, rest)| (name, Some(rest)));
    let value = variable(name).ok_or_else(|| {
        format!("the environment variable `{name}` is not set; set it in build.rs: `cargo::rustc-env={name}=..`")
    })?;
    let mut path = PathBuf::from(value);
    path.extend(rest);
    Ok(path)
}

/// The report of an invalid catalog.
pub(crate) fn refusal(loaded: &Loaded) -> String {
    format!("the error catalog is invalid\n\n{}", loaded.report.render_text(false))
}

/// Constants that make Cargo watch these files.
pub(crate) fn watched(inputs: &[PathBuf]) -> TokenStream {
    // Rust cannot name a path that is not UTF-8, and `include_bytes!` cannot include a folder.
    // Neither is watched.
    let inputs = inputs.iter().filter(|input| input.is_file());
    let inputs = inputs.filter_map(|input| std::path::absolute(input).ok()?.into_os_string().into_string().ok());
    quote! { #(const _: &[u8] = ::core::include_bytes!(#inputs);)* }
}

/// One compile error, and the usual names, so that the compiler does not also report every use of
/// them. They name a type that does not exist: the compiler reports nothing about such a type, and
/// does not report that it is missing beside a `compile_error!`. Items that exist would not have the
/// constructors and fields of the catalog, and could have a trait that the user implements.
pub(crate) fn refused(at: Span, message: &str) -> TokenStream {
    quote_spanned! { at =>
        ::core::compile_error!(#message);
        pub type Error = the_error_catalog_is_invalid;
        pub type ErrorCode = Error;
        pub type Context = Error;
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use errbook_codegen::rust;
    use quote::ToTokens as _;
    use syn::Item;

    use super::{catalog, resolve};

    #[test]
    fn a_path_can_begin_with_a_variable() {
        let variable = |name: &str| (name == "SHOP").then(|| "/registry/shop-1.0.0".into());
        let paths = ["errors.yaml", "$SHOP", "$SHOP/errors.yaml", "$SHOP/a/b.yaml", "a$SHOP"];
        let resolved = paths.map(|path| resolve(path, variable).expect("set"));
        let shop = Path::new("/registry/shop-1.0.0");
        let expected = [Path::new("errors.yaml"), shop, &shop.join("errors.yaml"), &shop.join("a/b.yaml")];
        assert_eq!(resolved[..4], expected);
        assert_eq!(resolved[4], Path::new("a$SHOP"));
        let message = resolve("$BANK/errors.yaml", variable).expect_err("not set");
        assert!(message.starts_with("the environment variable `BANK` is not set"), "{message}");
    }

    /// The golden cases and the bundled catalogs.
    fn catalogs() -> Vec<PathBuf> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let list = |folder: &str| {
            let entries = std::fs::read_dir(root.join(folder)).expect("a folder of catalogs");
            entries.map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>()
        };
        let golden = list("codegen/tests/golden").into_iter().map(|case| case.join("catalog.yaml"));
        let bundled = list("catalog/apis").into_iter();
        golden.chain(bundled).filter(|path| path.is_file()).collect()
    }

    #[test]
    fn the_macro_stands_for_what_the_emitter_makes_and_watches_its_inputs() {
        let catalogs = catalogs();
        assert!(catalogs.len() > 5);
        for path in catalogs {
            let loaded = errbook_catalog::load(&path);
            let file = path.file_name().and_then(|name| name.to_str()).expect("a name");
            let folder = path.parent().expect("a folder");
            let expansion: syn::File = syn::parse2(catalog(folder, &syn::parse_quote!(#file))).expect("Rust");
            let emitted: syn::File = syn::parse2(rust::emit(&loaded.catalog.expect("a catalog"))).expect("Rust");
            let (items, watched) = expansion.items.split_at(emitted.items.len());
            let text = |items: &[Item]| items.iter().map(|item| item.to_token_stream().to_string()).collect::<Vec<_>>();
            assert_eq!(text(items), text(&emitted.items), "{}", path.display());
            let inputs: Vec<_> = loaded.inputs.iter().filter(|input| input.is_file()).collect();
            assert_eq!(watched.len(), inputs.len());
            for (constant, input) in text(watched).iter().zip(inputs) {
                assert!(constant.contains("include_bytes !"));
                let input = std::path::absolute(input).expect("a path");
                assert!(constant.contains(&format!("{:?}", input.display().to_string())), "{constant}");
            }
        }
    }
}
