/**
 * Says where Node keeps what it made of the sources, for processes with an environment of their own: to make it anew is most of what a short one
 * takes. `npm test` names a folder; without one each makes its own.
 */
export const COMPILED: Readonly<Record<string, string>> =
  process.env.NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };
