import { join } from "node:path";
import {
  ensureOwnFolder,
  lazyNode,
  readTextFile,
  type TextReading,
  writeFileAtomic,
} from "../platform/index.ts";
import { type HookEntry, handlerKey, isJsonObject, ownValue, readJson } from "../protocol/index.ts";
import type { Source } from "./source.ts";

/** Remembers single handlers that the user switched off, without touching the file that configures them. */
export interface DisabledHandlers {
  has(entry: HookEntry, source: Source): boolean;
  /** The list could not be read for now. */
  readonly isUnread: boolean;
  /** @throws what writing the state folder throws */
  disable(handlers: readonly { entry: HookEntry; source: Source }[]): Promise<void>;
  /** Says how many were switched off. */
  enable(handlers: readonly { entry: HookEntry; source: Source }[]): Promise<number>;
}

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * What a handler is known by, wherever it stands in its file. The first characters are what people type.
 *
 * @returns SHA-256 in hexadecimal
 */
export function handlerId(entry: HookEntry, source: Source): string {
  const parts = [source.kind, source.file, entry.event, entry.matcher ?? "", handlerKey(entry.handler)];
  return lazyNode.crypto.createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** Reads what is switched off. A file that cannot be read switches nothing off: handlers run rather than vanish. */
export async function readDisabled(stateDir: string): Promise<DisabledHandlers> {
  const file = join(stateDir, "disabled.json");
  const reading = await readTextFile(file, MAX_BYTES);
  const ids = new Set(idsIn(reading));
  const write = async (): Promise<void> => {
    await ensureOwnFolder(stateDir);
    await writeFileAtomic(file, `${JSON.stringify({ version: 1, disabled: [...ids].sort() }, null, 2)}\n`, {
      mode: 0o600,
    });
  };
  return {
    isUnread: !reading.ok && reading.reason === "failed",
    // A managed handler is not the user's to switch off.
    has: (entry, source) => source.kind !== "managed" && ids.size > 0 && ids.has(handlerId(entry, source)),
    async disable(handlers) {
      for (const { entry, source } of handlers) ids.add(handlerId(entry, source));
      await write();
    },
    async enable(handlers) {
      const found = handlers.filter(({ entry, source }) => ids.delete(handlerId(entry, source)));
      if (found.length > 0) await write();
      return found.length;
    },
  };
}

function idsIn(reading: TextReading): readonly string[] {
  const json = reading.ok ? readJson(reading.text) : null;
  const ids = json?.ok && isJsonObject(json.value) ? ownValue(json.value, "disabled") : undefined;
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === "string") : [];
}
