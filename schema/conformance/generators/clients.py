"""Generates a client from each document with each generator, and compiles it. Then generates clients with one and with
two errors at a status, sends an unknown error to those with one, and prints a table for docs/openapi.md. Without Go on
the path, the Go client is left out.

    clients.py ERRBOOK NODE_MODULES OPENAPI_GENERATOR_JAR OUT DOCUMENT...
"""

import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

errbook, modules, jar, out, *given = (Path(argument).resolve() for argument in sys.argv[1:])
bin = modules / ".bin"

CATALOG = """errbook: 1
api: {name: Shop}
envelopes: {default: {body: {error: {code: "{code}", message: "{message}", details: "{details?}"}}}}
generate: {openapi: {file: unused.yaml, open: %s}}
errors:
  SOLD_OUT: {status: 409, message: "{item} is sold out.", fix: Choose another., details: {item: string}}
  CLOSED: {status: 409, message: "Closed until {opens}.", fix: Come back., details: {opens: string}}
"""
API = """openapi: 3.1.0
info: {title: Shop, version: "1"}
servers: [{url: "http://127.0.0.1"}]
paths:
  /orders:
    post:
      operationId: createOrder
      x-errors: [%s]
      responses:
        "201":
          description: Ordered
          content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}
"""
# What an API sends that has one error more than the document of the client.
CLOSED = {"error": {"code": "CLOSED", "message": "Closed until 9:00.", "details": {"opens": "9:00"}}}


