import { join } from "node:path";
import type { Hold } from "./hold.ts";

/** Below the home folder: keys, tokens, logins, what was typed. */
const HOME_SECRETS = [
  ...[".ssh", ".gnupg", ".aws", ".azure", ".kube", ".password-store", ".mozilla", ".thunderbird"],
  ...[".config/gcloud", ".config/gh", ".config/hub", ".config/op", ".config/rclone", ".config/kedge"],
  ...[".config/google-chrome", ".config/chromium", ".config/BraveSoftware", ".config/git/credentials"],
  ...[".local/share/keyrings", ".docker/config.json", ".netrc", ".git-credentials", ".pypirc", ".pgpass"],
  ...[
    ".my.cnf",
    ".npmrc",
    ".yarnrc.yml",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".gem/credentials",
  ],
  ...[".vault-token", ".terraform.d/credentials.tfrc.json", ".claude/.credentials.json", ".claude.json"],
  ...[".bash_history", ".zsh_history", ".python_history", ".node_repl_history", ".psql_history"],
] as const;

/** Of the machine. A session of root would read them. */
const MACHINE_SECRETS = [
  "/etc/shadow",
  "/etc/gshadow",
  "/etc/shadow-",
  "/etc/gshadow-",
  "/etc/sudoers",
] as const;

/** Below the home folder: what logins, desktops and shells obey, in case the session works in the home folder itself. */
const HOME_OBEYED = [
  ...[".config/fish", ".config/git"],
  ...[".config/nvim", ".config/kedge", ".local/bin", ".local/share/applications", ".local/share/systemd"],
  ...[".inputrc", ".vimrc", ".vim", ".tmux.conf", ".xprofile", ".xinitrc", ".xsession", ".pam_environment"],
  ...[".forward", ".pythonrc", ".irbrc", ".gdbinit", ".curlrc", ".wgetrc", ".yarnrc.yml", "bin"],
] as const;

/** What commands do not read unless settings say so. Absolute; most of it will not be there. */
export function privatePlaces(homeDir: string, stateDir: string): readonly string[] {
  return [...HOME_SECRETS.map((place) => join(homeDir, place)), ...MACHINE_SECRETS, stateDir];
}

/** Of these, folders that nobody makes either where they are missing: what is put there is started, or lets somebody in. */
const HOME_NEVER_MADE = [".ssh", ".config/systemd", ".config/autostart", ".config/environment.d"] as const;

/** All of these, from the home folder: written by Write and Edit only with somebody's word. */
export const OBEYED_IN_HOME: readonly string[] = [...HOME_OBEYED, ...HOME_NEVER_MADE];

/** What is not written even where the home folder is one of the session's working directories. Absolute. */
export function obeyedPlaces(homeDir: string): readonly Hold[] {
  return [
    ...HOME_OBEYED.map((place): Hold => ({ path: join(homeDir, place) })),
    ...HOME_NEVER_MADE.map((place): Hold => ({ path: join(homeDir, place), ifMissing: { kind: "folder" } })),
  ];
}

/** Variables that name a socket or a session outside: inside there is nothing behind them. */
const OUTSIDE_VARIABLES = [
  ...["SSH_AUTH_SOCK", "SSH_AGENT_PID", "GPG_AGENT_INFO", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"],
  ...["WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY", "DOCKER_HOST", "TMUX", "STY"],
] as const;

/** The environment of a confined command: without what leads outside, and with a folder for temporary files that it can write. */
export function confinedEnvironment(
  env: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const outside: ReadonlySet<string> = new Set(OUTSIDE_VARIABLES);
  return { ...Object.fromEntries(Object.entries(env).filter(([name]) => !outside.has(name))), ...more };
}
