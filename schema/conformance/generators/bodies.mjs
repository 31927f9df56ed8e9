// Reads a document and its error bodies: each example of each error response of each operation.
import fs from "node:fs";
import yaml from "js-yaml";

export function read(file) {
  const document = yaml.load(fs.readFileSync(file, "utf8"));
  const component = ({ $ref }) => $ref.slice(2).split("/").reduce((value, key) => value[key], document);
  const bodies = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const errors = Object.entries(operation.responses).filter(([, response]) => response.$ref);
      for (const [status, response] of errors) {
        for (const [type, media] of Object.entries(component(response).content ?? {})) {
          for (const [name, example] of Object.entries(media.examples)) {
            bodies.push({ path, method, status, type, name, schema: media.schema.$ref, value: component(example).value });
          }
        }
      }
    }
  }
  return { document, bodies };
}

/// Prints what failed, and the counts. Returns whether all succeeded.
export function report(file, tool, checked, failures) {
  failures.slice(0, 5).forEach(failure => console.error(tool, JSON.stringify(failure)));
  console.log(`${file}: ${tool}: ${checked - failures.length} of ${checked}`);
  return checked > 0 && failures.length === 0;
}
