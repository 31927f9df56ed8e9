// Validates each error body with ajv in the way of most validators: discriminators on, all formats known.
// Usage: node ajv.mjs DOCUMENT...
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { read, report } from "./bodies.mjs";

let all = true;
for (const file of process.argv.slice(2)) {
  const { document, bodies } = read(file);
  const ajv = new (document.openapi.startsWith("3.0") ? Ajv : Ajv2020)({ discriminator: true, strict: false });
  formats(ajv);
  ajv.addFormat("int32", true).addFormat("int64", true);
  ajv.addSchema({ components: document.components }, "api");
  const failures = [];
  for (const { name, schema, value } of bodies) {
    const validate = ajv.getSchema(`api${schema}`);
    if (!validate(value)) failures.push([name, validate.errors]);
    if (validate({ nonsense: true })) failures.push([name, "any object is valid"]);
  }
  all = report(file, "ajv", bodies.length, failures) && all;
}
process.exit(all ? 0 : 1);
