/** The scenarios that people copy, and those of the page. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseScenario, scenarioJsonSchema, startModelApi } from "../../src/model-api/index.ts";
import { ask, eventNames } from "./raw-client.ts";

const root = join(import.meta.dirname, "../../../..");
const folder = join(root, "examples/model-api");
const examples = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);
const page = readFileSync(join(root, "docs/model-api.md"), "utf8");
const onPage = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(
  ([, text = ""], index) => [index, text] as const,
);

const validate = new Ajv2020({ strict: false }).compile(scenarioJsonSchema());

describe("examples", () => {
  it.each(examples)("%s is sound, and says what it is for", (_, text) => {
    const value = parse(text) as unknown;
    expect(parseScenario(value)).toMatchObject({ ok: true, scenario: { description: expect.any(String) } });
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
  });

  it("of tools plays a whole turn", async () => {
    const text = readFileSync(join(folder, "tool-calls.yaml"), "utf8");
    const reading = parseScenario(parse(text));
    if (!reading.ok) throw new Error("expected a sound example");
    await using api = await startModelApi(reading.scenario);
    const tools = { fields: { tools: [{ name: "Bash" }] }, stream: true };
    const answers = [
      await ask(api.port, tools),
      await ask(api.port, { stream: true }),
      await ask(api.port, tools),
    ];
    expect(answers.map(({ body }) => /"name":"(\w+)"/.exec(body)?.[1])).toEqual(["Bash", undefined, "Write"]);
    expect(eventNames(answers[0]?.body ?? "").at(-1)).toBe("message_stop");
    expect((await ask(api.port, tools)).body).toContain("notes.md.");
    expect((await ask(api.port, tools)).status).toBe(500);
  });
});

describe("the page", () => {
  it("has a scenario for each part of the format", () => {
    expect(onPage.length).toBeGreaterThan(6);
  });

  it.each(onPage)("scenario %i is sound", (_, text) => {
    expect(parseScenario(parse(text))).toMatchObject({ ok: true });
  });

  it("names every field of the format", () => {
    const fields = new Set<string>();
    const walk = (schema: unknown): void => {
      if (typeof schema !== "object" || schema === null) return;
      const { properties } = schema as { properties?: object };
      for (const key of Object.keys(properties ?? {})) fields.add(key);
      for (const each of Object.values(schema)) walk(each);
    };
    walk(scenarioJsonSchema());
    expect([...fields].filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
  });
});
