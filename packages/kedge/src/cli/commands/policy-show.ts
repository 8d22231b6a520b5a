import { escapeInvisible } from "../../protocol/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { loadPolicy } from "./policy-file.ts";
import { policyJson } from "./policy-json.ts";
import { CAUSES, type KnownCause } from "./policy-room.ts";
import { causeText, policyText } from "./policy-table.ts";

/** Options of the command. */
export interface ShowPolicyOptions {
  /** Of one cause, with everything. */
  readonly cause?: string;
  readonly json?: boolean;
}

/** `kedge policy show`: the policy in force, and where each value comes from. */
export async function showPolicy(
  file: string | undefined,
  { cause, json }: ShowPolicyOptions,
  context: Context,
): Promise<number> {
  const one = cause === undefined ? undefined : readCause(cause);
  const source = await loadPolicy(file, context);
  const { terminal } = context;
  if (json) terminal.out(JSON.stringify(policyJson(source, one), null, 2));
  else terminal.out(one === undefined ? policyText(source, terminal) : causeText(source, one, terminal));
  return EXIT.ok;
}

function readCause(typed: string): KnownCause {
  const cause = CAUSES.find((known) => known === typed.trim().replaceAll("-", "_"));
  if (cause !== undefined) return cause;
  const names = CAUSES.join(", ");
  const got = escapeInvisible(JSON.stringify(typed.slice(0, 60)));
  throw new CommandError(EXIT.usage, `expected a cause after --cause, got ${got}. Causes: ${names}.`);
}
