import type { FileHandle } from "node:fs/promises";

/** How the content of a file was replaced. */
export type Overwritten =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: unknown;
      /** The file has its old content. */
      readonly isBack: boolean;
    };

/**
 * Replaces the content of an open file in place. What the file grows by is written first: a disk that is full says so before a byte of
 * the old content is lost. Whatever else goes wrong, the old content is put back. A process that is killed meanwhile leaves a part of each.
 *
 * @param before what stands there
 */
export async function overwrite(file: FileHandle, before: Buffer, after: Buffer): Promise<Overwritten> {
  const shared = Math.min(before.length, after.length);
  let lost = 0;
  try {
    await write(file, after.subarray(shared), shared, () => {});
    await write(file, after.subarray(0, shared), 0, (end) => {
      lost = end;
    });
    await file.truncate(after.length);
    return { ok: true };
  } catch (error) {
    // Nothing but what was lost is written again: that has room already.
    const isBack = await file
      .truncate(before.length)
      .then(() => write(file, before.subarray(0, lost), 0, () => {}))
      .then(
        () => true,
        () => false,
      );
    return { ok: false, error, isBack };
  }
}

/** @param onWritten hears each time to where it is written */
async function write(
  file: FileHandle,
  bytes: Buffer,
  from: number,
  onWritten: (end: number) => void,
): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, from + at);
    at += bytesWritten;
    onWritten(from + at);
  }
}
