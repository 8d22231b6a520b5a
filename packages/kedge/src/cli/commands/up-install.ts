import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFileAtomic } from "../../platform/index.ts";
import { CommandError, EXIT } from "../command-error.ts";
import type { Context } from "../context.ts";
import { stateDir } from "../state-dir.ts";
import { UNIT_MARK, unitFile, unitText } from "../up/systemd-unit.ts";

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
] as const;

const NEXT = `Start it, now and whenever you log in:
  systemctl --user daemon-reload
  systemctl --user enable --now kedge
Also while you are logged out:
  loginctl enable-linger
Look at it:
  systemctl --user status kedge
  journalctl --user -u kedge -f`;

/** `kedge up --install`: writes a unit of systemd for this user, and says how to start it. */
export async function installUnit(
  { print = false, json = false }: { readonly print?: boolean; readonly json?: boolean },
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
  const text = unitText({
    program: [process.execPath, script],
    args: ["up"],
    env: Object.fromEntries(PASSED.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []))),
    secretsFile: join(dirname(dirname(dirname(file))), "kedge", "env"),
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
  if (json) terminal.out(JSON.stringify({ file, isNew, state: stateDir(context) }, null, 2));
  else terminal.out(`${isNew ? "Written" : "It is as it should be"}: ${file}\n\n${NEXT}`);
  return EXIT.ok;
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
