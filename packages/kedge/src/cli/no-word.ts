import type { Command } from "commander";
import { didYouMean } from "../config/index.ts";
import { CommandError, EXIT } from "./command-error.ts";

/**
 * Lets a command do its work without a subcommand, and refuses a word that is none: as a mistyped subcommand, and not as an argument too many.
 *
 * @param command what runs without one
 * @param group whose subcommands there are; default the command itself
 */
export function takeNoWord(command: Command, group: Command = command): Command {
  return command.allowExcessArguments().hook("preAction", (_, called) => {
    const [word] = called.args;
    if (called !== command || word === undefined) return;
    const names = group.commands.map((each) => each.name());
    throw new CommandError(
      EXIT.usage,
      `expected ${names.join(", ")} or nothing after kedge ${group.name()}, got ${JSON.stringify(word.slice(0, 60))}${didYouMean(word, names) || "."}`,
    );
  });
}
