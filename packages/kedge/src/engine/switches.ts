import type { Source, SourceKind } from "./source.ts";

/** The settings that switch handlers on and off, merged. */
export interface Switches {
  /** `disableAllHooks`: nothing, all but managed handlers, or all of them. */
  readonly disabled: "nothing" | "all_but_managed" | "all";
  /** Who set `disableAllHooks`; for explaining. */
  readonly disabledBy?: string;
  /** `allowManagedHooksOnly`, which only managed settings can set. */
  readonly isManagedOnly: boolean;
  /** `allowedHttpHookUrls`; undefined: any. */
  readonly allowedHttpUrls?: readonly string[];
  /** `httpHookAllowedEnvVars`; undefined: not narrowed. */
  readonly allowedHttpEnvVars?: readonly string[];
}

/** Sources that `allowManagedHooksOnly` stops, except plugins that managed settings force on. */
const BELOW_MANAGED: ReadonlySet<SourceKind> = new Set([
  "user",
  "project",
  "local",
  "plugin",
  "skill",
  "agent",
]);

/**
 * Merges the switches of settings, strongest source first.
 *
 * `disableAllHooks` follows precedence, and stops managed handlers only when managed settings say so. Lists of addresses add
 * up, unless managed settings have one: then only theirs counts, since nothing below may widen it. Lists of variables narrow
 * each other.
 *
 * @source Claude Code settings reference; recorded behaviour of the switches
 */
export function readSwitches(settings: readonly Source[]): Switches {
  const disabling = settings.find((source) => source.settings?.disableAllHooks !== undefined);
  const isDisabled = disabling?.settings?.disableAllHooks === true;
  const managed = settings.filter((source) => source.kind === "managed");
  const urls =
    listsOf(managed, "allowedHttpHookUrls").length > 0
      ? listsOf(managed, "allowedHttpHookUrls")
      : listsOf(settings, "allowedHttpHookUrls");
  const variables = listsOf(settings, "httpHookAllowedEnvVars");
  return {
    disabled: !isDisabled ? "nothing" : disabling.kind === "managed" ? "all" : "all_but_managed",
    ...(isDisabled ? { disabledBy: disabling.name } : {}),
    isManagedOnly: managed.some((source) => source.settings?.allowManagedHooksOnly === true),
    ...(urls.length > 0 ? { allowedHttpUrls: urls.flat() } : {}),
    ...(variables.length > 0
      ? { allowedHttpEnvVars: variables.reduce((all, list) => all.filter((name) => list.includes(name))) }
      : {}),
  };
}

/** Why a switch stops the handlers of a source; null when none does. */
export function stoppedBySwitch(source: Source, switches: Switches): string | null {
  if (switches.disabled === "all") return `disableAllHooks (${switches.disabledBy})`;
  if (switches.disabled === "all_but_managed" && source.kind !== "managed")
    return `disableAllHooks (${switches.disabledBy})`;
  if (switches.isManagedOnly && BELOW_MANAGED.has(source.kind) && !source.isForced)
    return "allowManagedHooksOnly (managed settings)";
  return null;
}

function listsOf(
  settings: readonly Source[],
  key: "allowedHttpHookUrls" | "httpHookAllowedEnvVars",
): readonly (readonly string[])[] {
  return settings.flatMap((source) => {
    const list = source.settings?.[key];
    return list === undefined ? [] : [list];
  });
}
