import { afterAll, beforeAll, expect, it } from "vitest";
import type { JsonObject } from "../../src/protocol/index.ts";
import { deliver, makePlaces, SETTINGS_FILES } from "../support/engine-places.ts";
import { fuzz, must, say } from "../support/fuzz.ts";
import { serve, type TestServer } from "../support/http-server.ts";
import { pairwiseRows, type Row } from "../support/pairwise.ts";
import { createRandom, fuzzSeed } from "../support/random.ts";
import { inFull } from "../support/requires.ts";

const LAYERS = Object.keys(SETTINGS_FILES) as readonly (keyof typeof SETTINGS_FILES)[];
const PLUGIN = "guard@mk";

let one: TestServer;
let two: TestServer;
beforeAll(async () => {
  one = await serve((response) => response.end());
  two = await serve((response) => response.end());
});
afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await two[Symbol.asyncDispose]();
});

/** What each layer may say, by key. `one` stands for the address of the first server. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  disableAllHooks: [undefined, true, false, "yes"],
  allowManagedHooksOnly: [undefined, true, false, "no"],
  allowedHttpHookUrls: [undefined, [], ["one"], ["*"], "*"],
  httpHookAllowedEnvVars: [undefined, [], ["A"], ["A", "B"]],
  enabledPlugins: [undefined, { [PLUGIN]: true }, { [PLUGIN]: false }, []],
  env: [undefined, { WHO: "set" }, null],
  /** Whether, and how, the layer has the command of the managed gate too. */
  copy: [undefined, { async: true }, { onFailure: "block" }, { timeout: 1 }],
};

/** Managed settings with a switch of the wrong type are no settings at all: that is a test of its own. */
function valuesFor(layer: string, values: readonly unknown[]): readonly unknown[] {
  return layer === "managed" ? values.filter((value) => typeof value !== "string") : values;
}

const FACTORS: Readonly<Record<string, readonly unknown[]>> = {
  trust: ["store", "project"],
  ...Object.fromEntries(
    LAYERS.flatMap((layer) =>
      Object.entries(VALUES).map(([key, values]) => [`${layer}.${key}`, valuesFor(layer, values)] as const),
    ).filter(([key]) => key !== "managed.copy"),
  ),
};

/** Stands in a drop-in of its own. */
const gate = {
  type: "command",
  command: 'echo "gate $WHO" >> "$KEDGE_MARKS"; echo closed >&2; exit 2',
};

/** Settings of one layer: what the row says, a command, and two posts. */
function settingsFor(layer: (typeof LAYERS)[number], row: Row): JsonObject {
  const said = (key: string): unknown => row[`${layer}.${key}`];
  const urls = said("allowedHttpHookUrls");
  const env = said("env");
  const posts = [one, two].map(({ url }) => ({
    type: "http",
    url,
    headers: { "x-layer": layer, "x-a": "$A", "x-b": "$B" },
    allowedEnvVars: ["A", "B"],
  }));
  const copy = said("copy");
  const own = { type: "command", command: `echo ${layer} >> "$KEDGE_MARKS"` };
  const keys: Record<string, unknown> = {
    disableAllHooks: said("disableAllHooks"),
    allowManagedHooksOnly: said("allowManagedHooksOnly"),
    allowedHttpHookUrls: Array.isArray(urls) ? urls.map((each) => (each === "one" ? one.url : each)) : urls,
    httpHookAllowedEnvVars: said("httpHookAllowedEnvVars"),
    enabledPlugins: said("enabledPlugins"),
    env: env === null ? { WHO: null } : env && { WHO: layer },
    hooks: { PreToolUse: [{ hooks: [...(copy ? [{ ...gate, ...copy }] : []), own, ...posts] }] },
  };
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));
}

interface Seen {
  readonly marks: readonly string[];
  readonly posts: readonly { layer: string; server: 1 | 2; a: string; b: string }[];
  readonly behavior: string;
}

async function see(row: Row): Promise<Seen> {
  const places = makePlaces();
  for (const layer of LAYERS) places.write(SETTINGS_FILES[layer], settingsFor(layer, row));
  places.write("managed/managed-settings.d/gate.json", { hooks: { PreToolUse: [{ hooks: [gate] }] } });
  places.write("plugin/hooks/hooks.json", {
    hooks: { PreToolUse: [{ hooks: [{ type: "command", command: 'echo plugin >> "$KEDGE_MARKS"' }] }] },
  });
  const installPath = places.at("plugin");
  places.write("home/.claude/plugins/installed_plugins.json", {
    version: 2,
    plugins: { [PLUGIN]: [{ scope: "user", installPath, version: "1.0.0" }] },
  });
  const before = [one.received.length, two.received.length] as const;
  const engine = await places.engine({
    trust: row.trust === "project" ? "project" : "store",
    env: { ...places.options.env, A: "a", B: "b" },
    flagSettings: [places.at(SETTINGS_FILES.flag)],
  });
  const input = { tool_name: "Bash", tool_input: { command: "ls" } };
  const { decision } = await deliver(engine, "PreToolUse", input);
  await engine.close();
  const arrived = [one.received.slice(before[0]), two.received.slice(before[1])];
  return {
    marks: places.takeMarks(),
    posts: arrived.flatMap((requests, at) =>
      requests.map(({ headers }) => ({
        layer: String(headers["x-layer"]),
        server: at === 0 ? (1 as const) : (2 as const),
        a: String(headers["x-a"]),
        b: String(headers["x-b"]),
      })),
    ),
    behavior: decision.behavior,
  };
}

