import { existsSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Moment, systemMoment } from "../moment.ts";
import { openUndrained } from "../open-ledger.ts";
import { stateDir } from "../state-dir.ts";
import { readSupervisor, supervisorWords } from "../up/supervisor-state.ts";
import { type Check, fine } from "./doctor-check.ts";

/** Whether what is recorded can be looked at. A ledger that is not there yet is not made by looking. */
export async function checkLedger(context: Context, moment: Moment = systemMoment()): Promise<Check> {
  const name = "ledger";
  const path = join(stateDir(context), "ledger.sqlite");
  if (!existsSync(path)) return fine(name, `The ledger ${path} is made with the first failure.`);
  try {
    await using records = await openUndrained(context, moment);
    await records.ledger.failures({ limit: 1 });
    return fine(name, `The ledger ${path} can be used.`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return {
      name,
      state: "problem",
      text: error.message,
      advice: "What fails meanwhile waits in the spool.",
    };
  }
}

/** Whether any handler writes to where this Kedge looks. */
export function checkPlace(spools: ReadonlySet<string>, own: string): readonly Check[] {
  if (spools.has(own)) return [];
  const text = `The handlers write to ${[...spools].join(" and ")}, and this Kedge looks into ${own}.`;
  const advice =
    "Set KEDGE_STATE_DIR to what it was at the installation, or run `kedge install claude-code` again.";
  return [{ name: "spool.other", state: "problem", text, advice }];
}

/** Whether the one that tells people lives, where there was one. */
export async function checkSupervisor(context: Context, moment: Moment = systemMoment()): Promise<Check> {
  const name = "supervisor";
  const supervisor = await readSupervisor(stateDir(context), moment);
  const text = supervisorWords(supervisor, moment);
  if (supervisor.state === "died" && text !== null)
    return {
      name,
      state: "warning",
      text,
      advice: "Run `kedge up`, or `kedge up --install` to keep it running.",
    };
  return fine(name, text ?? "No kedge up runs: people are told by the commands that work, while they work.");
}
