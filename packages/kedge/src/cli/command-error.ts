/**
 * Exit codes of Kedge, after sysexits.h where that has a name for it:
 * 0 done; 1 done, and something is wrong with what was looked at; 64 the call is off; 65 a file holds something unusable;
 * 66 a file is missing or unreadable; 69 something that settings demand is not there; 70 a mistake in Kedge; 74 a file could not be
 * written; 75 put aside: the same command goes on with it later; 130 interrupted.
 */
export const EXIT = {
  ok: 0,
  findings: 1,
  usage: 64,
  data: 65,
  noInput: 66,
  unavailable: 69,
  internal: 70,
  ioError: 74,
  parked: 75,
  interrupted: 130,
} as const;

/** A failure that people can do something about: the message says what was expected, what came, and what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
