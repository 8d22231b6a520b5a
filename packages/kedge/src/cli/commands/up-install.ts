import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFileAtomic } from "../../platform/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { stateDir } from "../state-dir.ts";
import { UNIT_MARK, unitFile, unitText } from "../up/systemd-unit.ts";
import { loadOwnPolicy } from "./policy-file.ts";
import { readPort } from "./up.ts";

/** Variables that say where Kedge and agents keep and find things. None of them is a secret. */
const PASSED = [
  "PATH",
  "TZ",
  "LANG",
  "KEDGE_STATE_DIR",
  "KEDGE_RETENTION_DAYS",
  "XDG_STATE_HOME",
  "XDG_CONFIG_HOME",
  "CLAUDE_CONFIG_DIR",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NO_PROXY",
  "no_proxy",
] as const;

/** They may hold credentials, which a unit that others can read must not. */
const PROXIES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"] as const;

const NEXT = `Start it, now and whenever you log in:
  systemctl --user daemon-reload
  systemctl --user enable --now kedge
Also while you are logged out:
  loginctl enable-linger
Look at it:
  systemctl --user status kedge
  journalctl --user -u kedge -f`;

/** What `kedge up --install` was asked for. */
export interface InstallUnitOptions {
  readonly print?: boolean;
  readonly json?: boolean;
  /** As for `kedge up` itself. */
  readonly health?: string | boolean;
}

/** `kedge up --install`: writes a unit of systemd for this user, and says how to start it. */
export async function installUnit(
  { print = false, json = false, health }: InstallUnitOptions,
  context: Context,
): Promise<number> {
  const { env, terminal } = context;
  const file = unitFile(context);
  const script = process.argv[1];
  if (process.platform !== "linux" || script === undefined)
    throw new CommandError(
      EXIT.usage,
      "expected Linux with systemd; elsewhere have `kedge up` started by what starts services there.",
    );
  const port = readPort(health);
  const secretsFile = join(dirname(dirname(dirname(file))), "kedge", "env");
  const text = unitText({
    program: [process.execPath, script],
    args: ["up", ...(port === null ? ["--no-health"] : ["--health", String(port)])],
    env: Object.fromEntries(PASSED.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []))),
    secretsFile,
  });
  if (print) {
    terminal.out(json ? JSON.stringify({ file, text }, null, 2) : text.trimEnd());
    return EXIT.ok;
  }
  const before = await readUnit(file);
  if (before !== null && !before.startsWith(UNIT_MARK)) throw foreign(file);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, text, { mode: 0o644 });
  const isNew = before !== text;
  const missing = await missingVariables(secretsFile, context);
  if (json) {
    terminal.out(JSON.stringify({ file, isNew, state: stateDir(context), secretsFile, missing }, null, 2));
    return EXIT.ok;
  }
  const first =
    missing.length === 0
      ? ""
      : `It will not have these variables, which your policy or this shell names: ${missing.join(", ")}\nPut those that it needs as NAME=value lines into ${secretsFile}, with mode 0600.\n\n`;
  terminal.out(`${isNew ? "Written" : "It is as it should be"}: ${file}\n\n${first}${NEXT}`);
  return EXIT.ok;
}

/** What channels, the ping and accounts refer to, and proxies that are set here, and that the unit does not have. */
async function missingVariables(secretsFile: string, context: Context): Promise<readonly string[]> {
  const { policy } = await loadOwnPolicy(context);
  const named = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value))
      if (key === "env" && typeof inner === "string") named.add(inner);
      else collect(inner);
  };
  collect([policy.channels, policy.watch]);
  for (const { env } of Object.values(policy.accounts))
    for (const source of Object.values(env)) named.add(source);
  for (const proxy of PROXIES) if (context.env[proxy]) named.add(proxy);
  const text = await readFile(secretsFile, "utf8").catch(() => "");
  const known = new Set(text.split("\n").map((line) => /^\s*(?:export\s+)?([A-Za-z_]\w*)=/.exec(line)?.[1]));
  return [...named].filter((name) => !known.has(name)).toSorted();
}

/** `kedge up --uninstall`: takes that unit away again. */
export async function uninstallUnit(context: Context): Promise<number> {
  const file = unitFile(context);
  const before = await readUnit(file);
  if (before === null) {
    context.terminal.out(`There is no ${file}.`);
    return EXIT.ok;
  }
  if (!before.startsWith(UNIT_MARK)) throw foreign(file);
  await rm(file);
  context.terminal.out(
    `Removed: ${file}\n\nStop what runs:\n  systemctl --user disable --now kedge\n  systemctl --user daemon-reload`,
  );
  return EXIT.ok;
}

async function readUnit(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new CommandError(EXIT.noInput, `${file} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

function foreign(file: string): CommandError {
  return new CommandError(
    EXIT.data,
    `expected a unit that kedge wrote in ${file}, got another one. Move it away first; --print shows what would be written.`,
  );
}
