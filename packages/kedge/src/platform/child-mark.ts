import { lazyNode } from "./node-modules.ts";

/** The variable that children inherit. A child of a child has the marks of both, with a slash between. */
export const MARK_VARIABLE = "KEDGE_CHILD";

const MARK = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * Refuses what is no mark: an empty one, or one with a slash, would stand for processes of others.
 *
 * @throws {TypeError}
 */
export function requireMark(mark: string): void {
  if (MARK.test(mark)) return;
  const came = JSON.stringify(mark.slice(0, 100));
  throw new TypeError(`Expected a mark of 1 to 64 letters, digits, "_", "." and "-", got ${came}`);
}

/** A mark that no other process has. */
export function createMark(): string {
  return lazyNode.crypto.randomBytes(9).toString("base64url");
}

/** The environment with the mark after those that it has. */
export function addMark(env: Readonly<Record<string, string>>, mark: string): Record<string, string> {
  const outer = env[MARK_VARIABLE];
  return { ...env, [MARK_VARIABLE]: outer ? `${outer}/${mark}` : mark };
}
