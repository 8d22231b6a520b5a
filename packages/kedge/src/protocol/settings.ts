import { isHookEventName } from "./events/index.ts";
import type { BrokenHook, HookEntry } from "./handler.ts";
import { readHooks } from "./hooks-config.ts";
import { parseRule, type Rule } from "./if-rule.ts";
import { isJsonObject, type JsonObject, ownValue, readJson } from "./json.ts";
import { childPath, type Problem, ProblemList, typeOf } from "./problems.ts";
import { type KeyValues, readKeys, readObject } from "./read-keys.ts";
import {
  PERMISSION_KEYS,
  SANDBOX_FILESYSTEM_KEYS,
  SANDBOX_KEYS,
  SANDBOX_NETWORK_KEYS,
  SETTINGS_KEYS,
} from "./settings-keys.ts";

/** Nesting that a file of configuration may have. */
const MAX_CONFIG_DEPTH = 64;

/** One settings file. */
export interface Settings extends KeyValues<typeof SETTINGS_KEYS> {
  /** Handlers, in the order of the file. */
  readonly hooks: readonly HookEntry[];
  /** Handlers that cannot be used. */
  readonly broken: readonly BrokenHook[];
  /** Variables for the session; values are strings. */
  readonly env: Readonly<Record<string, string>>;
  readonly permissions: KeyValues<typeof PERMISSION_KEYS> & {
    readonly allow: readonly Rule[];
    readonly ask: readonly Rule[];
    readonly deny: readonly Rule[];
  };
  readonly sandbox: KeyValues<typeof SANDBOX_KEYS> & {
    readonly filesystem: KeyValues<typeof SANDBOX_FILESYSTEM_KEYS>;
    readonly network: KeyValues<typeof SANDBOX_NETWORK_KEYS>;
  };
  /** Every other key, as it stands in the file. */
  readonly other: JsonObject;
}

/** A file of configuration that was read, with everything that is wrong with it. */
export interface SettingsReading {
  readonly settings: Settings;
  readonly problems: readonly Problem[];
  /** False when nothing of the file could be read. */
  readonly isReadable: boolean;
}

const OWN_KEYS = new Set([
  ...Object.keys(SETTINGS_KEYS),
  "hooks",
  "env",
  "permissions",
  "sandbox",
  "$schema",
]);

/**
 * Reads the text of a settings file. Never throws: what is wrong is reported with its place and left out by itself, so that
 * one typing mistake never switches off a deny rule or another hook (D1).
 *
 * @param file how to call the file in problems
 * @source Claude Code settings reference
 */
export function parseSettings(text: string, file: string): SettingsReading {
  const list = new ProblemList(file);
  const value = readConfigObject(text, list, "Nothing of this file is in force.");
  const path = "";
  reportMisplacedEvents(value ?? {}, list);
  const permissions = readObject(value ?? {}, "permissions", { path, list });
  const sandbox = readObject(value ?? {}, "sandbox", { path, list });
  const hooks =
    value && Object.hasOwn(value, "hooks")
      ? readHooks(ownValue(value, "hooks"), { path: "hooks", origin: "settings", list })
      : { entries: [], broken: [] };
  const settings: Settings = {
    ...readKeys(value ?? {}, SETTINGS_KEYS, { path, list }),
    hooks: hooks.entries,
    broken: hooks.broken,
    env: readEnv(readObject(value ?? {}, "env", { path, list }), list),
    permissions: {
      ...readKeys(permissions, PERMISSION_KEYS, { path: "permissions", list }),
      allow: readRules(permissions, "allow", list),
      ask: readRules(permissions, "ask", list),
      deny: readRules(permissions, "deny", list),
    },
    sandbox: {
      ...readKeys(sandbox, SANDBOX_KEYS, { path: "sandbox", list }),
      filesystem: readKeys(
        readObject(sandbox, "filesystem", { path: "sandbox", list }),
        SANDBOX_FILESYSTEM_KEYS,
        { path: "sandbox.filesystem", list },
      ),
      network: readKeys(readObject(sandbox, "network", { path: "sandbox", list }), SANDBOX_NETWORK_KEYS, {
        path: "sandbox.network",
        list,
      }),
    },
    other: Object.fromEntries(Object.entries(value ?? {}).filter(([key]) => !OWN_KEYS.has(key))),
  };
  return { settings, problems: list.problems, isReadable: value !== null };
}

