/** Every requirement has a test, and every citation a requirement. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parseAst } from "vitest/node";
import { REQUIREMENTS } from "./requirements.ts";

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

/** Functions whose calls have a title. */
const TITLED = new Set(["describe", "it", "test", "describeWith", "testWith"]);

const testDir = fileURLToPath(new URL("../", import.meta.url));
const testFiles = readdirSync(testDir, { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".test.ts"),
);
const citations = testFiles.flatMap((path) =>
  readTitles(path, readFileSync(`${testDir}/${path}`, "utf8")).flatMap((title) =>
    citedIds(title).map((id) => ({ id, path })),
  ),
);

it("has from 70 to 110 requirements, each once, with a source and a sentence", () => {
  const ids = REQUIREMENTS.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  expect(ids.length).toBeGreaterThanOrEqual(70);
  expect(ids.length).toBeLessThanOrEqual(110);
  for (const { id, source, sentence } of REQUIREMENTS) {
    expect(citedIds(`[${id}] `), id).toEqual([id]);
    expect(source).toMatch(/^(?:Claude Code hooks reference, |recorded, |Kedge(?: deviation D\d+)?$)/);
    expect(sentence, id).toMatch(/^\S.*\.$/);
    if (/^D\d+\./.test(id)) expect(source).toBe(`Kedge deviation ${id.split(".")[0]}`);
  }
});

it("has a test for every requirement", () => {
  const cited = new Set(citations.map(({ id }) => id));
  expect(REQUIREMENTS.filter(({ id }) => !cited.has(id))).toEqual([]);
});

it("has a requirement for every citation", () => {
  const known = new Set(REQUIREMENTS.map(({ id }) => id));
  expect(citations.filter(({ id }) => !known.has(id))).toEqual([]);
});

it("reads titles of tests, tables of tests and groups, but not of skipped ones", () => {
  const read = (text: string) => readTitles("x.test.ts", text).flatMap(citedIds);
  expect(read('it("[a.b] [c.d] works", run)')).toEqual(["a.b", "c.d"]);
  expect(read("it.each([1, 2])(`[a.b] ${1}`, run)")).toEqual(["a.b"]);
  expect(read('describe.each(["[x.y] "])("[a.b] each", run)')).toEqual(["a.b"]);
  expect(read('testWith({ needs: [] }, "[a.b] works", run)')).toEqual(["a.b"]);
  expect(read('it.skip("[a.b] works", run); it.todo("[c.d] works"); // it("[e.f] works")')).toEqual([]);
  expect(read('it("works on [a.b] and [1]", run); log("[a.b] works")')).toEqual([]);
});

/** The ids at the beginning of a title, each in brackets of its own. */
function citedIds(title: string): string[] {
  const head = /^(?:\[[A-Za-z][\w-]*\.[\w-]+\] )+/.exec(title)?.[0] ?? "";
  return [...head.matchAll(/\[([^\]]+)\]/g)].map(([, id = ""]) => id);
}

/** Titles of tests and groups in a source text. The syntax tree is read, so that no comment is taken for a test. */
function readTitles(path: string, text: string): string[] {
  const titles: string[] = [];
  visit(parseAst(text, { lang: "ts" }, path), (node) => {
    if (node.type !== "CallExpression") return;
    const words = calleeWords(node.callee);
    const isRun = !words.some((word) => word === "skip" || word === "todo");
    // A call whose value is called again, such as `it.each(rows)`, has no title yet.
    const isTable = words.at(-1) === "each";
    if (isRun && !isTable && TITLED.has(words[0] ?? "")) titles.push(...titleAmong(node.arguments));
  });
  return titles;
}

/** `it.each(rows)` as `it`, `each` and `()`. */
function calleeWords(callee: unknown): string[] {
  if (!isNode(callee)) return [];
  if (callee.type === "Identifier") return [String(callee.name)];
  if (callee.type === "CallExpression") return [...calleeWords(callee.callee), "()"];
  if (callee.type !== "MemberExpression") return [];
  return [...calleeWords(callee.object), ...calleeWords(callee.property)];
}

function titleAmong(args: unknown): string[] {
  const title = (Array.isArray(args) ? args : []).find(
    (arg) => isNode(arg) && (typeof arg.value === "string" || arg.type === "TemplateLiteral"),
  );
  if (!isNode(title)) return [];
  if (title.type !== "TemplateLiteral") return [String(title.value)];
  const [first] = title.quasis as readonly { readonly value: { readonly cooked: string } }[];
  return first ? [first.value.cooked] : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function visit(value: unknown, enter: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, enter);
  if (!isNode(value)) return;
  enter(value);
  for (const child of Object.values(value)) visit(child, enter);
}
