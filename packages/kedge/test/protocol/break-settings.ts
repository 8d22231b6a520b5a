/**
 * Breaks exactly one part of a sound settings file, and says what must be left of its reading: everything else, as before
 * (D1).
 */
import type { Settings } from "../../src/protocol/index.ts";
import type { Random } from "../support/random.ts";
import { descriptorOf, type Json, type JsonRecord } from "./config-corpus.ts";

/** What was broken. */
export interface Break {
  /** Where the problem must be reported, or one below it. */
  readonly path: string;
  /** Events whose broken hook must be listed as such. */
  readonly isListed: boolean;
  /** Found while compiling, not while reading. */
  readonly isCompiled?: true;
  /** The reading of the sound file without the part. */
  readonly without: (sound: Settings) => Settings;
}

/** Changes the file in place. */
export function breakSettings(random: Random, file: JsonRecord): Break {
  return random.pick([
    breakHandler,
    breakHandler,
    breakGroup,
    breakEvent,
    breakRule,
    breakVariable,
    breakKey,
  ])(random, file);
}

const record = (value: Json | undefined): JsonRecord => value as JsonRecord;
const list = (value: Json | undefined): Json[] => value as Json[];

interface Place {
  readonly event: string;
  readonly groups: Json[];
  readonly group: JsonRecord;
  readonly at: number;
  readonly path: string;
}

function pickGroup(random: Random, file: JsonRecord): Place {
  const hooks = record(file.hooks);
  const event = random.pick(Object.keys(hooks));
  const groups = list(hooks[event]);
  const at = random.below(groups.length);
  return { event, groups, group: record(groups[at]), at, path: `hooks.${event}[${at}]` };
}

const withoutHooks =
  (path: string): Break["without"] =>
  (sound) => ({
    ...sound,
    hooks: sound.hooks.filter(
      (entry) =>
        entry.path !== path && !entry.path.startsWith(`${path}.`) && !entry.path.startsWith(`${path}[`),
    ),
  });

/** What no handler may be; a function changes a sound one. */
const badHandlers: readonly ((handler: JsonRecord, event: string) => Json)[] = [
  () => null,
  () => 5,
  () => "touch pwned",
  () => [],
  () => ({}),
  () => ({ type: "wasm", module: "x" }),
  (handler) => ({ ...handler, type: "Command" }),
  (handler) => ({ ...handler, timeout: 0 }),
  (handler) => ({ ...handler, timeout: "5m" }),
  (handler) => ({ ...handler, timeout: null }),
  (handler) => ({ ...handler, timeout: 0.0001 }),
  (handler) => ({ ...handler, onFailure: "explode" }),
  (handler) => ({ ...handler, once: "yes" }),
  (handler) => ({ ...handler, statusMessage: 7 }),
  (handler) => ({ ...handler, if: {} }),
  () => ({ type: "command" }),
  () => ({ type: "command", command: "  " }),
  () => ({ type: "command", command: "a\u0000b" }),
  () => ({ type: "command", command: "x", args: [1] }),
  () => ({ type: "command", command: "x", shell: "fish" }),
  () => ({ type: "command", command: "x ${user_config.y}" }),
  () => ({ type: "command", command: "${CLAUDE_PLUGIN_ROOT}/x" }),
  () => ({ type: "http", url: "file:///etc/passwd" }),
  () => ({ type: "http", url: "http://169.254.169.254/" }),
  () => ({ type: "http", url: "not a url" }),
  () => ({ type: "http", url: "https://a.example/", headers: { "X-A": 5 } }),
  () => ({ type: "http", url: "https://a.example/", headers: { "X-A": "a\r\nX-B: c" } }),
  () => ({ type: "mcp_tool", server: "files" }),
  () => ({ type: "mcp_tool", server: "files", tool: "t", input: [] }),
  () => ({ type: "prompt" }),
  () => ({ type: "agent", prompt: {} }),
  (handler, event) => (descriptorOf(event).judgesIf ? 5 : { ...handler, if: "Bash(rm *)" }),
];

const unreadableRules = [
  "Bash(echo",
  "A && B",
  "*",
  "bash",
  "Edit([)",
  "Bash(a)(b",
  "(",
  "Bash ()",
  "Nope(x)",
];

function breakHandler(random: Random, file: JsonRecord): Break {
  const { event, group, path } = pickGroup(random, file);
  const handlers = list(group.hooks);
  const at = random.below(handlers.length);
  const handler = record(handlers[at]);
  const own = `${path}.hooks[${at}]`;
  if (descriptorOf(event).judgesIf && random.chance(0.3)) {
    handlers[at] = { ...handler, if: random.pick(unreadableRules) };
    return { path: own, isListed: true, isCompiled: true, without: withoutHooks(own) };
  }
  handlers[at] = random.pick(badHandlers)(handler, event);
  return { path: own, isListed: true, without: withoutHooks(own) };
}

