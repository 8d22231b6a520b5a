import type { HostEvent, TurnResult } from "../host/index.ts";
import { cleanText, firstLine } from "../protocol/index.ts";
import { refusals } from "./agent-printer.ts";
import {
  compactedWords,
  endWords,
  fallbackWords,
  noVerdictWords,
  retryWords,
  shortWords,
} from "./agent-words.ts";
import type { Style } from "./terminal.ts";

/** Shows what happens: the answer as it comes, a line for each tool, and what hooks say. Nothing of it is obeyed by the terminal. */
export interface Screen {
  take(event: HostEvent): void;
  /** Writes whole lines. */
  put(text: string): void;
}

/** Where the person may be typing meanwhile. */
export interface Beside {
  hide(): void;
  show(): void;
}

export function createScreen(style: Style, beside: Beside): Screen {
  let isInText = false;
  const write = (text: string): void => void process.stdout.write(text);
  const put = (text: string): void => {
    if (isInText) write("\n");
    else beside.hide();
    isInText = false;
    write(`${text}\n`);
    beside.show();
  };
  return {
    put,
    take(event) {
      if (event.type === "text") {
        if (event.agent) return;
        if (!isInText) beside.hide();
        isInText = true;
        write(cleanText(event.text));
        return;
      }
      const lines = eventLines(event, style);
      for (const line of lines) put(line);
      if (event.type === "result" && isInText) {
        isInText = false;
        write("\n");
        beside.show();
      }
    },
  };
}

function eventLines(event: HostEvent, style: Style): readonly string[] {
  switch (event.type) {
    case "tool_started": {
      const indent = event.agent ? "  " : "";
      return [style.faint(`${indent}· ${firstLine(`${event.name}: ${shortWords(event.input)}`, 160)}`)];
    }
    case "feedback":
      return refusals(event).map((text) => style.bad(`${event.agent ? "  " : ""}✗ ${text}`));
    case "notice":
      return [(event.level === "warning" ? style.caution : style.faint)(cleanText(event.text))];
    case "retrying":
      return [style.caution(cleanText(retryWords(event)))];
    case "fallback":
      return [style.caution(cleanText(fallbackWords(event)))];
    case "compacted":
      return [style.faint(compactedWords(event))];
    case "hooks":
      return noVerdictWords(event).map((text) => style.caution(cleanText(text)));
    case "result":
      return resultLines(event.result, style);
    default: // shown by others
      return [];
  }
}

function resultLines(result: TurnResult, style: Style): readonly string[] {
  const words = endWords(result);
  const notices = result.terminalReason === "completed" ? [] : result.notices; // told already
  const colour = result.failure ? style.bad : style.caution;
  return [...(words === null ? [] : [words]), ...notices].map((text) => colour(cleanText(text)));
}
