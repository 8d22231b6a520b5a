import { defineEvent } from "../descriptor.ts";
import { type Fields, list, optional, required, text } from "../schema.ts";
import { byField } from "./matchers.ts";

const watchPaths: Fields = {
  watchPaths: optional(
    list("Absolute paths that FileChanged watches from now on; [] clears the list.", { type: "string" }),
  ),
};

const NOTIFICATION_TYPES = [
  "permission_prompt",
  "idle_prompt",
  "auth_success",
  "elicitation_dialog",
  "elicitation_url_dialog",
  "elicitation_complete",
  "elicitation_response",
  "agent_needs_input",
  "agent_completed",
  "quota_auto_resume_fired",
  "quota_auto_resume_stale",
  "quota_auto_resume_disabled",
];

export const Notification = defineEvent({
  name: "Notification",
  cadence: "async",
  summary: "The agent tells its user something.",
  matcher: byField("notification_type", NOTIFICATION_TYPES),
  dropsOutput: true,
  input: {
    message: required(text("The text.")),
    notification_type: required(text("What it is about.", NOTIFICATION_TYPES)),
    title: optional(text("Published, never observed.")),
  },
  notes:
    "`terminalSequence` counts; everything else is dropped. Headless, only elicitation_response was seen.",
});

export const InstructionsLoaded = defineEvent({
  name: "InstructionsLoaded",
  cadence: "async",
  summary: "An instruction or rule file was loaded.",
  matcher: byField("load_reason", [
    "session_start",
    "nested_traversal",
    "path_glob_match",
    "include",
    "compact",
  ]),
  dropsOutput: true,
  input: {
    file_path: required(text("The file.")),
    memory_type: required(text("Whose it is.", ["User", "Project", "Local", "Managed"])),
    load_reason: required(text("Why it was loaded.")),
    globs: optional(list("Of path_glob_match; src/** arrives as src.", { type: "string" })),
    trigger_file_path: optional(text("The file that made a lazy load happen.")),
    parent_file_path: optional(text("Of include: the file that included it.")),
  },
});

export const ConfigChange = defineEvent({
  name: "ConfigChange",
  cadence: "async",
  summary: "A settings or skill file changed during the session.",
  matcher: byField("source", [
    "user_settings",
    "project_settings",
    "local_settings",
    "policy_settings",
    "skills",
  ]),
  block: "refuses_change",
  decision: "top_level",
  obeysOnFailure: true,
  isGate: true,
  input: { source: required(text("Which settings.")), file_path: optional(text("The file.")) },
  notes: "A change of policy_settings cannot be held. `systemMessage` and `continue` are dropped.",
});

export const CwdChanged = defineEvent({
  name: "CwdChanged",
  cadence: "async",
  summary: "The working directory of the session changed.",
  specificOutput: watchPaths,
  input: { old_cwd: required(text("Before.")), new_cwd: required(text("After.")) },
  notes: "CLAUDE_ENV_FILE is set. `systemMessage` is a brief notice, interactive only.",
});

export const DirectoryAdded = defineEvent({
  name: "DirectoryAdded",
  cadence: "async",
  summary: "A working directory was added during the session.",
  matcher: byField("source", ["slash_command", "register_repo_root"]),
  input: { directory: required(text("Absolute.")), source: required(text("Who added it.")) },
  notes:
    "Nothing waits for it. Not fired for --add-dir at the start. `systemMessage` reaches the model at the next turn.",
});

export const FileChanged = defineEvent({
  name: "FileChanged",
  cadence: "async",
  summary: "A watched file changed on disk.",
  matcher: { field: "file_path", part: "base_name", values: [".envrc", ".env"], exactSet: "narrow" },
  specificOutput: watchPaths,
  input: {
    file_path: required(text("Absolute.")),
    event: required(text("What happened.", ["change", "add", "unlink"])),
  },
  notes:
    "The pattern is also split at | into the file names of the working directory to watch. CLAUDE_ENV_FILE is set.",
});

export const WorktreeCreate = defineEvent({
  name: "WorktreeCreate",
  cadence: "async",
  summary: "A worktree is wanted; the handler makes it in git's place.",
  exit2: "any_failure",
  block: "fails_worktree",
  decision: "path",
  plainStdout: "path",
  isGate: true,
  specificOutput: { worktreePath: optional(text("Of http handlers: path of the new worktree.")) },
  input: { name: required(text("Slug of the worktree.")) },
  notes:
    "The last non-empty line of stdout is the path, without escape codes, JSON included. Every exit code but 0 fails the creation.",
});

export const WorktreeRemove = defineEvent({
  name: "WorktreeRemove",
  cadence: "async",
  summary: "A worktree is being removed.",
  dropsOutput: true,
  input: { worktree_path: required(text("Absolute path that WorktreeCreate gave.")) },
  headless: "unknown",
  notes: "Published, never observed.",
});
