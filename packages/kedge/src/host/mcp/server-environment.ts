/** What programs need to run at all. @source the official client, `getDefaultEnvironment` */
const PASSED_ON: Readonly<Record<"posix" | "windows", readonly string[]>> = {
  posix: ["HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"],
  windows: [
    ...["APPDATA", "COMSPEC", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA", "PATH", "PATHEXT"],
    ...["PROCESSOR_ARCHITECTURE", "PROGRAMDATA", "PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432"],
    ...["SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "USERNAME", "USERPROFILE", "WINDIR"],
  ],
};

/**
 * The environment of a server: a few variables of the session's own, and what is configured for the server. Not the rest: the
 * session's holds the key of the API.
 */
export function serverEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const names = PASSED_ON[process.platform === "win32" ? "windows" : "posix"];
  const passed = Object.entries(env).filter(
    // A function that a shell exported would run in every shell that the server starts.
    (entry): entry is [string, string] =>
      names.includes(entry[0].toUpperCase()) && entry[1] !== undefined && !entry[1].startsWith("()"),
  );
  const isLegal = ([name, value]: [string, string]): boolean =>
    name !== "" && !name.includes("=") && !`${name}${value}`.includes("\0");
  return Object.fromEntries([...passed, ...Object.entries(own).filter(isLegal)]);
}
