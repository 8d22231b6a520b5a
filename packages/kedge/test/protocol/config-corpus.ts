/** Files of configuration without a mistake in them: every event, every handler type, permissions, variables, sandbox. */
import {
  EVENT_NAMES,
  EVENTS,
  type EventDescriptor,
  type HandlerType,
  type HookEventName,
} from "../../src/protocol/index.ts";
import type { Random } from "../support/random.ts";

/** JSON that a test may change. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonRecord = { [key: string]: Json };

const matchers = ["", "*", "Bash", "Edit|Write", "mcp__files__.*", "^Note", "code-reviewer, planner", "a+b?"];
const rules = [
  "Bash(git push *)",
  "Bash(rm:*)",
  "Edit(src/**)",
  "Read(~/.ssh/**)",
  "mcp__files__write",
  "WebFetch",
];

const handlers: Readonly<Record<HandlerType, (id: string, random: Random) => JsonRecord>> = {
  command: (id, random) => ({
    type: "command",
    command: `check-${id} --now`,
    ...some(random, "args", ["-v", id]),
    ...some(random, "shell", "bash"),
    ...some(random, "async", true),
    ...some(random, "asyncRewake", false),
    ...some(random, "rewakeMessage", "It is time."),
  }),
  http: (id, random) => ({
    type: "http",
    url: `https://hooks.example/${id}`,
    ...some(random, "headers", { "X-Token": "$TOKEN" }),
    ...some(random, "allowedEnvVars", ["TOKEN"]),
  }),
  mcp_tool: (id, random) => ({
    type: "mcp_tool",
    server: "files",
    tool: `tool-${id}`,
    ...some(random, "input", { path: "${tool_input.file_path}", deep: { list: [1, "${cwd}"] } }),
  }),
  prompt: (id, random) => ({
    type: "prompt",
    prompt: `Is ${id} fine? $ARGUMENTS`,
    ...some(random, "continueOnBlock", true),
  }),
  agent: (id, random) => ({ type: "agent", prompt: `Judge ${id}.`, ...some(random, "model", "small") }),
};

function some(random: Random, key: string, value: Json): JsonRecord {
  return random.chance(0.4) ? { [key]: value } : {};
}

export function descriptorOf(event: string): EventDescriptor {
  return EVENTS[event as HookEventName];
}

/** A handler that its event takes. No two of a file are the same one. */
function goodHandler(random: Random, event: HookEventName, id: string): JsonRecord {
  const descriptor = descriptorOf(event);
  return {
    ...handlers[random.pick(descriptor.handlers)](id, random),
    ...some(random, "timeout", random.pick([1, 0.5, 30, 3_600])),
    ...some(random, "statusMessage", "Checking"),
    ...(descriptor.judgesIf ? some(random, "if", random.pick(rules)) : {}),
    ...(descriptor.obeysOnFailure ? some(random, "onFailure", random.pick(["block", "continue"])) : {}),
    ...some(random, "futureField", { anything: [1, 2] }),
  };
}

/** A `hooks` map of one to five events. */
export function goodHooks(random: Random): JsonRecord {
  const hooks: JsonRecord = {};
  for (let count = 1 + random.below(5); count > 0; count--) {
    const event = random.pick(EVENT_NAMES);
    hooks[event] = Array.from({ length: 1 + random.below(3) }, (_, group) => ({
      ...(descriptorOf(event).matcher ? some(random, "matcher", random.pick(matchers)) : {}),
      hooks: Array.from({ length: 1 + random.below(3) }, (_each, at) =>
        goodHandler(random, event, `${event}-${group}-${at}`),
      ),
    }));
  }
  return hooks;
}

const booleanKeys = ["disableAllHooks", "allowManagedHooksOnly"] as const;

/** A settings file. Every part that a test may want to break is there. */
export function goodSettings(random: Random): JsonRecord {
  return {
    hooks: goodHooks(random),
    permissions: {
      allow: [random.pick(rules), "Read"],
      ask: [random.pick(rules), "Bash(sudo *)"],
      deny: [random.pick(rules), "Bash(curl *)", "Edit(.env)"],
      defaultMode: "acceptEdits",
      additionalDirectories: ["/srv/shared"],
      unprotectedPaths: [".cargo"],
    },
    env: { TOKEN: "one", LEVEL: "2", "DOTTED.NAME": "three" },
    sandbox: {
      enabled: true,
      failIfUnavailable: true,
      excludedCommands: ["docker"],
      filesystem: { denyWrite: ["/etc"], allowWrite: ["/tmp"] },
      network: { allowedDomains: ["example.org"], httpProxyPort: 8_080 },
    },
    ...some(random, random.pick(booleanKeys), true),
    allowedHttpHookUrls: ["https://hooks.example/*"],
    httpHookAllowedEnvVars: ["TOKEN"],
    enabledPlugins: { "a@market": true },
    extraKnownMarketplaces: { market: { source: { source: "github", repo: "a/b" } } },
    strictKnownMarketplaces: [{ source: "github", repo: "a/b" }, "market"],
    statusLine: { type: "command", command: "status" },
    model: "large",
    futureKey: { kept: [true] },
  };
}

/** A plugin's manifest with hooks of its own, a further file and an option. */
export function goodManifest(random: Random): JsonRecord {
  return {
    name: "formatter",
    version: "1.2.3",
    description: "Formats what was written.",
    hooks: random.chance(0.5) ? goodHooks(random) : [goodHooks(random), "./hooks/more.json"],
    userConfig: { url: { type: "string", title: "Where" }, level: { type: "number", default: 3 } },
    commands: "./commands",
  };
}

/** The list of a marketplace with every kind of source. */
export function goodMarketplace(random: Random): JsonRecord {
  return {
    name: "market",
    owner: { name: "Somebody", email: "somebody@example.org" },
    plugins: [
      { name: "folder", source: "./plugins/folder", description: "In the list itself." },
      { name: "github", source: { source: "github", repo: "owner/name", ref: "v1" }, strict: false },
      { name: "git", source: { source: "git", url: "https://git.example/owner/name.git" } },
      { name: "ssh", source: { source: "url", url: "git@git.example:owner/name.git" } },
      { name: "npm", source: { source: "npm", package: "@owner/name", version: "^1.0.0" } },
    ].slice(random.below(3)),
  };
}
