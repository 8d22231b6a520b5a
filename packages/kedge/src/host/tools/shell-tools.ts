import { boundResult, refuse, type Tool } from "./tool.ts";

const shellId = {
  type: "object",
  properties: { bash_id: { type: "string", description: "The id that Bash gave." } },
  required: ["bash_id"],
} as const;

/** Reads what a command in the background printed. */
export const bashOutputTool: Tool = {
  definition: {
    name: "BashOutput",
    description:
      "Reads what a background command has printed since the last look, and whether it still runs.",
    input_schema: shellId,
  },
  isParallel: true,
  async run(input, { shells }) {
    const id = String(input.bash_id);
    const output = await shells.read(id);
    const shell = shells.find(id);
    if (output === null || !shell) return refuse(`There is no background command ${id}.`);
    const code = shell.exitCode === null ? "without an exit code" : `with exit code ${shell.exitCode}`;
    const state = shell.status === "ended" ? `ended ${code}` : shell.status;
    const text = `${id} ${state === "running" ? "is running" : state}.\n${boundResult(output) || "(nothing new)"}`;
    return { ok: true, text, response: { ...shell, output } };
  },
};

/** Ends a command in the background. */
export const killShellTool: Tool = {
  definition: { name: "KillShell", description: "Ends a background command.", input_schema: shellId },
  isParallel: false,
  async run(input, { shells }) {
    const id = String(input.bash_id);
    if (!(await shells.kill(id))) return refuse(`${id} does not run.`);
    return { ok: true, text: `${id} was ended.`, response: { bash_id: id } };
  },
};
