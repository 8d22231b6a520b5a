import { type AlertMessage, SOFT_KINDS } from "../incidents/alert-message.ts";
import type { Attempt } from "./attempt.ts";
import type { Delivery } from "./delivery.ts";
import { cutTo, escapeMarkup, plainLines } from "./message-text.ts";
import { runProgram } from "./program.ts";

/** What a desktop shows before it cuts by itself. */
const MAX_TITLE = 120;
const MAX_BODY = 1_000;

const URGENCIES = { critical: "critical", warning: "normal", info: "low" } as const;

/** The words are arguments, so that nothing in them is ever read as a script. */
const SCRIPT = [
  "on run argv",
  "display notification (item 2 of argv) with title (item 1 of argv)",
  "end run",
] as const;

/** The program and arguments that show a message on the desktop of a platform; null where Kedge knows none. */
export function desktopCommand(message: AlertMessage, platform: string): readonly string[] | null {
  // No text of a message may look like an option, whatever a program makes of `--`.
  const title = `Kedge: ${cutTo(message.title, MAX_TITLE)}`;
  const body = cutTo(
    plainLines(message)
      .join("\n")
      .replace(/^[-\s]+/, ""),
    MAX_BODY,
  );
  if (platform === "darwin")
    return ["osascript", ...SCRIPT.flatMap((line) => ["-e", line]), "--", title, body];
  if (platform !== "linux") return null;
  const urgency = SOFT_KINDS.includes(message.kind) ? "low" : URGENCIES[message.severity];
  return ["notify-send", "--app-name=Kedge", `--urgency=${urgency}`, "--", title, escapeMarkup(body)];
}

/** Shows a message on this desktop. */
export async function sendDesktop(message: AlertMessage, attempt: Attempt): Promise<Delivery> {
  const argv = desktopCommand(message, attempt.platform);
  if (argv === null)
    return { outcome: "refused", why: "notifications are shown on Linux and macOS desktops only" };
  const ending = await runProgram(argv, "", attempt);
  if ("missing" in ending)
    return { outcome: "refused", why: `${argv[0]} could not be started: it is not on this machine` };
  if ("why" in ending) return { outcome: "retry", why: ending.why };
  if (ending.exitCode === 0) return { outcome: "delivered" };
  return { outcome: "retry", why: `${argv[0]} exited with ${ending.exitCode}: is there a desktop?` };
}
