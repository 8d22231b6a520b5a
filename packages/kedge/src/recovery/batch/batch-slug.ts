const MAX_LENGTH = 40;

/** The part of a batch's id that its name gives: lower case, digits and dashes. */
export function batchSlug(name: string): string {
  const short = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, MAX_LENGTH);
  return short === "" ? "batch" : short;
}

/** Whether a batch of that id has that name: behind the name an id has a digest of where the batch stands. */
export function isBatchNamed(id: string, name: string): boolean {
  return /^(.+)-[0-9a-f]{8}$/.exec(id)?.[1] === batchSlug(name);
}
