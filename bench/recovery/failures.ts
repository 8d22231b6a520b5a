/** Failures as agents have them: hook inputs for the entry and the spool, and rows for a ledger. Nothing is random: all of it comes of a number. */

/** What failed turns say, with how often of 100. */
const SAID: readonly (readonly [share: number, kind: string, message: (number: number) => string])[] = [
  [34, "rate_limit", () => "API Error: Request rejected (429) · Rate limited"],
  [22, "server_error", () => "API Error: 529 Overloaded. Try again in a moment."],
  [16, "rate_limit", (at) => `You've hit your session limit · resets ${1 + (at % 11)}pm (UTC)`],
  [
    14,
    "server_error",
    (at) =>
      `API Error: 500 {"type":"error","error":{"type":"api_error","message":"Internal server error"},"request_id":"req_011CV${at.toString(36)}"}`,
  ],
  [8, "unknown", () => "API Error: Connection error."],
  [4, "authentication_failed", () => "Please run /login · API Error: 401 Invalid authentication credentials"],
  [2, "invalid_request", () => "Prompt is too long"],
];

const PROJECTS = 12;

/** A number below `below` that looks drawn: the same for the same number and salt. */
export function draw(number: number, salt: number, below: number): number {
  let hash = Math.imul(number + 1, 0x9e37_79b1) ^ Math.imul(salt + 1, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a_2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) % below;
}

/** An id in the form of a UUID; of two numbers or salts never the same. */
export function uuid(number: number, salt: number): string {
  const part = (at: number): string =>
    draw(number, salt * 8 + at, 0x1_0000_0000)
      .toString(16)
      .padStart(8, "0");
  return `${part(0)}-${part(1).slice(0, 4)}-4${part(2).slice(0, 3)}-8${part(3).slice(0, 3)}-${number.toString(16).padStart(12, "0")}`;
}

export function projectDir(number: number): string {
  return `/work/project-${draw(number, 1, PROJECTS)}`;
}

/** The input of a StopFailure handler, each of a session of its own: 700 bytes, as long as a path and an answer make it. */
export function hookInput(number: number): string {
  let at = draw(number, 2, 100);
  const said = SAID.find(([share]) => {
    at -= share;
    return at < 0;
  });
  const [, error, message] = said ?? SAID[0] ?? [0, "unknown", () => ""];
  const cwd = projectDir(number);
  const session = uuid(number, 3);
  const input = {
    session_id: session,
    transcript_path: `/home/dev/.claude/projects/${cwd.replaceAll("/", "-")}/${session}.jsonl`,
    cwd,
    prompt_id: uuid(number, 4),
    permission_mode: "acceptEdits",
    hook_event_name: "StopFailure",
    error,
    last_assistant_message: message(number),
  };
  const text = JSON.stringify(input);
  return JSON.stringify({ ...input, padding: "-".repeat(Math.max(0, 700 - text.length - 13)) });
}
