import { judgeQuoted } from "./named-value.ts";
import { judgeName, type NameVerdict } from "./secret-name.ts";

const MAX_DEPTH = 64;
const NAME = /^[\w$.-]{1,128}$/;

/** What the copy of a value needs of the redactor. */
export interface ValueTools {
  text(text: string): string;
  write(kind: string): string;
  count(kind: string): void;
  isMarker(text: string): boolean;
}

/** Copies JSON-like data without its secrets: see `Redactor.value`. */
export function redactValue<Value>(value: Value, tools: ValueTools): Value {
  const copy = new Copy(tools);
  return copy.of(value, undefined, 0) as Value;
}

class Copy {
  readonly #tools: ValueTools;
  readonly #open = new Set<object>();
  /** What stands in several places is copied once, or a few levels of sharing would make a huge copy. */
  readonly #done = new Map<object, unknown>();

  constructor(tools: ValueTools) {
    this.#tools = tools;
  }

  of(value: unknown, name: NameVerdict | undefined, depth: number): unknown {
    switch (typeof value) {
      case "string":
        return this.#text(value, name);
      case "number":
      case "bigint":
        return this.#number(value, name);
      case "object":
        return value === null ? null : this.#object(value, name, depth);
      case "function":
      case "symbol":
        return undefined;
      default:
        return value;
    }
  }

  #text(text: string, name: NameVerdict | undefined): string {
    if (name === undefined || this.#tools.isMarker(text)) return this.#tools.text(text);
    if (name.proof === "header") return this.#named(text, "authorization");
    if (name.proof === "cookie") return this.#named(text, "cookie");
    if (!judgeQuoted(text, name)) {
      const redacted = this.#tools.text(text);
      // what is left may look more like a secret than the whole did
      if (redacted === text || !judgeQuoted(redacted, name)) return redacted;
    }
    this.#tools.count(name.kind);
    return this.#tools.write(name.kind);
  }

  /** Headers have a grammar of their own, which the text knows. */
  #named(text: string, name: string): string {
    const prefix = `${name}: `;
    const redacted = this.#tools.text(prefix + text);
    return redacted.startsWith(prefix) ? redacted.slice(prefix.length) : this.#tools.text(text);
  }

  #number(value: number | bigint, name: NameVerdict | undefined): unknown {
    const text = String(value);
    if (name?.proof === "strong" && /^\d{6,}$/.test(text)) {
      this.#tools.count(name.kind);
      return this.#tools.write(name.kind);
    }
    const redacted = text.length < 4 ? text : this.#tools.text(text);
    return redacted === text ? value : redacted;
  }

  #object(value: object, name: NameVerdict | undefined, depth: number): unknown {
    if (this.#open.has(value)) return "[cycle]";
    const done = name === undefined ? this.#done.get(value) : undefined;
    if (done !== undefined) return done;
    if (depth >= MAX_DEPTH) return "[too deep]";
    if (value instanceof Date) return new Date(value);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return "[bytes]";
    this.#open.add(value);
    const copy = this.#copy(value, name, depth + 1);
    this.#open.delete(value);
    if (name === undefined) this.#done.set(value, copy);
    return copy;
  }

  #copy(value: object, name: NameVerdict | undefined, depth: number): unknown {
    if (Array.isArray(value)) return Array.from(value, (item) => this.of(item, name, depth));
    if (value instanceof Set) return Array.from(value, (item) => this.of(item, name, depth));
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    if (value instanceof Error) {
      entries.unshift(
        ["name", value.name],
        ["message", value.message],
        ["stack", value.stack],
        ["cause", value.cause],
      );
    }
    const copy = {};
    for (const [rawKey, item] of entries) {
      const key = typeof rawKey === "string" ? rawKey : String(rawKey);
      const redactedKey = this.#tools.text(key);
      // a plain assignment of `__proto__` would set the prototype
      Object.defineProperty(copy, freeKey(copy, redactedKey), {
        value: this.of(item, NAME.test(redactedKey) ? judgeName(redactedKey) : undefined, depth),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return copy;
  }
}

/** Two keys that become the same replacement stay two. */
function freeKey(copy: object, key: string): string {
  if (!Object.hasOwn(copy, key)) return key;
  let number = 2;
  while (Object.hasOwn(copy, `${key} ${number}`)) number += 1;
  return `${key} ${number}`;
}
