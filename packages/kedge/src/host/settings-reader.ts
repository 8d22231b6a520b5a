import type { Engine, EngineState } from "../engine/index.ts";
import type { Core, SessionState } from "./core.ts";
import type { SessionOptions } from "./options.ts";
import type { SessionRules } from "./permissions/session-rules.ts";
import { type OwnRules, readSettingsInForce, type SettingsInForce } from "./permissions/settings-in-force.ts";

/** Settings as they are now: read again when a file or a rule of the session changed. */
export function createSettingsReader(
  options: SessionOptions,
  engine: Engine,
  state: SessionState,
): Core["settings"] {
  const isTrusted = options.hooks?.trust === "project";
  const { allowedTools = [], disallowedTools = [] } = options;
  let known: {
    readonly of: EngineState;
    readonly rules: SessionRules;
    readonly value: Promise<SettingsInForce>;
  } | null = null;
  return async () => {
    const of = await engine.state();
    const rules = state.sessionRules;
    if (known?.of !== of || known.rules !== rules) {
      const own: OwnRules = {
        allowed: allowedTools,
        disallowed: disallowedTools,
        session: rules,
      };
      known = { of, rules, value: readSettingsInForce(of, own, isTrusted, options) };
    }
    return known.value;
  };
}
