import { extname, join } from "node:path";
import { EVENT_NAMES } from "../protocol/index.ts";
import { listFolder } from "./settings-sources.ts";
import type { Finding } from "./source.ts";

/**
 * Says why a plugin that looks as if it had hooks has none: handlers in folders named for events (`hooks/Stop/x.rb`), a
 * `hooks.json` at the root, or a `hooks` folder without its list. Agents read the list and nothing else.
 */
export async function misplacedHooks(root: string, plugin: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const atRoot = await listFolder(root);
  if (atRoot.includes("hooks.json")) {
    findings.push({
      place: join(root, "hooks.json"),
      message: `Nothing reads this file. Move it to ${plugin}/hooks/hooks.json.`,
    });
  }
  const inHooks = await listFolder(join(root, "hooks"));
  for (const event of EVENT_NAMES.filter((name) => inHooks.includes(name))) {
    for (const script of await listFolder(join(root, "hooks", event))) {
      const path = `hooks/${event}/${script}`;
      findings.push({ place: join(root, path), message: adviceFor(event, path) });
    }
  }
  return findings;
}

/** Interpreters for scripts that may not be executable themselves. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  ".rb": "ruby",
  ".py": "python3",
  ".js": "node",
  ".mjs": "node",
  ".sh": "sh",
};

/** Paths that a shell reads as they stand. */
const PLAIN_PATH = /^[\w./-]+$/;

function adviceFor(event: string, path: string): string {
  const handler = `{"type": "command", ${commandFor(path)}}`;
  const list = `{"hooks": {"${event}": [{"hooks": [${handler}]}]}}`;
  return `No agent looks for scripts in folders: handlers are listed in hooks/hooks.json, which this plugin does not have. Add it with ${list}`;
}

/** What runs the script: through the shell where that is safe, else as a program with its arguments. */
function commandFor(path: string): string {
  const interpreter = INTERPRETERS[extname(path)];
  if (PLAIN_PATH.test(path)) {
    const script = `"\${CLAUDE_PLUGIN_ROOT}"/${path}`;
    return `"command": ${JSON.stringify(interpreter === undefined ? script : `${interpreter} ${script}`)}`;
  }
  const script = `\${CLAUDE_PLUGIN_ROOT}/${path}`;
  const [program, args] = interpreter === undefined ? [script, []] : [interpreter, [script]];
  return `"command": ${JSON.stringify(program)}, "args": ${JSON.stringify(args)}`;
}
