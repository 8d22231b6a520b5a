import { scenarioJsonSchema } from "../../packages/kedge/src/model-api/index.ts";
import { EVENT_NAMES, EVENTS } from "../../packages/kedge/src/protocol/events/index.ts";
import { handlerSchemas } from "../../packages/kedge/src/protocol/handler-config.ts";
import { batchJsonSchema } from "../../packages/kedge/src/recovery/batch/batch-schema.ts";
import { policyJsonSchema } from "../../packages/kedge/src/recovery/policy/policy-schema.ts";
import { eventsPage } from "./events-page.ts";
import { publishedSchemas } from "./schemas.ts";
import { wireTypes } from "./types.ts";
import { validatorDeclarations, validatorModule } from "./validators.ts";

const generated = "packages/kedge/src/protocol/generated";
const schemas = "packages/kedge/schemas";

/** Folders that hold generated files and nothing else. */
export const generatedFolders = [generated, schemas];

/** Content of every generated file, by path from the root of the repository. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const inputs = Object.fromEntries(EVENT_NAMES.map((name) => [name, EVENTS[name].input]));
  const outputs = Object.fromEntries(EVENT_NAMES.map((name) => [name, EVENTS[name].output]));
  const files = new Map<string, string>();
  for (const [name, table, allErrors] of [
    ["input", inputs, true],
    ["output", outputs, false],
    ["handler", handlerSchemas(), true],
  ] as const) {
    files.set(`${generated}/${name}-validators.js`, validatorModule(table, { allErrors }));
    files.set(`${generated}/${name}-validators.d.ts`, validatorDeclarations(Object.keys(table)));
  }
  files.set(`${generated}/wire-types.ts`, await wireTypes());
  const scenario = ["model-api-scenario.schema.json", scenarioJsonSchema()] as const;
  const policy = ["policy.schema.json", policyJsonSchema()] as const;
  const batch = ["batch.schema.json", batchJsonSchema()] as const;
  for (const [name, schema] of [...publishedSchemas(), scenario, policy, batch])
    files.set(`${schemas}/${name}`, `${JSON.stringify(schema, null, 2)}\n`);
  files.set("docs/events.md", eventsPage());
  return files;
}
