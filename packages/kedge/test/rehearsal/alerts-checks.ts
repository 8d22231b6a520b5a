/** What holds of every row of the matrix, whatever is told in it. */
import { expect } from "vitest";
import type { Page, Receivers, Told } from "./alerts-receivers.ts";

const WORDS: Readonly<Record<string, readonly string[]>> = {
  acknowledged: ["Stopped", "Since", "You"],
  resolved: ["Stopped", "From", "Lost", "Ended"],
};
const OPEN_WORDS = ["Stopped", "Verdict", "Since", "Next", "You"];

/**
 * Holds what arrived to it: nobody is told twice, each channel is told the same and in the same order, an incident keeps its dedup key, each message
 * says all that it has to, and nothing that is nobody's business is in any byte.
 *
 * @param secrets what must stand in no message
 */
export function checkTold(
  { told, pages, posts, bodies }: Omit<Receivers, "channels" | "env">,
  secrets: readonly string[],
): void {
  expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  for (const [id, own] of Map.groupBy(told, ({ incident }) => incident.id)) {
    expect(new Set(own.map(({ incident }) => incident.dedupKey)).size, id).toBe(1);
    // The number of a message is in its id: later ones have greater ones.
    const numbers = own.map((each) => Number(each.id.split(".")[1]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  }
  const byKey = Map.groupBy(told, ({ incident }) => incident.dedupKey);
  expect(new Set(pages.map((page) => page.dedup_key))).toEqual(new Set(byKey.keys()));
  for (const [key, own] of byKey) {
    const events = pages.filter((page) => page.dedup_key === key);
    expect(events.map(pageWords)).toEqual(own.map(toldWords));
  }
  for (const [id, own] of Map.groupBy(told, ({ incident }) => incident.id)) {
    const shown = posts.filter(({ text }) => text.includes(id)).map(({ blocks }) => blocks[0]?.text?.text);
    expect(shown).toEqual(own.map(({ title }) => title));
  }
  expect(posts).toHaveLength(told.length);
  for (const each of told) checkWords(each);
  for (const secret of secrets) for (const body of bodies) expect(body).not.toContain(secret);
  for (const body of bodies) expect(body).not.toMatch(/\/(?:tmp|home|root|work)\//);
}

function checkWords({ type, lines, command, incident }: Told): void {
  // What is over says what is left to do only where something is.
  const may = type === "resolved" ? ["Note", "You"] : [];
  const labels = Object.keys(lines).filter((label) => !may.includes(label));
  expect(labels).toEqual(WORDS[type] ?? OPEN_WORDS);
  for (const words of Object.values(lines)) expect(words).toMatch(/\S\.$/);
  if (WORDS[type] === undefined) expect(lines.Verdict).toContain(`(${String(incident.confidence)}). `);
  expect(command).toBe(`kedge incidents show ${incident.id}`);
}

/** What has nothing to do for anybody is no trigger; all else is, and has its title as its summary. */
function pageWords({ event_action: action, payload }: Page): string {
  return payload === undefined ? action : `${action} ${payload.severity} ${payload.summary}`;
}

function toldWords({ type, severity, title }: Told): string {
  if (type === "acknowledged") return "acknowledge";
  return type === "resolved" ? "resolve" : `trigger ${severity} ${title}`;
}
