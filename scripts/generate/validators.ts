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
    // What all schemas share becomes one function in place of a copy in each.
    inlineRefs: false,
  });
  const { common, own } = factorOut(schemas);
  ajv.addSchema(common, COMMON);
  for (const [name, schema] of Object.entries(own)) ajv.addSchema(schema, name);
  const code = standaloneCode(ajv, Object.fromEntries(Object.keys(schemas).map((name) => [name, name])));
  if (/\brequire\(|^import /m.test(code))
    throw new Error("a validator needs a run-time library of Ajv: simplify the schema");
  // Ajv exports every validator by itself; one table is what is looked up.
  const entries: string[] = [];
  const body = code.replace(/^export const (\w+) = (\w+);\n/gm, (_, name: string, validator: string) => {
    entries.push(`${name}: ${validator}`);
    return "";
  });
  return `${NOTICE}${body}\nexport const validators = { ${entries.join(", ")} };\n`;
}

const COMMON = "common";

/** Takes the properties that all schemas have alike into a schema of their own: the code is a quarter of the size. */
function factorOut(schemas: Readonly<Record<string, JsonSchema>>): {
  common: JsonSchema;
  own: Record<string, object>;
} {
  const all = Object.values(schemas).map(withoutWords);
  const text = (schema: JsonSchema | undefined, name: string): string =>
    JSON.stringify([schema?.properties?.[name] ?? null, schema?.required?.includes(name) ?? false]);
  const names = Object.keys(all[0]?.properties ?? {}).filter((name) =>
    all.every((schema) => text(schema, name) === text(all[0], name)),
  );
  const isShared = (name: string): boolean => names.includes(name);
  const own = Object.entries(schemas).map(([name, schema]) => {
    const plain = withoutWords(schema);
    return [name, { ...pick(plain, (key) => !isShared(key)), allOf: [{ $ref: COMMON }] }] as const;
  });
  return { common: pick(all[0] ?? {}, isShared), own: Object.fromEntries(own) };
}

function pick(schema: JsonSchema, isWanted: (name: string) => boolean): JsonSchema {
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => isWanted(name));
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: (schema.required ?? []).filter(isWanted),
    additionalProperties: true,
  };
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
