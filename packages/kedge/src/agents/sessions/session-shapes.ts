import type { OptionShape } from "./argument-words.ts";

/** What every agent of this kind of command line knows: how a session is run, and which one. */
export const SESSION_SHAPES: readonly OptionShape[] = [
  { names: ["-p", "--print"], takes: "nothing", role: "print" },
  { names: ["--output-format"], takes: "one", role: "output" },
  { names: ["--input-format"], takes: "one", role: "input" },
  { names: ["--verbose"], takes: "nothing", role: "verbose" },
  { names: ["--session-id"], takes: "one", role: "session_id" },
  { names: ["-r", "--resume"], takes: "optional", role: "resume" },
  { names: ["-c", "--continue"], takes: "nothing", role: "continue" },
  { names: ["--fork-session"], takes: "nothing", role: "fork" },
];
