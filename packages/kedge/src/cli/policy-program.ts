import type { Command } from "commander";
import type { ShowPolicyOptions } from "./commands/policy-show.ts";
import type { Context } from "./context.ts";
import type { ProgramResult } from "./program-result.ts";

const FILE =
  "YAML or JSON file, - for standard input; default: kedge.yaml here, else in the user's configuration";

/** The commands that look at the policy of recovery. */
export function addPolicy(program: Command, context: Context, result: ProgramResult): void {
  const policy = program.command("policy").description("see what may be done about failures, and when");
  policy
    .command("check")
    .description("say whether a policy is sound, or everything that is wrong with it, with lines")
    .argument("[file]", FILE)
    .addHelpText("after", CHECK_NOTES)
    .action(async (file: string | undefined) => {
      const { checkPolicy } = await import("./commands/policy-check.ts");
      result.exitCode = await checkPolicy(file, context);
    });
  policy
    .command("show")
    .description("show the policy in force: what is done about each cause, how often, and who says so")
    .argument("[file]", FILE)
    .option("-c, --cause <cause>", "everything about one cause, such as plan_window")
    .option("--json", "print JSON")
    .addHelpText("after", SHOW_EXAMPLES)
    .action(async (file: string | undefined, options: ShowPolicyOptions) => {
      const { showPolicy } = await import("./commands/policy-show.ts");
      result.exitCode = await showPolicy(file, options, context);
    });
}

const CHECK_NOTES = `
Looks for kedge.yaml in the working directory, then for $XDG_CONFIG_HOME/kedge/kedge.yaml.
Exits with 0 when it is sound, 65 with every problem when it is not, 66 when there is none.`;

const SHOW_EXAMPLES = `
Examples:
  kedge policy show
  kedge policy show examples/policy/night-batch.yaml
  kedge policy show --cause overload
  kedge policy show --json | jq '.causes[] | {cause, action}'`;
