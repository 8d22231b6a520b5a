/** What a key of the settings holds. */
export type KeyKind = "boolean" | "string" | "strings" | "number" | "record" | "strings_or_records";

/**
 * The keys beside `hooks` that change what hooks do, or whose values are commands, addresses or paths that a session obeys.
 * A key of the wrong type counts as not given, and is reported; it takes nothing else with it (D1).
 *
 * @source Claude Code settings reference; recorded behaviour of the switches
 */
export const SETTINGS_KEYS = {
  disableAllHooks: "boolean",
  allowManagedHooksOnly: "boolean",
  allowedHttpHookUrls: "strings",
  httpHookAllowedEnvVars: "strings",
  enabledPlugins: "record",
  pluginConfigs: "record",
  extraKnownMarketplaces: "record",
  strictKnownMarketplaces: "strings_or_records",
  blockedMarketplaces: "strings_or_records",
  statusLine: "record",
  fileSuggestion: "record",
} as const satisfies Readonly<Record<string, KeyKind>>;

/** Keys of `permissions` besides the three lists of rules. */
export const PERMISSION_KEYS = {
  defaultMode: "string",
  disableBypassPermissionsMode: "string",
  additionalDirectories: "strings",
  unprotectedPaths: "strings",
} as const satisfies Readonly<Record<string, KeyKind>>;

/** Keys of `sandbox`. */
export const SANDBOX_KEYS = {
  enabled: "boolean",
  failIfUnavailable: "boolean",
  autoAllowBashIfSandboxed: "boolean",
  allowUnsandboxedCommands: "boolean",
  enableWeakerNestedSandbox: "boolean",
  excludedCommands: "strings",
  ignoreViolations: "record",
} as const satisfies Readonly<Record<string, KeyKind>>;

export const SANDBOX_FILESYSTEM_KEYS = {
  allowWrite: "strings",
  denyWrite: "strings",
  denyRead: "strings",
  allowRead: "strings",
  allowManagedReadPathsOnly: "boolean",
} as const satisfies Readonly<Record<string, KeyKind>>;

export const SANDBOX_NETWORK_KEYS = {
  allowedDomains: "strings",
  allowManagedDomainsOnly: "boolean",
  allowUnixSockets: "strings",
  allowAllUnixSockets: "boolean",
  allowLocalBinding: "boolean",
  httpProxyPort: "number",
  socksProxyPort: "number",
} as const satisfies Readonly<Record<string, KeyKind>>;
