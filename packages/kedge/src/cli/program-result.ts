/** Where a command leaves its exit code. */
export interface ProgramResult {
  exitCode: number;
}
