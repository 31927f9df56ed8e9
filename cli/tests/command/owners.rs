use super::Place;

fn federated() -> Place {
    let place = Place::new();
    place.put(
        "api/errors.yaml",
        "errbook: 1\napi: {name: Shop}\ninclude: ['teams/*.yaml']\ngroups: {stock: {title: Stock}}\n\
         errors: {LOST: {status: 404, description: Nothing is there., fix: Look it up.}}\n",
    );
    place.put(
        "api/teams/a pay.yaml",
        "owner: {team: '@shop/payments', prefix: PAY_}\n\
         errors: {PAY_LATE: {status: 408, description: It took too long., fix: Begin again.}}\n\
         retired: {PAY_SLOW: {use: PAY_LATE}}\n",
    );
    place.put(
        "api/teams/stock.yaml",
        "owner: {team: '@shop/stock  ann@shop.example', group: stock}\n\
         errors: {GONE: {status: 410, group: stock, description: It is gone., fix: Choose another.}}\n",
    );
    place
}

#[test]
fn a_table_of_files() {
    let ran = federated().expect(0, &["owners", "api/errors.yaml"]);
    assert_eq!(
        ran.stdout,
        "\
FILE              OWNER                         PREFIX  GROUP  ERRORS
errors.yaml       (none)                                       1
teams/a pay.yaml  @shop/payments                PAY_           1
teams/stock.yaml  @shop/stock ann@shop.example          stock  1
"
    );
}

#[test]
fn lines_of_codeowners() {
    let ran = federated().expect(0, &["owners", "api/errors.yaml", "--format", "codeowners"]);
    assert_eq!(
        ran.stdout,
        "/api/teams/a\\ pay.yaml @shop/payments\n/api/teams/stock.yaml @shop/stock ann@shop.example\n"
    );
}

/// `*` in a name would give other files to its owner.
#[cfg(unix)]
#[test]
fn a_line_of_codeowners_is_for_one_file() {
    let place = Place::new();
    place.put(
        "a/errors.yaml",
        "errbook: 1\napi: {name: Shop}\ninclude: ['p/*.yaml']\nerrors: {A: {status: 404, fix: b.}}\n",
    );
    place.put("a/p/*[a]?\\#.yaml", "owner: {team: '@shop/pay'}\nerrors: {B: {status: 404, fix: b.}}\n");
    let ran = place.expect(0, &["owners", "a/errors.yaml", "--format", "codeowners"]);
    assert_eq!(ran.stdout, "/a/p/\\*\\[a]\\?\\\\\\#.yaml @shop/pay\n");

    std::fs::rename(place.path("a"), place.path("a\n* @evil")).expect("a new name");
    let ran = place.expect(2, &["owners", "a\n* @evil/errors.yaml", "--format", "codeowners"]);
    assert!(ran.stderr.contains("has a control character") && ran.stdout.is_empty(), "{ran:?}");

    place
        .put("b/errors.yaml", "errbook: 1\napi: {name: Shop}\ninclude: ['p/*']\nerrors: {A: {status: 404, fix: b.}}\n");
    place.put("b/p/a\n*\t@evil\n#.yaml", "owner: {team: '@shop/pay'}\nerrors: {B: {status: 404, fix: b.}}\n");
    for format in ["text", "json", "codeowners"] {
        let ran = place.expect(1, &["owners", "b/errors.yaml", "--format", format]);
        assert!(ran.stderr.contains("has a control character") && ran.stdout.is_empty(), "{ran:?}");
    }
}

#[test]
fn codeowners_begin_at_the_root() {
    let place = federated();
    let mut command = place.command(&["owners", "../errors.yaml", "--format", "codeowners"]);
    let ran = super::ran(command.current_dir(place.path("api/teams")));
    assert_eq!(ran.code, Some(2));
    assert_eq!(
        ran.stderr,
        "error: `../errors.yaml` is not below the current folder\n\
         help: run errbook at the root of the repository, where the paths of CODEOWNERS start\n"
    );
}

#[test]
fn programs_read_json() {
    let ran = federated().expect(0, &["owners", "api/errors.yaml", "--format", "json"]);
    let owners: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        owners,
        serde_json::json!([
            {"file": "teams/a pay.yaml", "team": "@shop/payments", "prefix": "PAY_", "group": null, "errors": 1},
            {"file": "teams/stock.yaml", "team": "@shop/stock ann@shop.example", "prefix": null, "group": "stock", "errors": 1},
        ])
    );
    let ran = federated().expect(0, &["list", "api/errors.yaml", "--status", "408", "--format", "json"]);
    let errors: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(errors[0]["owner"], "@shop/payments");
}

#[test]
fn an_explanation_names_the_owner() {
    let place = federated();
    for id in ["PAY_LATE", "PAY_SLOW"] {
        let ran = place.expect(0, &["explain", id, "api/errors.yaml"]);
        assert!(ran.stdout.contains("Owner       @shop/payments\n"), "{}", ran.stdout);
    }
    let ran = place.expect(0, &["explain", "LOST", "api/errors.yaml"]);
    assert!(!ran.stdout.contains("Owner"), "{}", ran.stdout);
}

#[test]
fn an_id_of_another_team_is_rejected() {
    let place = federated();
    place.put("api/teams/z.yaml", "errors: {PAY_TWICE: {status: 422, description: It is paid., fix: Keep it.}}\n");
    let ran = place.expect(1, &["owners", "api/errors.yaml"]);
    assert!(
        ran.stderr.starts_with(
            "error[owned-elsewhere]: `PAY_TWICE` is in `teams/z.yaml`, but `teams/a pay.yaml` owns the prefix `PAY_`\n"
        ),
        "{}",
        ran.stderr
    );
}
