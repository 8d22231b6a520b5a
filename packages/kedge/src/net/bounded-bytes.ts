const FIRST_CAPACITY = 16_384;

/** Bytes up to a limit, copied into one block: a stream of single bytes costs no more than one of large pieces. */
export class BoundedBytes {
  private readonly maxBytes: number;
  private block: Buffer<ArrayBuffer> = Buffer.alloc(0);
  private length = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** @returns false when there was no room for all of it; what fits is kept */
  add(bytes: Uint8Array): boolean {
    const fitting = bytes.subarray(0, this.maxBytes - this.length);
    this.reserve(this.length + fitting.length);
    this.block.set(fitting, this.length);
    this.length += fitting.length;
    return fitting.length === bytes.length;
  }

  /** The bytes that were kept. */
  bytes(): Uint8Array {
    return this.block.subarray(0, this.length);
  }

  /** The bytes as UTF-8, with U+FFFD for what is not. A byte order mark in front is dropped. */
  text(): string {
    return new TextDecoder().decode(this.block.subarray(0, this.length));
  }

  private reserve(length: number): void {
    if (length <= this.block.length) return;
    const grown = Buffer.allocUnsafe(
      Math.min(Math.max(length, this.block.length * 2, FIRST_CAPACITY), this.maxBytes),
    );
    grown.set(this.block.subarray(0, this.length));
    this.block = grown;
  }
}
