import { readFileSync } from "node:fs";

const rows = JSON.parse(
  readFileSync(new URL("../../security/bad-inputs.json", import.meta.url), "utf8"),
) as readonly { readonly id: string; readonly input: string }[];

/** The command of a row of the bad inputs. */
export function makeRowCommand(id: string): string {
  const row = rows.find((each) => each.id === id);
  if (row === undefined) throw new Error(`There is no row ${id}`);
  return row.input;
}
