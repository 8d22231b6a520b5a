import { readTextFile } from "../../platform/index.ts";

const MAX_BYTES = 8 * 1024 * 1024;

/** What is mounted on the machine. */
export interface MountTable {
  /** All mount points, as the list of mounts writes them. */
  readonly points: readonly string[];
  /** Device and folder in it that a path without links leads to, as the list of mounts writes both. Nobody asks the path itself. */
  placeOf(path: string): string;
}

interface Mount {
  readonly id: string;
  readonly around: string;
  readonly device: string;
  readonly root: string;
  readonly point: string;
}

/**
 * @throws where there is no list of mounts, or none that begins at the top
 * @source Linux proc_pid_mountinfo(5)
 */
export async function readMountTable(): Promise<MountTable> {
  const reading = await readTextFile("/proc/self/mountinfo", MAX_BYTES);
  if (!reading.ok) throw new Error(reading.message);
  const mounts = reading.text.split("\n").flatMap((line): Mount[] => {
    const [id, around, device, root, point] = line.split(" ");
    return id && around && device && root && point ? [{ id, around, device, root, point }] : [];
  });
  const ids = new Set(mounts.map(({ id }) => id));
  const top = mounts.find(({ around, point }) => point === "/" && !ids.has(around));
  if (!top) throw new Error("Expected a mount of the root folder, got none");
  const within = Map.groupBy(mounts, ({ around }) => around);
  return {
    points: mounts.map(({ point }) => point),
    placeOf(path) {
      const point = asMountPoint(path);
      const { device, root, point: outer } = innermost(point, top, within);
      const rest = point.slice(outer === "/" ? 0 : outer.length);
      const place = `${root === "/" ? "" : root}${rest === "/" ? "" : rest}`;
      return `${device} ${place || "/"}`;
    },
  };
}

/** Goes from mount to mount as the kernel does: what is mounted on the way comes before what lies behind that. */
function innermost(point: string, top: Mount, within: ReadonlyMap<string, readonly Mount[]>): Mount {
  const onTheWay = (within.get(top.id) ?? []).filter((mount) => isWithin(mount.point, point));
  const next = onTheWay.reduce<Mount | null>(
    (first, mount) => (first && first.point.length <= mount.point.length ? first : mount),
    null,
  );
  return next ? innermost(point, next, within) : top;
}

/** Whether a mount point is one of these or in it. */
export function isWithin(dir: string, point: string): boolean {
  return point === dir || point.startsWith(dir === "/" ? "/" : `${dir}/`);
}

/** A path as the list of mounts writes it: without blanks, so that blanks can stand between several. */
export function asMountPoint(path: string): string {
  return path.replace(/[ \t\n\\]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
