import type { AlertMessage, IncidentFacts } from "../incidents/alert-message.ts";

const MAX_TITLE = 250;
const MAX_LINES = 20;
const MAX_LABEL = 40;
const MAX_FACT = 200;
const MAX_COMMAND = 500;
/** What sentences are cut to, until a message fits. */
const WORD_LIMITS = [1_000, 300, 100] as const;

/** A text of at most `max` UTF-16 units: what is longer ends with an ellipsis, and never with half of a character. */
export function cutTo(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - 1);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/**
 * Text for where `&`, `<` and `>` have a meaning: Slack, and the bodies of desktop notifications.
 *
 * @source https://docs.slack.dev/messaging/formatting-message-text, "Escaping text"
 * @source https://specifications.freedesktop.org/notification-spec, "Markup"
 */
export function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** What a message says under its title, a line each. */
export function plainLines({ lines, command }: AlertMessage): readonly string[] {
  const said = lines.map(([label, words]) => `${label}: ${words}`);
  return command === null ? said : [...said, `Command: ${command}`];
}

/** A message with each of its texts passed through a function; its id stays. */
export function mapTexts(message: AlertMessage, change: (text: string) => string): AlertMessage {
  const { title, lines, command, incident } = message;
  return {
    ...message,
    title: change(title),
    lines: lines.map(([label, words]) => [change(label), change(words)]),
    command: command === null ? null : change(command),
    incident: incident === null ? null : mapFacts(incident, change),
  };
}

function mapFacts(facts: IncidentFacts, change: (text: string) => string): IncidentFacts {
  const changed = Object.entries(facts).map(([name, value]: readonly [string, unknown]) => {
    if (typeof value === "string") return [name, change(value)];
    return [name, Array.isArray(value) ? value.map((each) => change(String(each))) : value];
  });
  return Object.fromEntries(changed) as IncidentFacts;
}

/**
 * Writes a message within a number of bytes. What is too long is cut, sentences before anything else; receivers refuse what is over their
 * limits, and an alert with half of its words is better than none.
 */
export function writeWithin(
  message: AlertMessage,
  maxBytes: number,
  write: (message: AlertMessage) => string,
): string {
  for (const limit of WORD_LIMITS) {
    const text = write(shorten(message, limit));
    if (Buffer.byteLength(text) <= maxBytes) return text;
  }
  return write({ ...shorten(message, MAX_LABEL), lines: [] });
}

function shorten(message: AlertMessage, maxWords: number): AlertMessage {
  const { title, lines, command } = message;
  return {
    ...mapTexts(message, (text) => cutTo(text, MAX_FACT)),
    title: cutTo(title, MAX_TITLE),
    lines: lines
      .slice(0, MAX_LINES)
      .map(([label, words]) => [cutTo(label, MAX_LABEL), cutTo(words, maxWords)]),
    command: command === null ? null : cutTo(command, MAX_COMMAND),
  };
}