function breakGroup(random: Random, file: JsonRecord): Break {
  const { event, groups, group, at, path } = pickGroup(random, file);
  const hasMatcher = descriptorOf(event).matcher !== null;
  if (hasMatcher && random.chance(0.3)) {
    groups[at] = {
      ...group,
      matcher: random.pick(["[", "*Bash", "Edit|*", "(?i)x", "(", "x".repeat(1_025), "a{2,1}", "\\"]),
    };
    return { path, isListed: true, isCompiled: true, without: withoutHooks(path) };
  }
  const changes: readonly (() => Json)[] = [
    () => null,
    () => 5,
    () => "Bash",
    () => [group],
    () => ({}),
    () => ({ matcher: "Bash" }),
    () => ({ ...group, hooks: null }),
    () => ({ ...group, hooks: record(list(group.hooks)[0]) }),
    ...(hasMatcher
      ? [
          () => ({ ...group, matcher: 42 }),
          () => ({ ...group, matcher: null }),
          () => ({ ...group, matcher: ["Bash"] }),
        ]
      : []),
  ];
  groups[at] = random.pick(changes)();
  return { path, isListed: true, without: withoutHooks(path) };
}

function breakEvent(random: Random, file: JsonRecord): Break {
  const hooks = record(file.hooks);
  const event = random.pick(Object.keys(hooks));
  const path = `hooks.${event}`;
  if (random.chance(0.4)) {
    const name = random.pick([event.toLowerCase(), `${event} `, `${event}s`, "constructor", "toString"]);
    const entries = Object.entries(hooks).map(([key, value]) => [key === event ? name : key, value] as const);
    file.hooks = Object.fromEntries(entries);
    const reported = /^\w+$/.test(name) ? `hooks.${name}` : `hooks["${name}"]`;
    return { path: reported, isListed: false, without: withoutHooks(path) };
  }
  const isNull = random.chance(0.2);
  hooks[event] = isNull ? null : random.pick<Json>([5, "x", record(list(hooks[event])[0]), true]);
  return { path, isListed: !isNull, without: withoutHooks(path) };
}

function breakRule(random: Random, file: JsonRecord): Break {
  const name = random.pick(["allow", "ask", "deny"] as const);
  const permissions = record(file.permissions);
  if (random.chance(0.2)) {
    permissions[name] = random.pick<Json>(["Read", 5, null, {}]);
    return {
      path: `permissions.${name}`,
      isListed: false,
      without: (sound) => ({ ...sound, permissions: { ...sound.permissions, [name]: [] } }),
    };
  }
  const texts = list(permissions[name]);
  const at = random.below(texts.length);
  texts[at] = random.pick<Json>([5, null, {}, "Bash(", "(x)", "", " ", "Bash(x) y", "1x"]);
  return {
    path: `permissions.${name}[${at}]`,
    isListed: false,
    without: (sound) => ({
      ...sound,
      permissions: {
        ...sound.permissions,
        [name]: sound.permissions[name].filter((_, index) => index !== at),
      },
    }),
  };
}

function breakVariable(random: Random, file: JsonRecord): Break {
  const env = record(file.env);
  if (random.chance(0.3)) {
    const name = random.pick(["1BAD", "A B", "", "A=B", "é"]);
    env[name] = "x";
    return { path: `env["${name}"]`, isListed: false, without: (sound) => sound };
  }
  const name = random.pick(Object.keys(env));
  env[name] = random.pick<Json>([null, {}, ["x"], "a\u0000b"]);
  return {
    path: /^[\w$-]+$/.test(name) ? `env.${name}` : `env["${name}"]`,
    isListed: false,
    without: (sound) => ({ ...sound, env: withoutKey(sound.env, name) }),
  };
}

/** Keys with a value that none of them can be. */
const badKeys: readonly (readonly [path: string, value: Json])[] = [
  ["disableAllHooks", "true"],
  ["allowManagedHooksOnly", 1],
  ["allowedHttpHookUrls", "https://a.example/*"],
  ["httpHookAllowedEnvVars", { TOKEN: true }],
  ["enabledPlugins", ["a@market"]],
  ["extraKnownMarketplaces", null],
  ["strictKnownMarketplaces", "market"],
  ["statusLine", "status"],
  ["permissions.defaultMode", 5],
  ["permissions.additionalDirectories", "/srv"],
  ["permissions.unprotectedPaths", ".git"],
  ["sandbox.enabled", "yes"],
  ["sandbox.failIfUnavailable", 1],
  ["sandbox.excludedCommands", "docker"],
  ["sandbox.filesystem.denyWrite", "/etc"],
  ["sandbox.network.allowedDomains", null],
  ["sandbox.network.httpProxyPort", "8080"],
];

function breakKey(random: Random, file: JsonRecord): Break {
  const [path, value] = random.pick(badKeys);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  record(keys.reduce<Json>((at, key) => record(at)[key] ?? {}, file))[last] = value;
  return { path, isListed: false, without: (sound) => removeAt(sound, [...keys, last]) };
}

function removeAt(settings: Settings, keys: readonly string[]): Settings {
  const copy = structuredClone(settings) as unknown as JsonRecord;
  const last = keys.at(-1) ?? "";
  const holder = keys.slice(0, -1).reduce<JsonRecord>((at, key) => record(at[key]), copy);
  delete holder[last];
  return copy as unknown as Settings;
}

function withoutKey<Value>(
  values: Readonly<Record<string, Value>>,
  key: string,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
}
