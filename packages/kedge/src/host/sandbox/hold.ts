/** What stands in for something that is missing while commands run, so that nobody can make it. */
export type StandIn =
  /** A socket without anybody behind it: no program takes it for a file, git does not see it, and nothing can be written into it. */
  | { readonly kind: "socket" }
  | { readonly kind: "folder" }
  /** A file, where the program that obeys it would not go on with a socket. */
  | { readonly kind: "file"; readonly content: string };

/** A place that commands do not change. */
export interface Hold {
  /** Absolute. */
  readonly path: string;
  /** What stands in for it where it is missing. Without it, what is missing is not held. */
  readonly ifMissing?: StandIn;
}
