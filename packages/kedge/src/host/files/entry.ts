import type { BigIntStats, Dirent } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { openRoot } from "./handle-entry.ts";
import { lookAtRoot } from "./named-entry.ts";

/**
 * A file, a folder, a link or something else, as it was met: what is done through it is done to this one, whatever has become of its name
 * since. Methods reject with the system's error.
 */
export interface Entry extends AsyncDisposable {
  readonly stats: BigIntStats;
  /** Where it is now, as the system names it: absolute, without links. */
  path(): Promise<string>;
  /** Of a folder: what stands there at a name; a link is not followed. `..` is the folder above. */
  look(name: string): Promise<Entry>;
  /** Of a folder: what the link of this name says. */
  readLink(name: string): Promise<string>;
  /** Of a folder: the folder itself and all above it, the nearest first. */
  chain(): Promise<readonly BigIntStats[]>;
  /** Of a folder: all that stands there, as its names and kinds. */
  list(): Promise<readonly Dirent[]>;
  /** Of a folder: opens what stands at a name, to be read; a link is refused, and nobody is waited for. */
  openFile(name: string): Promise<FileHandle>;
  /** Of a folder: makes a file that was not there, open for writing. */
  makeFile(name: string): Promise<FileHandle>;
  /** Of a folder: makes a folder that was not there. */
  makeFolder(name: string): Promise<void>;
  /** Opens it, whatever stands at its name now; waits for nobody. */
  open(flags: number): Promise<FileHandle>;
}

/** The folder at which paths begin. Only Linux lets a folder be held, and its entries be named by it. */
export function rootEntry(platform: NodeJS.Platform = process.platform): Promise<Entry> {
  return platform === "linux" ? openRoot() : lookAtRoot();
}
