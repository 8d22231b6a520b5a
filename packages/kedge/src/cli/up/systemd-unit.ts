import { isAbsolute, join } from "node:path";
import type { Context } from "../context.ts";

/** Marks a unit as ours: another one is never overwritten. */
export const UNIT_MARK = "# Written by kedge up --install.";

/** Where the user's unit goes. */
export function unitFile({ env, homeDir }: Pick<Context, "env" | "homeDir">): string {
  const own = env.XDG_CONFIG_HOME;
  const config = own !== undefined && isAbsolute(own) ? own : join(homeDir, ".config");
  return join(config, "systemd", "user", "kedge.service");
}

/** What a unit starts, and with what. */
export interface UnitOptions {
  /** Absolute paths of Node and of Kedge. */
  readonly program: readonly [node: string, kedge: string];
  /** Arguments behind `kedge`. */
  readonly args: readonly string[];
  /** Variables that say where Kedge keeps and finds things. Secrets are never among them. */
  readonly env: Readonly<Record<string, string>>;
  /** File with secrets, if the user makes one. */
  readonly secretsFile: string;
}

/**
 * The unit: restarted when it fails, and not too often; stopped in good order.
 *
 * @source systemd.service(5), systemd.exec(5), systemd.unit(5)
 */
export function unitText({ program, args, env, secretsFile }: UnitOptions): string {
  const words = [...program, ...args].map((word) => quote(word).replaceAll("$", "$$$$")).join(" ");
  return `${UNIT_MARK}
[Unit]
Description=Kedge: alerts and wakes for coding-agent sessions
# A disk that is full may be so for hours: it is tried again for as long as that takes.
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${words}
${Object.entries(env)
  .map(([name, value]) => `Environment=${quote(`${name}=${value}`)}\n`)
  .join(
    "",
  )}# Credentials and addresses that channels refer to, as NAME=value lines, in a file that only you can read.
EnvironmentFile=-${secretsFile.replaceAll("%", "%%")}
Restart=on-failure
# A policy that cannot be read, and another one that runs, are not mended by trying again.
RestartPreventExitStatus=64 65 75
RestartSec=30s
# Sessions are ended in good order and put aside.
KillMode=mixed
TimeoutStopSec=90s
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
`;
}

/** A word as systemd reads it: quoted, and without specifiers. Variables are only filled in where programs are started. */
function quote(word: string): string {
  const text = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%");
  return `"${text}"`;
}
