import type { Finding } from "../../engine/index.ts";
import { escapeInvisible } from "../../protocol/index.ts";
import type { Row } from "../terminal.ts";

/** Places that gave no handlers. Names of files are the project's: what does not show in them is escaped. */
export function findingRows(findings: readonly Finding[]): readonly Row[] {
  return findings.map(({ place, message }) => [escapeInvisible(`${place}: ${message}`)]);
}
