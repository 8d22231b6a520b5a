import { escapeInvisible } from "../../protocol/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { loadPolicy } from "./policy-file.ts";

/** `kedge policy check`: says whether a policy is sound, and which file it is. */
export async function checkPolicy(file: string | undefined, context: Context): Promise<number> {
  const { name, places, origins } = await loadPolicy(file, context);
  if (name === null) {
    const looked = places.map((place) => `\n  ${escapeInvisible(place)}`).join("");
    throw new CommandError(
      EXIT.noInput,
      `expected a policy in one of these places, got none; the defaults are in force.${looked}`,
    );
  }
  const rules = new Set([...origins.keys()].filter((path) => path.startsWith("causes.")).map(causeOf)).size;
  const causes = rules === 0 ? "every cause has its default" : `it rules ${countOf(rules, "cause")}`;
  context.terminal.out(`${escapeInvisible(name)} is sound: ${causes}.`);
  return EXIT.ok;
}

function causeOf(path: string): string {
  return path.split(".")[1] ?? "";
}

function countOf(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
