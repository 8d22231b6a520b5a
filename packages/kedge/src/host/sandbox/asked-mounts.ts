import { existsSync, realpathSync } from "node:fs";
import { isInside } from "../paths.ts";
import { asMountPoint, type MountTable } from "./mount-table.ts";

/** Options of bubblewrap that mount nothing, with the number of their values. */
const OTHER_OPTIONS: Readonly<Record<string, number>> = {
  ...{ "--unshare-user": 0, "--unshare-ipc": 0, "--unshare-pid": 0, "--unshare-net": 0, "--unshare-uts": 0 },
  ...{ "--unshare-cgroup-try": 0, "--disable-userns": 0, "--die-with-parent": 0, "--new-session": 0 },
  ...{ "--cap-drop": 1 },
};

/** What is mounted empty, with the kind of file system that is there then. */
const EMPTY: Readonly<Record<string, string>> = { "--tmpfs": "tmpfs", "--dev": "tmpfs", "--proc": "proc" };

const BINDS: Readonly<Record<string, { readonly isReadOnly: boolean; readonly isOptional: boolean }>> = {
  "--bind": { isReadOnly: false, isOptional: false },
  "--bind-try": { isReadOnly: false, isOptional: true },
  "--ro-bind": { isReadOnly: true, isOptional: false },
  "--ro-bind-try": { isReadOnly: true, isOptional: true },
};

interface Asked {
  readonly target: string;
  readonly point: string;
  readonly place: string;
  readonly isEmpty: boolean;
  isReadOnly: boolean;
}

/**
 * What the list of mounts must say once bubblewrap has done what its options ask for: point, place and the beginning of `ro` or `rw`. Where it is to be
 * written, `ro` is right as well: then the machine itself has it so.
 *
 * What may be missing was asked for before, so that what has gone meanwhile is missed. The rest of what is optional counts where it is there.
 *
 * @param about.writable without links; what is in these, commands can have changed, and nobody asks it where it leads
 * @param about.needed places that were there when they were looked for
 */
export function askedMounts(
  bwrapArguments: readonly string[],
  about: {
    readonly writable: readonly string[];
    readonly needed: readonly string[];
    readonly table: MountTable;
  },
): readonly string[] {
  const needed = new Set(about.needed);
  const asked: Asked[] = [];
  const real = (path: string): string =>
    about.writable.some((dir) => isInside(dir, path)) ? path : realOr(path);
  /** In what is mounted empty there are no links, wherever those lead outside. */
  const pointOf = (target: string): string => {
    const around = asked.findLast((each) => each.isEmpty && isInside(each.target, target));
    return around ? `${around.point}${target.slice(around.target.length)}` : real(target);
  };
  for (let at = 0; at < bwrapArguments.length; ) {
    const [option = "", first = "", second = ""] = bwrapArguments.slice(at, at + 3);
    // What follows is about the command.
    if (option === "--chdir") break;
    const [bind, empty] = [BINDS[option], EMPTY[option]];
    if (bind) {
      at += 3;
      if (bind.isOptional && !needed.has(second) && !existsSync(first)) continue;
      const place = about.table.placeOf(real(first));
      asked.push({
        ...{ target: second, point: pointOf(second), place, isEmpty: false },
        isReadOnly: bind.isReadOnly,
      });
    } else if (empty) {
      at += 2;
      asked.push({ target: first, point: pointOf(first), place: empty, isEmpty: true, isReadOnly: false });
    } else if (option === "--remount-ro") {
      at += 2;
      const last = asked.findLast(({ target }) => target === first);
      if (last) last.isReadOnly = true;
    } else {
      const count = OTHER_OPTIONS[option];
      if (count === undefined)
        throw new Error(`Expected an option of bubblewrap that is known here, got ${option}`);
      at += 1 + count;
    }
  }
  return asked.map(
    ({ point, place, isReadOnly }) => `${asMountPoint(point)} ${place} r${isReadOnly ? "o" : ""}`,
  );
}

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
