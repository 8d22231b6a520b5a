/** Settings files as people, editors and agents leave them: none of them holds anything of Kedge. */
const full = {
  $schema: "https://json.schemastore.org/claude-code-settings.json",
  model: "opus",
  permissions: { allow: ["Bash(npm test)", "Read(~/x)"], deny: [] },
  env: { A: "1", TOKEN: "sk-ant-secret" },
};
const foreign = { hooks: [{ type: "command", command: 'echo other\'s "thing" >&2' }] };
const withHooks = {
  ...full,
  hooks: { Stop: [foreign], PreToolUse: [{ matcher: "Bash", ...foreign }] },
  z: [1, 2],
};
const withOwnEvents = {
  hooks: { StopFailure: [{ matcher: "rate_limit", ...foreign }], SessionStart: [foreign] },
};
const pretty = (value: unknown, unit: string | number = 2): string => JSON.stringify(value, null, unit);

export const shapes: readonly (readonly [name: string, text: string])[] = [
  ["nothing", ""],
  ["a line end", "\n"],
  ["blanks", "  \t \r\n"],
  ["an empty object", "{}"],
  ["an empty object with a line end", "{}\n"],
  ["an empty object with a blank", "{ }"],
  ["an empty object over two lines", "{\n}\n"],
  ["an empty object over three lines", "{\n\n}"],
  ["an empty object behind a mark", "\ufeff{}\n"],
  ["two blanks", pretty(full)],
  ["two blanks and a line end", `${pretty(full)}\n`],
  ["four blanks", `${pretty(full, 4)}\n`],
  ["one blank", `${pretty(full, 1)}\n`],
  ["tabs", `${pretty(full, "\t")}\n`],
  ["a byte order mark", `\ufeff${pretty(full)}\n`],
  ["CRLF", `${pretty(withHooks).replaceAll("\n", "\r\n")}\r\n`],
  ["CRLF and tabs", `${pretty(withHooks, "\t").replaceAll("\n", "\r\n")}\r\n`],
  ["one line", JSON.stringify(full)],
  ["one line with hooks", JSON.stringify(withHooks)],
  ["one line with blanks", '{ "model": "opus", "env": { "A": "1" } }\n'],
  ["one line with blanks and hooks", '{ "hooks": { "Stop": [ { "hooks": [] } ] }, "a": 1 }'],
  ["other hooks", `${pretty(withHooks)}\n`],
  ["other hooks of our events", `${pretty(withOwnEvents)}\n`],
  ["other hooks of our events in tabs", pretty(withOwnEvents, "\t")],
  ["other hooks of our events on one line", JSON.stringify(withOwnEvents)],
  ["empty hooks", '{\n  "hooks": {},\n  "model": "opus"\n}\n'],
  ["empty hooks with a blank", '{\n  "hooks": { }\n}\n'],
  ["empty hooks over two lines", '{\n    "hooks": {\n    }\n}\n'],
  ["empty hooks on one line", '{"hooks":{}}'],
  ["an empty event", '{\n  "hooks": {\n    "StopFailure": []\n  }\n}\n'],
  ["empty events of ours", '{"hooks": {"StopFailure": [], "SessionEnd": [ ], "SessionStart": [\n]}}\n'],
  ["an empty group", '{\n  "hooks": {\n    "SessionEnd": [{ "hooks": [] }]\n  }\n}'],
  [
    "groups on one line",
    '{\n  "hooks": {\n    "StopFailure": [{ "hooks": [{ "type": "command", "command": "x" }] }]\n  }\n}\n',
  ],
  ["hooks in the middle", '{\n  "a": 1,\n  "hooks": { "Stop": [] },\n  "b": 2\n}\n'],
  ["blank lines between", '{\n\n  "a": 1,\n\n  "b": {\n\n    "c": []\n\n  }\n\n}\n\n\n'],
  ["ragged indentation", '  {\n "a":1\n   ,"b" :\t[ 1,2 ,3]\n,\n      "hooks":\n{\n"Stop":[]\n}\n }'],
  ["odd strings", '{\n  "a\\"b{[": "}],:\\\\",\n  "ключ": "\u2028 \\u0041 \\ud83d\\ude00 😀"\n}\n'],
  ["odd numbers", '{"a":1e5,"b":-0.0,"c":12345678901234567890,"d":1.10}\n'],
  [
    "keys that mean something elsewhere",
    '{\n  "__proto__": {"hooks": 1},\n  "constructor": {},\n  "toString": []\n}\n',
  ],
  ["keys that stand twice", '{\n  "a": 1,\n  "a": 2\n}\n'],
  [
    "broken hooks of others",
    '{\n  "hooks": {\n    "Stop": "x",\n    "Nonsense": [1, null, {"hooks": 3}],\n    "StopFailure": [null, 1, {"hooks": {}}]\n  }\n}\n',
  ],
  ["indentation of twelve", pretty(full).replaceAll("  ", " ".repeat(12))],
  ["closing brackets together", '{\n  "a": {\n    "b": [1]}}'],
];
