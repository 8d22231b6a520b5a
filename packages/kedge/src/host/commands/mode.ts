import { firstLine, PERMISSION_MODES } from "../../protocol/index.ts";
import { bypassForbidden } from "../bypass.ts";
import type { BuiltInCommand } from "./built-in.ts";

/** `/mode [NAME]`: shows the permission mode, or changes it. */
export const modeCommand: BuiltInCommand = {
  name: "mode",
  argumentHint: "[name]",
  description: `show the permission mode, or change it: ${PERMISSION_MODES.join(", ")}`,
  async run({ core }, { args }) {
    const { state, permitsBypass } = core;
    const name = args.trim();
    const modes = `There are: ${PERMISSION_MODES.join(", ")}.`;
    if (name === "") return { ok: true, text: `Mode ${state.mode}. ${modes}` };
    const mode = PERMISSION_MODES.find((each) => each === name);
    if (!mode)
      return { ok: false, text: `There is no mode ${firstLine(name, 60)}. ${modes} It stays ${state.mode}.` };
    if (mode === "bypassPermissions" && !permitsBypass)
      return { ok: false, text: `${bypassForbidden().message}. It stays ${state.mode}.` };
    state.mode = mode;
    return { ok: true, text: `Mode ${mode}.` };
  },
};
