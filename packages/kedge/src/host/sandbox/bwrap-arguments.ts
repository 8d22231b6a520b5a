import { dirname } from "node:path";
import { isInside } from "../paths.ts";
import { sessionsFolderOf } from "../session-folder.ts";

/** A place that is not read. */
export interface HiddenPlace {
  readonly path: string;
  readonly isFolder: boolean;
}

/** What a command gets to see and to change. All paths are absolute, without links, and there. */
export interface Confinement {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Working directories and what settings add. */
  readonly writable: readonly string[];
  /** Inside of them: written by nobody, or written after all. The outer stands before the inner. */
  readonly inside: readonly { readonly path: string; readonly isWritable: boolean }[];
  readonly hidden: readonly HiddenPlace[];
  /** Read although it is inside of what is hidden; in it, something may be hidden again. */
  readonly shown: readonly string[];
  /** Private to the session: hidden but for what follows, with the folders of other sessions beside it. */
  readonly sessionDir: string;
  /** For temporary files of commands; stands for `/tmp` as well. */
  readonly temporaryDir: string;
  /** Single files of the session. */
  readonly files: readonly { readonly path: string; readonly isWritable: boolean }[];
  /** Sockets that may be reached; empty for none, null for all. */
  readonly sockets: readonly string[] | null;
  /** Sockets of programs outside that would be reached by their path. */
  readonly foreignSockets: readonly string[];
  /** The machine gives no namespaces of their own for processes; settings put up with its process list. */
  readonly isWeaker: boolean;
  /** This bubblewrap can forbid further namespaces of users. */
  readonly disablesNamespaces: boolean;
}

/** Of the system's run-time folder, what programs themselves are found by on some systems. */
const RUN_PROGRAMS = ["/run/current-system", "/run/opengl-driver"];

/**
 * Where processes set what the kernel does. A session of root owns these files, and needs no further right to write them, in any namespace;
 * bubblewrap covers some of them, and only where their folder is writable.
 */
const KERNEL_PLACES = [
  ...["sys", "fs", "acpi", "scsi", "driver", "dynamic_debug", "irq", "bus", "mtrr", "sysrq-trigger"],
].map((name) => `/proc/${name}`);

/**
 * The options of bubblewrap, without those of the command. The order is the rule: what comes later covers what came before, so what is hidden
 * stands behind everything whose place a command could have chosen.
 *
 * @source bubblewrap(1)
 */
export function bwrapArguments(confinement: Confinement): readonly string[] {
  const { cwd, env, writable, inside, hidden, shown, sockets, foreignSockets } = confinement;
  const { sessionDir, temporaryDir, files } = confinement;
  const stands = standsInTmp(confinement);
  const isAround = ({ path }: Pick<HiddenPlace, "path">): boolean =>
    writable.some((dir) => isInside(path, dir));
  const hiddenFolders = hidden.flatMap(({ path, isFolder }) => (isFolder ? [path] : []));
  // Of other sessions: what hooks gave them, their sockets, and what their commands keep.
  const sessions = [sessionsFolderOf(sessionDir)]
    .filter((path) => path !== null)
    .filter((path) => !isAround({ path }));
  // Each covers, or uncovers, what is around it.
  const sight = [
    ...hidden.map((place) => ({ path: place.path, options: hide(place) })),
    ...shown.map((path) => ({ path, options: ["--ro-bind-try", path, path] })),
  ].toSorted((one, other) => one.path.length - other.path.length);
  return [
    ...namespaces(confinement),
    ...["--ro-bind", "/", "/", "--dev", "/dev"],
    ...(confinement.isWeaker ? ["--ro-bind", "/proc", "/proc"] : ["--proc", "/proc"]),
    ...KERNEL_PLACES.flatMap((path) => ["--ro-bind-try", path, path]),
    ...(sockets === null ? [] : ["--tmpfs", "/run"]),
    ...RUN_PROGRAMS.flatMap((path) => (sockets === null ? [] : ["--ro-bind-try", path, path])),
    ...["--bind", temporaryDir, "/tmp"],
    ...stands.flatMap((path) => ["--tmpfs", path]),
    ...sight.filter(isAround).flatMap(({ options }) => options),
    ...outermost(writable).flatMap((path) => ["--bind", path, path]),
    ...inside.flatMap(({ path, isWritable }) => [isWritable ? "--bind" : "--ro-bind-try", path, path]),
    ...foreignSockets.flatMap((path) => hide({ path, isFolder: false })),
    ...sight.filter((place) => !isAround(place)).flatMap(({ options }) => options),
    ...(sockets ?? []).flatMap((path) => ["--bind-try", path, path]),
    ...sessions.flatMap((path) => ["--tmpfs", path]),
    ...["--tmpfs", sessionDir, "--bind", temporaryDir, temporaryDir],
    ...files.flatMap(({ path, isWritable }) => [isWritable ? "--bind" : "--ro-bind-try", path, path]),
    // Only now, since what is shown in a hidden folder needs a place in it.
    ...[...hiddenFolders, ...sessions, sessionDir].flatMap((path) => ["--remount-ro", path]),
    ...stands.flatMap((path) => ["--remount-ro", path]),
    ...["--chdir", cwd, "--clearenv"],
    ...Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
  ];
}

/**
 * The outermost folders around everything that is mounted deeper in `/tmp`. That is one folder for all commands of a session, so they could move
 * what is around a working directory there, and have it under another name, where nothing in it is held. Empty and closed, nobody can.
 */
function standsInTmp(confinement: Confinement): readonly string[] {
  const { writable, inside, hidden, shown, sockets, foreignSockets, files } = confinement;
  const placed = [...inside, ...hidden, ...files].map(({ path }) => path);
  const own = [confinement.sessionDir, confinement.temporaryDir];
  const paths = [...writable, ...placed, ...shown, ...(sockets ?? []), ...foreignSockets, ...own];
  const stands = paths.flatMap((path) => /^(\/tmp\/[^/]+)\/./.exec(path)?.[1] ?? []);
  return [...new Set(stands)].filter((path) => !writable.includes(path));
}

function namespaces({ disablesNamespaces }: Confinement): readonly string[] {
  return [
    ...["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"],
    "--unshare-cgroup-try",
    ...(disablesNamespaces ? ["--disable-userns"] : []),
    // Without a session of its own, a command could type into the terminal of its parent.
    ...["--die-with-parent", "--new-session", "--cap-drop", "ALL"],
  ];
}

function hide({ path, isFolder }: HiddenPlace): readonly string[] {
  // A device on a mount without devices: it can be neither read nor written, nor removed.
  return isFolder ? ["--tmpfs", path] : ["--ro-bind-try", "/dev/null", path];
}

/**
 * Without what is inside of another: that is writable already, and a command of before could have put a link in its place, behind which
 * anything would become writable.
 */
export function outermost(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].filter(
    (path) => !paths.some((other) => other !== path && isInside(other, dirname(path))),
  );
}