class Shop(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.dumps(CLOSED).encode()
        self.send_response(409)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def run(*command, cwd=None, env=None):
    done = subprocess.run([*map(str, command)], cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def openapi_generator(kind, *more):
    return lambda document, folder: run("java", "-jar", jar, "generate", "-g", kind, "-i", document, "-o", folder, *more)


def openapi_python_client(document, folder):
    run("openapi-python-client", "generate", "--path", document, "--output-path", folder / "shop", "--meta", "none", "--fail-on-warning")


def hey_api(document, folder):
    run(bin / "openapi-ts", "-i", document, "-o", folder, "--silent", cwd=modules.parent)


def configured(folder, name, text):
    """The configuration of a tool. It stays next to the modules that it imports."""
    config = modules.parent / name
    config.write_text(text)
    return config


def orval(document, folder):
    options = {"input": str(document), "output": {"target": str(folder / "api.ts"), "schemas": str(folder / "model"), "client": "fetch", "mode": "split"}}
    run(bin / "orval", "--config", configured(folder, "orval.config.mjs", f"export default {{ shop: {json.dumps(options)} }};"), cwd=modules.parent)


def kubb(document, folder):
    text = f"""import {{ defineConfig }} from "@kubb/core";
import {{ pluginOas }} from "@kubb/plugin-oas";
import {{ pluginTs }} from "@kubb/plugin-ts";
import {{ pluginZod }} from "@kubb/plugin-zod";
export default defineConfig({{
  root: ".", input: {{ path: {json.dumps(str(document))} }}, output: {{ path: {json.dumps(str(folder))}, clean: true }},
  plugins: [pluginOas(), pluginTs(), pluginZod()],
}});
"""
    run(bin / "kubb", "generate", "--config", configured(folder, "kubb.config.mjs", text), cwd=modules.parent)


def python(folder, code):
    return run(sys.executable, "-c", code, cwd=folder).strip()


def import_all(folder):
    """Imports each module of a Python client."""
    python(folder, """
import importlib, pathlib
modules = [path for path in pathlib.Path().rglob("*.py") if "test" not in path.parts and path.name != "setup.py"]
for path in modules:
    importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
""")


def type_check(folder, *more):
    """Compiles all TypeScript of a folder, in a copy that finds the modules."""
    target = modules.parent / "compiled"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    run(bin / "tsc", "--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler",
        "--lib", "es2022,dom,dom.iterable", "--allowImportingTsExtensions", *target.rglob("*.ts"))


def vet(folder):
    prepare_go(folder)
    run("go", "vet", ".", cwd=folder)


def check_rust(folder):
    prepare_rust(folder)
    run("cargo", "check", "--quiet", cwd=folder, env={"CARGO_TARGET_DIR": str(out / "target")})


def try_openapi_python_client(folder, url):
    return python(folder, f"""
from shop import Client
from shop.api.default import create_order
try:
    print(type(create_order.sync(client=Client(base_url="{url}"))).__name__)
except Exception as error:
    print("raises", repr(error))
""")


def try_python(folder, url):
    return python(folder, f"""
import openapi_client
from openapi_client.exceptions import ConflictException
api = openapi_client.DefaultApi(openapi_client.ApiClient(openapi_client.Configuration(host="{url}")))
try:
    api.create_order()
except ConflictException as error:
    data = getattr(error.data, "actual_instance", error.data)
    print("ConflictException with", type(data).__name__)
except Exception as error:
    print("raises", type(error).__name__)
""")


def commonjs(folder, entry, code):
    """Compiles TypeScript whose imports have no file extensions, and runs some JavaScript next to it."""
    run(bin / "tsc", "--strict", "--target", "es2022", "--module", "commonjs", "--moduleResolution", "node10", "--skipLibCheck",
        "--lib", "es2022,dom,dom.iterable", "--outDir", folder / "js", folder / entry)
    (folder / "try.cjs").write_text(code)
    return run("node", folder / "try.cjs").strip()


def try_typescript_fetch(folder, url):
    return commonjs(folder, "index.ts", f"""
const shop = require("./js");
new shop.DefaultApi(new shop.Configuration({{ basePath: "{url}" }})).createOrder().catch(async error => {{
  const body = await error.response.json();
  console.log(error.name, "with the code", body.error.code);
}});
""")


def prepare_go(folder):
    """Go's modules are not in a registry that is at hand. The client needs one, for lengths and patterns, which is
    replaced; its tests need another."""
    (folder / "go.mod").write_text(
        "module shop\n\ngo 1.19\n\nrequire gopkg.in/validator.v2 v2.0.1\n\nreplace gopkg.in/validator.v2 => ./validator\n"
    )
    (folder / "validator").mkdir()
    (folder / "validator" / "go.mod").write_text("module gopkg.in/validator.v2\n\ngo 1.19\n")
    (folder / "validator" / "validator.go").write_text(
        "package validator\n\nfunc Validate(v interface{}) error { return nil }\n"
    )
    shutil.rmtree(folder / "test")


def prepare_rust(folder):
    """A workspace of its own, without TLS."""
    manifest = folder / "Cargo.toml"
    manifest.write_text(manifest.read_text().replace('default = ["native-tls"]', "default = []") + "\n[workspace]\n")


def try_go(folder, url):
    prepare_go(folder)
    (folder / "try").mkdir()
    (folder / "try" / "main.go").write_text(f"""package main

import (
	"context"
	"fmt"
	shop "shop"
)

func main() {{
	configuration := shop.NewConfiguration()
	configuration.Servers = shop.ServerConfigurations{{{{URL: "{url}"}}}}
	_, _, err := shop.NewAPIClient(configuration).DefaultAPI.CreateOrder(context.Background()).Execute()
	failed := err.(*shop.GenericOpenAPIError)
	fmt.Printf("%T, %q\\n", failed.Model(), failed.Error())
}}
""")
    return run("go", "run", "./try", cwd=folder, env={"GOFLAGS": "-mod=mod"}).strip()


def try_rust(folder, url):
    prepare_rust(folder)
    with (folder / "Cargo.toml").open("a") as manifest:
        manifest.write('\n[dev-dependencies]\ntokio = { version = "1", features = ["rt", "macros"] }\n')
    (folder / "examples").mkdir()
    (folder / "examples" / "try.rs").write_text(f"""use openapi::apis::{{Error, configuration::Configuration, default_api}};

#[tokio::main(flavor = "current_thread")]
async fn main() {{
    let configuration = Configuration {{ base_path: "{url}".to_owned(), ..Configuration::new() }};
    match default_api::create_order(&configuration).await {{
        Err(Error::ResponseError(response)) => println!("{{:?}}", response.entity),
        other => println!("{{other:?}}"),
    }}
}}
""")
    return run("cargo", "run", "--quiet", "--example", "try", cwd=folder, env={"CARGO_TARGET_DIR": str(out / "target")}).strip()


def try_hey_api(folder, url):
    return commonjs(folder, "index.ts", f"""
const {{ createOrder }} = require("./js"); const {{ client }} = require("./js/client.gen");
client.setConfig({{ baseUrl: "{url}" }});
createOrder().then(({{ error }}) => console.log("error with the code", error.error.code));
""")


def try_zod(folder, url):
    body = json.dumps(CLOSED)
    # The imports of zod are resolved from here.
    target = modules.parent / "kubb-try"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    (target / "try.ts").write_text(f"""
import {{ createOrderErrors409Schema }} from "./zod/createOrderErrors409Schema.ts";
console.log(createOrderErrors409Schema.safeParse({body}).success ? "accepts it" : "rejects it");
""")
    return run("node", "--experimental-transform-types", "--no-warnings", target / "try.ts").strip()


# How to generate a client, to compile it, and to call it.
GENERATORS = {
    "openapi-python-client": (openapi_python_client, import_all, try_openapi_python_client),
    "openapi-generator, python": (openapi_generator("python"), import_all, try_python),
    "openapi-generator, typescript-fetch": (openapi_generator("typescript-fetch"), type_check, try_typescript_fetch),
    "openapi-generator, go": (openapi_generator("go"), vet, try_go),
    "openapi-generator, rust": (openapi_generator("rust"), check_rust, try_rust),
    "hey-api": (hey_api, type_check, try_hey_api),
    "orval": (orval, type_check, None),
    # Its zod schema of a type that contains itself is not valid in strict TypeScript.
    "kubb with zod": (kubb, lambda folder: type_check(folder / "types"), try_zod),
}


def types(folder):
    """The generated types of this API's errors. The names are compared without underscores and case."""
    wanted = ["SoldOutError", "SoldOutErrorError", "SoldOutDetails", "CreateOrderErrors409", "ClosedError", "DefaultEnvelope"]
    known = {name.lower(): name for name in wanted}
    found = set()
    for path in folder.rglob("*"):
        if path.suffix in (".py", ".ts", ".go", ".rs") and "target" not in path.relative_to(folder).parts:
            for name in re.findall(r"(?:class|interface|type|struct|enum) (\w+)", path.read_text()):
                found.add(known.get(name.lower().replace("_", ""), ""))
    return found - {""}


for label, (generate, compile_it, _) in GENERATORS.items():
    for document in given:
        folder = out / "generated" / re.sub(r"\W+", "-", label) / document.stem
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        generate(document, folder)
        compile_it(folder)
    print(f"{label}: {len(given)} clients compile", flush=True)

shutil.rmtree(out / "clients", ignore_errors=True)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"

documents = {}
for name, is_open, errors in [("one", False, "SOLD_OUT"), ("two", False, "SOLD_OUT, CLOSED"), ("open", True, "SOLD_OUT")]:
    folder = out / "clients" / name
    folder.mkdir(parents=True)
    (folder / "errors.yaml").write_text(CATALOG % str(is_open).lower())
    documents[name] = folder / "openapi.yaml"
    documents[name].write_text(API % errors)
    run(errbook, "openapi", folder / "errors.yaml", "--into", documents[name])

rows = []
for label, (generate, _, attempt) in GENERATORS.items():
    said = {}
    for name, document in documents.items():
        folder = document.parent / re.sub(r"\W+", "-", label)
        folder.mkdir()
        generate(document, folder)
        names = types(folder)
        required = {"SoldOutError", "SoldOutErrorError", "SoldOutDetails"} | ({"ClosedError"} if name == "two" else set())
        missing = required - names
        assert not missing, f"{label}, {name}: no type {missing}, but {names}"
        said[name] = ("its own" if "CreateOrderErrors409" in names else "none", attempt(folder, url) if attempt and name != "two" else "-")
    rows.append((label, *said["one"], said["two"][0], said["open"][1]))

print("| Generator | `CreateOrderErrors409` with one error | with two | Unknown code | Unknown code, `open: true` |")
print("|---|---|---|---|---|")
for label, one, closed, two, opened in rows:
    print(f"| {label} | {one} | {two} | {closed} | {opened} |")
