import { getSystemErrorMessage } from "node:util";

/** What went wrong with a path, without the name by which a handle was asked: that means nothing to anybody. */
export function systemWords(path: string, error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return errno === undefined ? message : `${path}: ${getSystemErrorMessage(errno)}`;
}
