import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { generatedFiles, generatedFolders } from "../../../../scripts/generate/files.ts";

const root = join(import.meta.dirname, "../../../..");

it("every generated file is what the tables say", async () => {
  const files = await generatedFiles();
  expect(files.size).toBeGreaterThan(70);
  for (const [path, content] of files) {
    expect(
      readFileSync(join(root, path), "utf8") === content,
      `${path} is stale: run \`npm run generate\``,
    ).toBe(true);
  }
});

it("folders of generated files hold nothing else", async () => {
  const files = await generatedFiles();
  const found = generatedFolders.flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
  expect(found.filter((path) => !files.has(path))).toEqual([]);
});

it("every published schema is a valid JSON Schema 2020-12", () => {
  const folder = join(root, "packages/kedge/schemas");
  const ajv = new Ajv2020({ strict: false });
  for (const name of readdirSync(folder)) {
    const schema = JSON.parse(readFileSync(join(folder, name), "utf8")) as object;
    expect(ajv.validateSchema(schema), name).toBe(true);
    expect(() => ajv.compile(schema), name).not.toThrow();
  }
});
