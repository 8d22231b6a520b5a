import { EVENT_NAMES, type HookEventName, isHookEventName } from "../protocol/index.ts";
import { CommandError, EXIT } from "./command-error.ts";

/** The event that a person named, or an error that says what was probably meant. */
export function readEventName(name: string): HookEventName {
  if (isHookEventName(name)) return name;
  const close = namesLike(name);
  const hint = close.length > 0 ? `Did you mean ${close.join(", ")}?` : "`kedge protocol events` lists them.";
  throw new CommandError(EXIT.usage, `expected the name of a hook event, got "${name}". ${hint}`);
}

/** Names that begin alike, without regard to case; the closest in length first. */
function namesLike(name: string): readonly HookEventName[] {
  const wanted = name.toLowerCase().replace(/[^a-z]/g, "");
  const start = wanted.slice(0, 4);
  const alike = EVENT_NAMES.filter((known) => start.length >= 3 && known.toLowerCase().startsWith(start));
  return alike
    .sort((one, other) => Math.abs(one.length - wanted.length) - Math.abs(other.length - wanted.length))
    .slice(0, 3);
}
