/** These say what stands at a path, or that it is not ours: they last until somebody changes that. */
const LASTING = new Set([
  ...["ENOENT", "ENOTDIR", "EISDIR", "ENAMETOOLONG", "ELOOP", "EACCES", "EPERM"],
  ...["ENXIO", "ENODEV", "EINVAL", "EOVERFLOW", "ENOTSUP", "ENOSYS"],
]);

/**
 * Whether the file system failed without saying anything of what stands at a path, as when no descriptor is free or a disk gives
 * an error: the next try may succeed, and until then nothing is known.
 */
export function isPassing(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) && !LASTING.has(code);
}
