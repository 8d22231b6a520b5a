import type { ProtectedNames } from "../permissions/protected-names.ts";

/**
 * Of folders at the top of a home, what programs obey. The rest is their own work, changed by each of their runs: caches, logs,
 * conversations. A folder that is not named here is protected whole.
 */
const OBEYED: Readonly<Record<string, readonly string[]>> = {
  ".claude": [
    ...["settings.json", "settings.local.json", "CLAUDE.md", "keybindings.json", "hooks", "agents"],
    ...["commands", "skills", "output-styles", "rules", "plugins"],
  ],
  ".cargo": ["config", "config.toml", "credentials", "credentials.toml", "env"],
  ".vscode": ["argv.json", "settings.json", "tasks.json", "launch.json", "extensions.json", "mcp.json"],
};

/** Files of git in a home that have no protected name. */
const GIT_FILES = [".config/git/config", ".config/git/attributes"] as const;

/** Paths below a home at which programs obey what they find; first what is small, so that nothing large takes its room. */
export function obeyedInHome(names: ProtectedNames): readonly string[] {
  const paths = [...names.folders].flatMap((name) =>
    Object.hasOwn(OBEYED, name) ? (OBEYED[name] ?? []).map((each) => `${name}/${each}`) : [name],
  );
  return [...names.files, ...GIT_FILES, ...paths];
}
