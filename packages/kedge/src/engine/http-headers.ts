import type { HttpHandler } from "../protocol/index.ts";
import { isSecretVariable } from "./secret-variable.ts";

/** Which variables the headers of a handler may use. */
export interface HeaderRule {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Narrows the list of every handler; undefined does not. */
  readonly allowedEnvVars?: readonly string[] | undefined;
  /** Variables that hold secrets stay empty, listed or not: whoever wrote the handler chose where they would go. */
  readonly refusesSecrets: boolean;
}

export type HeaderReading =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly message: string };

const REFERENCE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/** What a header may hold: no CR, LF, NUL or other control character, and nothing that has no byte of its own. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Framing, routing and encoding of the request belong to whoever sends it: another host would pass a list of allowed URLs. */
const OWN = new Set([
  ...["host", "content-length", "transfer-encoding", "accept-encoding", "expect", "upgrade", "te", "trailer"],
  ...["connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate"],
]);

/**
 * Fills `$NAME` and `${NAME}` in the headers of a handler, once: what was filled in is never looked at again. Variables
 * that are not listed, narrowed away, refused or not set are empty. Headers about framing, routing and encoding are left out.
 *
 * @returns a failure, without the value, when a variable holds what no header may hold: nothing must be sent then
 * @source Claude Code hooks reference, "HTTP hooks"; recorded for variables that are not listed
 */
export function fillHeaders(
  handler: Pick<HttpHandler, "headers" | "allowedEnvVars">,
  rule: HeaderRule,
): HeaderReading {
  const filled: [string, string][] = [];
  for (const [name, template] of Object.entries(handler.headers)) {
    if (OWN.has(name.toLowerCase())) continue;
    const value = template.replace(REFERENCE, (_, braced: string | undefined, bare: string | undefined) =>
      readVariable(braced ?? bare ?? "", handler.allowedEnvVars, rule),
    );
    if (!HEADER_VALUE.test(value)) {
      const message = `not sent: header ${JSON.stringify(name)} would hold characters that no header may hold`;
      return { ok: false, message };
    }
    filled.push([name, value]);
  }
  return { ok: true, headers: Object.fromEntries(filled) };
}

function readVariable(name: string, listed: readonly string[], rule: HeaderRule): string {
  const isAllowed = listed.includes(name) && (rule.allowedEnvVars?.includes(name) ?? true);
  if (!isAllowed || !Object.hasOwn(rule.env, name)) return "";
  return rule.refusesSecrets && isSecretVariable(name, rule.env) ? "" : (rule.env[name] ?? "");
}
