use super::{Place, SHOP};

#[test]
fn every_file_has_the_new_id() {
    let place = Place::new();
    let root = "errbook: 1\napi: {name: Shop}\ninclude: ['more/*.yaml']\nerrors: {A: {status: 401, fix: Sign in.}}\n";
    place.put("api/errors.yaml", root);
    place.put("api/more/b.yaml", "errors:\n  B: {status: 402, deprecated: {use: 'A'}} # soon\n");
    place.put("api/more/c.yaml", "errors: {C: {status: 403}}\n");
    let ran = place.expect(0, &["rename", "A", "UNKNOWN_USER", "api/errors.yaml"]);
    assert_eq!(ran.stdout, "`A` is `UNKNOWN_USER` now, in api/errors.yaml, api/more/b.yaml.\n");
    assert_eq!(
        ran.stderr,
        "warning: its code on the wire was `A` too, and is `UNKNOWN_USER`: clients that branch on it break\n"
    );
    let root = root.replace("A: {", "UNKNOWN_USER: {");
    assert_eq!(place.text("api/errors.yaml"), format!("{root}retired:\n  A: {{use: UNKNOWN_USER}}\n"));
    assert_eq!(
        place.text("api/more/b.yaml"),
        "errors:\n  B: {status: 402, deprecated: {use: 'UNKNOWN_USER'}} # soon\n"
    );
}

#[test]
fn a_code_of_its_own_stays() {
    let place = Place::new();
    place.put("errors.yaml", &SHOP.replace("SOLD_OUT: {", "SOLD_OUT: {code: sold_out, "));
    let ran = place.expect(0, &["rename", "SOLD_OUT", "OUT_OF_STOCK"]);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("`SOLD_OUT` is `OUT_OF_STOCK` now, in errors.yaml.\n", ""));
}

#[test]
fn an_id_that_must_stay_stays() {
    let place = Place::with_shop();
    for (old, new, reason) in [
        ("SOLDOUT", "X", "there is no error `SOLDOUT`; did you mean `SOLD_OUT`?"),
        ("SOLD_OUT", "CLOSED", "there is an error `CLOSED` already"),
        (
            "SOLD_OUT",
            "sold-out",
            "the catalog would be refused: `sold-out` would take the page of the retired `SOLD_OUT`",
        ),
    ] {
        let ran = place.expect(1, &["rename", old, new]);
        assert_eq!(ran.stderr, format!("error: {reason}\n"));
        assert_eq!(place.text("errors.yaml"), SHOP);
    }
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new();
    place.put("real/errors.yaml", SHOP);
    let mode = || std::fs::metadata(place.path("real/errors.yaml")).expect("a file").permissions().mode() & 0o777;
    std::fs::set_permissions(place.path("real/errors.yaml"), PermissionsExt::from_mode(0o640)).expect("its owner's");
    symlink("real/errors.yaml", place.path("errors.yaml")).expect("a link");
    place.expect(0, &["rename", "SOLD_OUT", "OUT_OF_STOCK"]);
    assert!(place.path("errors.yaml").is_symlink());
    assert_eq!(mode(), 0o640);
    assert!(place.text("real/errors.yaml").contains("  SOLD_OUT: {use: OUT_OF_STOCK}\n"));
}
