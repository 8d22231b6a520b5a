/**
 * A second reader of JSON, written for tests only and straight from RFC 8259: it shares nothing with what it judges. It
 * answers null for anything that is not one value, or that has a key twice in one object.
 */
export type StrictValue =
  | null
  | boolean
  | number
  | string
  | readonly StrictValue[]
  | ReadonlyMap<string, StrictValue>;

export function readStrictJson(text: string): { readonly value: StrictValue } | null {
  const reader = new StrictReader(text);
  try {
    return { value: reader.whole() };
  } catch (error) {
    if (error instanceof NotStrict) return null;
    throw error;
  }
}

class NotStrict extends Error {}

class StrictReader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  whole(): StrictValue {
    const value = this.value();
    this.blanks();
    if (this.at !== this.text.length) throw new NotStrict();
    return value;
  }

  private value(): StrictValue {
    this.blanks();
    const first = this.text[this.at];
    if (first === "{") return this.object();
    if (first === "[") return this.array();
    if (first === '"') return this.string();
    return this.word();
  }

  private object(): ReadonlyMap<string, StrictValue> {
    const found = new Map<string, StrictValue>();
    this.take("{");
    if (this.tryTake("}")) return found;
    do {
      this.blanks();
      const key = this.string();
      if (found.has(key)) throw new NotStrict();
      this.take(":");
      found.set(key, this.value());
    } while (this.tryTake(","));
    this.take("}");
    return found;
  }

  private array(): readonly StrictValue[] {
    const found: StrictValue[] = [];
    this.take("[");
    if (this.tryTake("]")) return found;
    do found.push(this.value());
    while (this.tryTake(","));
    this.take("]");
    return found;
  }

  private string(): string {
    if (this.text[this.at] !== '"') throw new NotStrict();
    let found = "";
    for (this.at++; ; this.at++) {
      const unit = this.text[this.at];
      if (unit === undefined || unit < " ") throw new NotStrict();
      if (unit === '"') break;
      found += unit === "\\" ? this.escape() : unit;
    }
    this.at++;
    return found;
  }

  private escape(): string {
    const unit = this.text[++this.at] ?? "";
    const plain = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
    if (Object.hasOwn(plain, unit)) return plain[unit as keyof typeof plain];
    const hex = this.text.slice(this.at + 1, this.at + 5);
    if (unit !== "u" || !/^[0-9a-fA-F]{4}$/.test(hex)) throw new NotStrict();
    this.at += 4;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  private word(): StrictValue {
    const word = /^(?:null|true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(
      this.text.slice(this.at, this.at + 400),
    )?.[0];
    if (word === undefined) throw new NotStrict();
    this.at += word.length;
    if (word === "null") return null;
    return word === "true" || word === "false" ? word === "true" : Number(word);
  }

  private take(unit: string): void {
    if (!this.tryTake(unit)) throw new NotStrict();
  }

  private tryTake(unit: string): boolean {
    this.blanks();
    if (this.text[this.at] !== unit) return false;
    this.at++;
    return true;
  }

  private blanks(): void {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at++;
  }
}