/** Events at the top of a settings file are hooks of nobody: a frequent slip that would otherwise pass in silence. */
function reportMisplacedEvents(value: JsonObject, list: ProblemList): void {
  for (const name of Object.keys(value).filter(isHookEventName)) {
    const effect = "Its handlers never run.";
    const advice = `Write {"hooks": {"${name}": [ … ]}}.`;
    const expected = "hook events inside of `hooks`";
    list.error({ code: "missing", path: name, expected, came: "one at the top", effect, advice });
  }
}

/** Reads the text of any configuration file that is one JSON object; null when it is none. */
export function readConfigObject(text: string, list: ProblemList, effect: string): JsonObject | null {
  const json = readJson(text, { maxDepth: MAX_CONFIG_DEPTH });
  if (!json.ok) {
    const came =
      json.reason === "not_json" ? `text that is no JSON: ${json.message}` : `text that is ${json.message}`;
    list.error({
      code: "unreadable",
      path: "",
      expected: "one JSON object",
      came,
      effect,
      advice: syntaxAdvice(json.message),
    });
    return null;
  }
  if (!isJsonObject(json.value)) {
    list.error({
      code: "unreadable",
      path: "",
      expected: "one JSON object",
      value: json.value,
      effect,
      advice: "Put { and } around it.",
    });
    return null;
  }
  for (const keys of json.duplicateKeys) {
    const path = keys.reduce((parent, key) => (key === "[]" ? `${parent}[]` : childPath(parent, key)), "");
    list.warning({
      code: "duplicate_key",
      path,
      expected: "every key once",
      came: "the same key again",
      effect: "The last one counts.",
      advice: "Remove the other.",
    });
  }
  return json.value;
}

/** What to do about the usual mistakes, by what the search for the error found. */
function syntaxAdvice(message: string): string {
  if (message.endsWith('got "/"')) return "JSON has no comments; remove them.";
  if (/expected a key in double quotes, got "}"$|expected a value, got "]"$/.test(message)) {
    return "JSON allows no comma after the last element.";
  }
  return message.endsWith('got "\'"') ? "Strings stand in double quotes." : "";
}

function readRules(
  permissions: JsonObject,
  name: "allow" | "ask" | "deny",
  list: ProblemList,
): readonly Rule[] {
  const { [name]: texts = [] } = readKeys(permissions, { [name]: "strings" } as const, {
    path: "permissions",
    list,
  });
  return (texts as readonly string[]).flatMap((text, index) => {
    const rule = parseRule(text);
    if (rule) return [rule];
    const verb = { allow: "allows", ask: "asks about", deny: "denies" }[name];
    const path = childPath(`permissions.${name}`, index);
    list.error({
      code: "wrong_type",
      path,
      expected: "a rule such as Bash(git push *)",
      value: text,
      effect: `This rule ${verb} nothing; all other rules are in force.`,
    });
    return [];
  });
}

/** Variables as strings. Numbers and booleans are written out; nothing else has a place in an environment. */
function readEnv(env: JsonObject, list: ProblemList): Readonly<Record<string, string>> {
  const entries = Object.entries(env).filter(([name, value]) => {
    const isName = /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name);
    const isValue = ["string", "number", "boolean"].includes(typeof value) && !String(value).includes("\0");
    if (!isName || !isValue) {
      const path = childPath("env", name);
      // A value may be a secret: only its type is named.
      list.error({
        code: "wrong_type",
        path,
        expected: "a variable name with a string",
        came: isName ? typeOf(value) : "another name",
        effect: "The variable is not set.",
      });
    }
    return isName && isValue;
  });
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
