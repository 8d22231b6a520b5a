import { isJsonObject, type JsonObject, ownValue } from "../protocol/index.ts";
import { SOURCE_KINDS, type SourceKind } from "./source.ts";
import type { HashedFile } from "./trust-files.ts";
import type { HandlerDefinition } from "./trust-hash.ts";

/** Version of the files. One of another version counts for nothing. */
export const RECORD_FORMAT = 1;

/** One decision of the user: this handler, with this content, may run in this project. */
export interface TrustRecord extends HandlerDefinition {
  readonly format: typeof RECORD_FORMAT;
  /** Real path of the project. */
  readonly project: string;
  /** SHA-256 over everything that was trusted. */
  readonly hash: string;
  /** SHA-256 of the variables that the project set. */
  readonly env: string;
  readonly files: readonly HashedFile[];
  /** When the user decided, epoch ms. */
  readonly trustedAt: number;
  /** Version of Kedge that wrote it. */
  readonly version: string;
}

const HASH = /^[0-9a-f]{64}$/;
const ROOTS = ["project", "plugin"] as const;
const STATES = ["file", "too_large", "unreadable", "missing"] as const;

/** Reads a record from JSON of unknown origin; null unless every field is what it has to be. */
export function parseRecord(value: unknown): TrustRecord | null {
  if (!isJsonObject(value) || ownValue(value, "format") !== RECORD_FORMAT) return null;
  const source = oneOf<SourceKind>(SOURCE_KINDS, ownValue(value, "source"));
  const files = parseFiles(ownValue(value, "files"));
  const trustedAt = ownValue(value, "trustedAt");
  const texts = readTexts(value, ["project", "file", "event", "path", "version"]);
  const hashes = readTexts(value, ["id", "hash", "key", "matcher", "handler", "env"]);
  if (source === null || files === null || texts === null || hashes === null) return null;
  if (!Object.values(hashes).every((hash) => HASH.test(hash))) return null;
  if (typeof trustedAt !== "number" || !Number.isFinite(trustedAt)) return null;
  return { format: RECORD_FORMAT, ...hashes, ...texts, source, files, trustedAt };
}

function parseFiles(value: unknown): HashedFile[] | null {
  if (!Array.isArray(value)) return null;
  const files = value.map(parseFile);
  return files.every((file) => file !== null) ? files : null;
}

function parseFile(value: unknown): HashedFile | null {
  if (!isJsonObject(value)) return null;
  const root = oneOf(ROOTS, ownValue(value, "root"));
  const state = oneOf(STATES, ownValue(value, "state"));
  const texts = readTexts(value, ["path"]);
  const target = ownValue(value, "target");
  const hash = ownValue(value, "hash");
  if (root === null || state === null || texts === null) return null;
  if (target !== undefined && typeof target !== "string") return null;
  if (hash !== undefined && (typeof hash !== "string" || !HASH.test(hash))) return null;
  return {
    root,
    path: texts.path,
    ...(target === undefined ? {} : { target }),
    state,
    ...(hash === undefined ? {} : { hash }),
  };
}

function readTexts<Name extends string>(
  object: JsonObject,
  names: readonly Name[],
): Readonly<Record<Name, string>> | null {
  const found = names.map((name) => [name, ownValue(object, name)] as const);
  if (!found.every(([, value]) => typeof value === "string")) return null;
  return Object.fromEntries(found) as Readonly<Record<Name, string>>;
}

function oneOf<Value extends string>(values: readonly Value[], value: unknown): Value | null {
  return values.find((each) => each === value) ?? null;
}
