import type { CommandHandler } from "../protocol/index.ts";
import type { PluginPlace } from "./source.ts";

/** What to start for a command handler. */
export type CommandLine =
  | { readonly ok: true; readonly file: string; readonly args: readonly string[] }
  /** It cannot be started as configured; a sentence for people. */
  | { readonly ok: false; readonly message: string };

/**
 * Says what to start: with `args` the program itself, its braced placeholders replaced and each argument one argument;
 * without, a shell with the text as it stands, which expands variables by itself.
 *
 * @source Claude Code hooks reference, "Exec form and shell form"; recorded: /bin/sh whatever $SHELL says
 */
export function commandLine(
  handler: CommandHandler,
  place: { projectDir: string; plugin?: PluginPlace },
): CommandLine {
  if (!handler.args) {
    if (handler.shell === "powershell")
      return { ok: true, file: "pwsh", args: ["-NoProfile", "-Command", handler.command] };
    return { ok: true, file: "/bin/sh", args: ["-c", handler.command] };
  }
  const words = [handler.command, ...handler.args].map((word) => fillPlaceholders(word, place));
  const missing = words.find((word) => typeof word !== "string");
  if (typeof missing === "object")
    return { ok: false, message: `the option user_config.${missing.missing} is not set` };
  const [file = "", ...args] = words as string[];
  return { ok: true, file, args };
}

/** Replaces the placeholders of one word, in one pass; what is filled in is never looked at again. */
function fillPlaceholders(
  word: string,
  { projectDir, plugin }: { projectDir: string; plugin?: PluginPlace },
): string | { missing: string } {
  let missing: string | undefined;
  const filled = word.replace(
    /\$\{(CLAUDE_PROJECT_DIR|CLAUDE_PLUGIN_ROOT|CLAUDE_PLUGIN_DATA|user_config\.([A-Za-z0-9_]+))\}/g,
    (whole, name: string, option: string | undefined) => {
      if (name === "CLAUDE_PROJECT_DIR") return projectDir;
      if (!plugin) return whole;
      if (name === "CLAUDE_PLUGIN_ROOT") return plugin.root;
      if (name === "CLAUDE_PLUGIN_DATA") return plugin.dataDir;
      const value =
        option !== undefined && Object.hasOwn(plugin.options, option) ? plugin.options[option] : undefined;
      if (value === undefined) missing = option;
      return value ?? "";
    },
  );
  return missing === undefined ? filled : { missing };
}
