import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Removes the files of a spool that nobody could read. Returns how many there were, reasons not counted. */
export async function removeSetAside(spoolDir: string): Promise<number> {
  const folder = join(spoolDir, "bad");
  const names = await readdir(folder).catch(() => []); // without the folder there are none
  for (const name of names) await rm(join(folder, name), { force: true, recursive: true });
  return names.filter((name) => !name.endsWith(".why")).length;
}

/** Removes what was kept of how sessions were launched. */
export async function removeManifests(
  stateDir: string,
  sessionIds: readonly string[] | "all",
): Promise<void> {
  const folder = join(stateDir, "manifests");
  if (sessionIds === "all") return rm(folder, { force: true, recursive: true });
  // Ids come from hooks: only one that can be the name of a manifest is taken for one.
  const names = sessionIds.filter((id) => /^[\w-]{1,100}$/.test(id)).map((id) => `${id}.json`);
  for (const name of names) await rm(join(folder, name), { force: true });
}
