import { defineEvent, HANDLER_TYPES } from "../descriptor.ts";
import { optional, required, text } from "../schema.ts";

const task = {
  task_id: required(text("The task.")),
  task_subject: required(text("What it is about.")),
  task_description: optional(text("More about it.")),
  teammate_name: optional(text("Whose it is.")),
  team_name: optional(text("Deprecated.")),
};

export const TaskCreated = defineEvent({
  name: "TaskCreated",
  cadence: "task",
  summary: "A task is being created.",
  handlers: HANDLER_TYPES,
  block: "removes_task",
  decision: "top_level",
  isGate: true,
  input: task,
  notes: "`continue: false` is ignored. Only in sessions that have the task tools.",
});

export const TaskCompleted = defineEvent({
  name: "TaskCompleted",
  cadence: "task",
  summary: "A task is about to be closed as completed.",
  handlers: HANDLER_TYPES,
  block: "keeps_task_open",
  stop: "ends_teammate",
  decision: "exit_code",
  isGate: true,
  input: task,
  notes: "Also fires when a teammate ends its turn with tasks in progress.",
});