/**
 * Says what managed settings said and did not get. It knows the row and nothing of the engine: what managed settings have
 * is the law, and what they leave open may be narrowed by others, never widened.
 */
function weakenings(row: Row, seen: Seen): string[] {
  const law = (key: string): unknown => row[`managed.${key}`];
  const found: string[] = [];
  const check = (holds: boolean, sentence: string): void => void (holds || found.push(sentence));
  const below = ["flag", "local", "project", "user"];
  const ran = (name: string): boolean => seen.marks.includes(name);

  if (law("disableAllHooks") === true) {
    check(seen.marks.length === 0 && seen.posts.length === 0, "all is off, and something ran");
    return found;
  }
  check(ran("managed"), "the managed handler did not run");
  const gates = seen.marks.filter((each) => each.startsWith("gate "));
  check(gates.length >= 1 && seen.behavior === "deny", "the managed gate did not close");
  if (law("env")) check(gates.includes("gate managed"), "the managed gate ran in an environment of others");
  if (law("allowManagedHooksOnly") === true) {
    const stopped = ["local", "project", "user"];
    check(!stopped.some(ran), "only managed hooks may run, and another did");
    check(!seen.posts.some(({ layer }) => stopped.includes(layer)), "another posted");
  }
  const plugins = law("enabledPlugins") as Readonly<Record<string, boolean>> | undefined;
  const isOff = below.some((layer) => row[`${layer}.disableAllHooks`] === true);
  if (plugins?.[PLUGIN] === false) check(!ran("plugin"), "a plugin that is forced off ran");
  // Others may switch off everything that is not managed, unless managed settings say that nothing is.
  if (plugins?.[PLUGIN] === true && (law("disableAllHooks") === false || !isOff))
    check(ran("plugin"), "a plugin that is forced on did not run");
  if (law("disableAllHooks") === false && law("allowManagedHooksOnly") !== true)
    check(ran("flag") && ran("user"), "hooks are not off, and one of the user's did not run");
  const urls = law("allowedHttpHookUrls");
  const servers = new Set(seen.posts.map(({ server }) => server));
  if (Array.isArray(urls) && !urls.includes("*")) {
    check(!servers.has(2), "an address that is not allowed was reached");
    check(urls.length > 0 || !servers.has(1), "an address was reached, and none is allowed");
  }
  const names = law("httpHookAllowedEnvVars");
  if (Array.isArray(names)) {
    check(names.includes("A") || seen.posts.every(({ a }) => a === ""), "A left, and is not allowed");
    check(names.includes("B") || seen.posts.every(({ b }) => b === ""), "B left, and is not allowed");
  }
  return found;
}

async function judge(row: Row): Promise<void> {
  const found = weakenings(row, await see(row));
  must(found.length === 0, () => found.join("; "));
}

it("lets nothing below weaken managed settings: every pair of values of every two keys over five layers", async () => {
  const rows = pairwiseRows(FACTORS, createRandom(fuzzSeed));
  await fuzz({
    name: "managed policy, pairwise",
    count: rows.length,
    make: (_, index) => rows[index] ?? {},
    judge,
  });
  say(`managed policy: ${Object.keys(FACTORS).length} factors in ${rows.length} rows`);
}, 120_000);

it("lets nothing below weaken managed settings: combinations at random", async () => {
  await fuzz({
    name: "managed policy, random",
    count: inFull({ normal: 20, full: 2_000 }),
    make: (random) =>
      Object.fromEntries(Object.entries(FACTORS).map(([key, values]) => [key, random.pick(values)])),
    judge,
  });
}, 600_000);

it("would notice a weakening: the judge knows each kind of one", () => {
  const calm: Seen = {
    marks: ["managed", "gate managed", "plugin", "flag", "user"],
    posts: [],
    behavior: "deny",
  };
  const says = (row: Row, seen: Partial<Seen>): string[] => weakenings(row, { ...calm, ...seen });
  expect(says({}, {})).toEqual([]);
  expect(says({ "managed.disableAllHooks": true }, {})).toHaveLength(1);
  expect(says({}, { marks: [] })).toHaveLength(2);
  expect(says({}, { behavior: "allow" })).toHaveLength(1);
  expect(says({ "managed.allowManagedHooksOnly": true }, {})).toHaveLength(1);
  expect(says({ "managed.enabledPlugins": { [PLUGIN]: false } }, {})).toHaveLength(1);
  expect(
    says({ "managed.enabledPlugins": { [PLUGIN]: true } }, { marks: ["managed", "gate x"] }),
  ).toHaveLength(1);
  const posts = [{ layer: "user", server: 2, a: "a", b: "" }] as const;
  expect(says({ "managed.allowedHttpHookUrls": ["one"] }, { posts })).toHaveLength(1);
  expect(says({ "managed.httpHookAllowedEnvVars": ["B"] }, { posts })).toHaveLength(1);
});
