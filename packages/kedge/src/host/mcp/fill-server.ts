import { isSecretVariable } from "../../engine/index.ts";
import type { McpServer } from "../../protocol/index.ts";

/** What the references in a server's configuration may name. */
export interface FillRule {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders that are filled in wherever they are named, such as `CLAUDE_PLUGIN_ROOT`. */
  readonly own: Readonly<Record<string, string>>;
  /** The project brought the server: no secret of the user's goes where the project says. */
  readonly withholdsSecrets: boolean;
}

export type Filling =
  | { readonly ok: true; readonly server: McpServer }
  /** One clause, without any value. */
  | { readonly ok: false; readonly why: string };

const REFERENCE = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/**
 * Fills `${NAME}` and `${NAME:-default}` in program, arguments, variables, address and headers, once: what was filled in is not looked
 * at again. A variable that is not set, or that is withheld, and has no default, keeps the server from being started: half a
 * configuration would ask somebody else, or as somebody else.
 *
 * @source Claude Code MCP reference, "Environment variable expansion"
 */
export function fillServer(server: McpServer, rule: FillRule): Filling {
  const problems: string[] = [];
  const fill = (text: string): string => {
    // Where none is closed any more, none is looked for: from each opening to the end, a long text would take hours.
    const end = text.lastIndexOf("}") + 1;
    return fillClosed(text.slice(0, end)) + text.slice(end);
  };
  const fillClosed = (text: string): string =>
    text.replace(REFERENCE, (_, name: string, fallback: string | undefined) => {
      if (Object.hasOwn(rule.own, name)) return rule.own[name] ?? "";
      const isWithheld = rule.withholdsSecrets && isSecretVariable(name, rule.env);
      const value = isWithheld || !Object.hasOwn(rule.env, name) ? undefined : rule.env[name];
      if (value !== undefined && value !== "") return value;
      if (fallback !== undefined) return fallback;
      problems.push(
        isWithheld
          ? `it asks for ${name}, which may be secret, and the project brought it`
          : `the variable ${name} is not set`,
      );
      return "";
    });
  const fillAll = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text)]));
  const filled: McpServer =
    server.type === "stdio"
      ? { ...server, command: fill(server.command), args: server.args.map(fill), env: fillAll(server.env) }
      : { ...server, url: fill(server.url), headers: fillAll(server.headers) };
  const [first] = problems;
  return first === undefined ? { ok: true, server: filled } : { ok: false, why: first };
}
