// What do three handlers of one PreToolUse event mean together? Run with: node examples/protocol/decide.ts
import {
  compileHandlers,
  formatProblem,
  mergeResults,
  parseHandlerOutput,
  parseSettings,
} from "kedge/protocol";

const { settings, problems } = parseSettings(
  `{"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [
    {"type": "command", "command": "./no-force-push.sh", "if": "Bash(git push *)"},
    {"type": "command", "command": "./log.sh", "timeout": "5"}]}]}}`,
  "settings.json",
);
for (const problem of problems) console.log(formatProblem(problem));

const index = await compileHandlers(settings.hooks, settings.broken);
const input = { tool_name: "Bash", tool_input: { command: "git add . && git push --force" } };
const { entries } = index.select({ event: "PreToolUse", input, projectDir: "/project", homeDir: "/home/me" });
console.log("would run:", entries.map(({ path }) => path).join(", "));

const endings = [
  { exitCode: 2, stdout: '{"async":true}', stderr: "no force pushes here\n" },
  { exitCode: 0, stdout: '{"decision":"approve"}', stderr: "" },
  { exitCode: 1, stdout: "", stderr: "jq: not found\n" },
];
const decision = mergeResults(
  "PreToolUse",
  endings.map((ending) => parseHandlerOutput("PreToolUse", ending)),
);
console.log(
  "decision:",
  decision.behavior,
  JSON.stringify(decision.reason),
  "unanswered:",
  decision.unanswered.join(),
);
