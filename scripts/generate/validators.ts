import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import type { JsonSchema } from "../../packages/kedge/src/protocol/schema.ts";

// CommonJS seen from ESM: the function stands in `default`, whatever the types say.
const standaloneCode = (
  standalone as unknown as { default: (ajv: Ajv2020, names: Record<string, string>) => string }
).default;

const NOTICE = "// Generated from the tables of the protocol by `npm run generate`. Do not edit.\n";

/** An ES module with one validating function a schema, compiled ahead of time so that nothing is compiled at run time. */
export function validatorModule(
  schemas: Readonly<Record<string, JsonSchema>>,
  options: { allErrors: boolean },
): string {
  const ajv = new Ajv2020({
    allErrors: options.allErrors,
    // The message texts are ours; the code is smaller without Ajv's.
    messages: false,
    code: { source: true, esm: true, lines: true },
    strict: true,
    allowUnionTypes: true,
  });
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(withoutWords(schema), name);
  const code = standaloneCode(ajv, Object.fromEntries(Object.keys(schemas).map((name) => [name, name])));
  if (/\brequire\(|^import /m.test(code))
    throw new Error("a validator needs a run-time library of Ajv: simplify the schema");
  return `${NOTICE}${code}\nexport const validators = { ${Object.keys(schemas).join(", ")} };\n`;
}

/** Types of such a module. */
export function validatorDeclarations(names: readonly string[]): string {
  const lines = names.map((name) => `  readonly ${name}: CompiledValidator;`);
  const table = `export declare const validators: {\n${lines.join("\n")}\n};`;
  return `${NOTICE}import type { CompiledValidator } from "../validate.ts";\n\n${table}\n`;
}

/** Descriptions and examples say nothing to a validator. */
function withoutWords(schema: JsonSchema): JsonSchema {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      (key === "description" && typeof value === "string") || (key === "examples" && Array.isArray(value))
        ? undefined
        : value,
    ),
  ) as JsonSchema;
}
