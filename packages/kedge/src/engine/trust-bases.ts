import { realpath } from "node:fs/promises";

/** Folders that a command names: every word is looked for in each of them, again before each run. */
const MAX_NAMED = 32;
/** Folders below those: `a` and `..` name them without end. */
const MAX_NESTED = 8;

/** Folders that relative words are tried in as well, because of `cd folder && ./a.sh`. */
export interface Bases {
  /** In the order in which they were found; a loop over them comes to those that are added meanwhile. */
  readonly paths: ReadonlySet<string>;
  /** Folders that are not tried, for there are too many, and that are none of those that are. */
  readonly left: Iterable<string>;
  /** @param isNested found from one of these folders, and not from the start */
  add(path: string, isNested: boolean): Promise<void>;
}

/** @param start the folder that words start at */
export function createBases(start: string): Bases {
  const paths = new Set<string>();
  const left = new Map<string | null, string>();
  const reals = new Map<string, Promise<string | null>>();
  const realOf = (path: string): Promise<string | null> => {
    const real = reals.get(path) ?? realpath(path).catch(() => null); // it went, and names nothing
    reals.set(path, real);
    return real;
  };
  let nested = 0;
  return {
    paths,
    get left() {
      return left.values();
    },
    async add(path, isNested) {
      const hasRoom = isNested ? nested < MAX_NESTED : paths.size < MAX_NAMED;
      if (hasRoom) {
        paths.add(path);
        if (isNested) nested++;
        return;
      }
      const [real = null, ...known] = await Promise.all([path, start, ...paths].map(realOf));
      if (!known.includes(real) && !left.has(real)) left.set(real, path);
    },
  };
}
