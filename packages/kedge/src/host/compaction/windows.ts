/** Context windows in tokens, by the beginning of a model's name. @source Claude documentation, "Models overview", as of 2026-11-22 */
const WINDOWS: readonly (readonly [start: string, tokens: number])[] = [
  ...["claude-fable-5", "claude-mythos-5", "claude-opus-5", "claude-sonnet-5", "claude-haiku-5"].map(
    (start) => [start, 1_000_000] as const,
  ),
  ...["claude-opus-4-6", "claude-opus-4-7", "claude-opus-4-8", "claude-sonnet-4-6"].map(
    (start) => [start, 1_000_000] as const,
  ),
];

/** Of models that nobody has said anything about: what every model of the API has at least. */
const DEFAULT_WINDOW = 200_000;

/** The context window of a model, in tokens. */
export function windowOf(model: string): number {
  // Platforms put words before the name, and `[1m]` behind it.
  if (model.endsWith("[1m]")) return 1_000_000;
  const at = model.indexOf("claude-");
  const name = at < 0 ? model : model.slice(at);
  return WINDOWS.find(([start]) => name.startsWith(start))?.[1] ?? DEFAULT_WINDOW;
}
