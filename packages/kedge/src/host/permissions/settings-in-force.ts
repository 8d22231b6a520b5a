import type { EngineState, SourceKind } from "../../engine/index.ts";
import {
  PERMISSION_MODES,
  type PermissionMode,
  parseRule,
  type Rule,
  type Settings,
} from "../../protocol/index.ts";
import { isWider } from "../agents/agent-mode.ts";
import { reachedPath } from "../paths.ts";
import { compileRules, type Rules, type RuleTexts } from "./rules.ts";
import type { SessionRules } from "./session-rules.ts";
import { readUnprotected, type Unprotected } from "./unprotected.ts";
import { parseDomainRule } from "./web-hosts.ts";

/** What settings say to the session itself, beside hooks. */
export interface SettingsInForce {
  readonly rules: Rules;
  /** The same with further rules that allow. */
  readonly rulesWith: (allowed: readonly Rule[]) => Promise<Rules>;
  /** Variables of commands. */
  readonly env: Readonly<Record<string, string>>;
  readonly defaultMode?: PermissionMode;
  readonly additionalDirectories: readonly string[];
  readonly isBypassDisabled: boolean;
  /**
   * Whether a rule of the user, or of who stands above, names a host on this machine or in its network. Rules of a project do not count,
   * trusted or not, nor what handlers add: a server that nobody else reaches is what they would send a session to.
   */
  readonly allowsLocalHost: (host: string) => boolean;
  /** What is not protected after all. */
  readonly unprotected: Unprotected;
  /** Sources that would leave something unprotected, and may not. */
  readonly overreaching: readonly string[];
  /** What a project's settings say in vain, because only `--trust-project` lets it count. */
  readonly withheld: readonly { readonly source: string; readonly keys: readonly string[] }[];
  readonly model?: string;
  readonly autoCompactEnabled?: boolean;
  /** Tokens. */
  readonly autoCompactWindow?: number;
}

/** Where a session is at home. */
export interface SessionPlaces {
  readonly projectDir: string;
  readonly homeDir: string;
}

/** Rules that were given at the start, and during the session. */
export interface OwnRules {
  readonly allowed: readonly string[];
  readonly disallowed: readonly string[];
  /** Of answers that last for the session. */
  readonly session: SessionRules;
}

/**
 * Reads what settings say to the session. What restricts counts from every source; what permits, and what changes how the session
 * works, counts from a project only after trust (D7).
 */
export async function readSettingsInForce(
  { configuration }: EngineState,
  own: OwnRules,
  isProjectTrusted: boolean,
  places: SessionPlaces,
): Promise<SettingsInForce> {
  const all = configuration.sources.flatMap(({ settings, isFromProject }) =>
    settings ? [{ settings, isFromProject, counts: !isFromProject || isProjectTrusted }] : [],
  );
  const counting = all.filter(({ counts }) => counts).map(({ settings }) => settings);
  const texts: RuleTexts = {
    allow: [
      ...counting.flatMap(({ permissions }) => permissions.allow),
      ...toRules(own.allowed),
      ...own.session.allow,
    ],
    ask: [...all.flatMap(({ settings }) => settings.permissions.ask), ...own.session.ask],
    deny: [
      ...all.flatMap(({ settings }) => settings.permissions.deny),
      ...toRules(own.disallowed),
      ...own.session.deny,
    ],
  };
  const model = counting.find(({ other }) => typeof other.model === "string")?.other.model;
  const { autoCompactEnabled, autoCompactWindow } = Object.assign(
    {},
    // The first source that says something counts, so it is the last to be written.
    ...counting.map(({ other }) => other).reverse(),
  );
  return {
    rules: await compileRules(texts),
    rulesWith: (allowed) => compileRules({ ...texts, allow: [...texts.allow, ...allowed] }),
    env: configuration.env,
    ...defaultModeOf(all.filter(({ counts }) => counts)),
    additionalDirectories: counting.flatMap(({ permissions }) => permissions.additionalDirectories ?? []),
    allowsLocalHost: localHosts(configuration.sources, own),
    isBypassDisabled: all.some(
      ({ settings }) => settings.permissions.disableBypassPermissionsMode === "disable",
    ),
    ...(typeof model === "string" ? { model } : {}),
    ...(typeof autoCompactEnabled === "boolean" ? { autoCompactEnabled } : {}),
    ...(isTokens(autoCompactWindow) ? { autoCompactWindow } : {}),
    withheld: isProjectTrusted ? [] : withheldFrom(configuration.sources),
    ...(await readProtection(configuration, places)),
  };
}

/**
 * The mode that the strongest source names. A project names none that lets through more than the user's own, and never one that bypasses
 * permissions, whoever trusts it: a branch would switch them off for whatever runs there.
 */
function defaultModeOf(
  sources: readonly { readonly settings: Settings; readonly isFromProject: boolean }[],
): Pick<SettingsInForce, "defaultMode"> {
  const named = sources.flatMap(({ settings: { permissions }, isFromProject }) =>
    isMode(permissions.defaultMode) ? [{ mode: permissions.defaultMode, isFromProject }] : [],
  );
  const own = named.find(({ isFromProject }) => !isFromProject)?.mode;
  const found = named.find(
    ({ mode, isFromProject }) =>
      !isFromProject || (mode !== "bypassPermissions" && (own === undefined || !isWider(mode, own))),
  );
  return found ? { defaultMode: found.mode } : {};
}

/** Settings that permit, or change how the session works. */
function withheldFrom(sources: EngineState["configuration"]["sources"]): SettingsInForce["withheld"] {
  return sources.flatMap(({ name: source, settings, isFromProject }) => {
    if (!settings || !isFromProject) return [];
    const { permissions, other } = settings;
    const keys = [
      ...(permissions.allow.length > 0 ? ["permissions.allow"] : []),
      ...(permissions.defaultMode === undefined ? [] : ["permissions.defaultMode"]),
      ...(permissions.additionalDirectories?.length ? ["permissions.additionalDirectories"] : []),
      ...(typeof other.model === "string" ? ["model"] : []),
    ];
    return keys.length > 0 ? [{ source, keys }] : [];
  });
}

function localHosts(
  sources: EngineState["configuration"]["sources"],
  { allowed }: OwnRules,
): SettingsInForce["allowsLocalHost"] {
  const ofUser = sources.flatMap(({ settings, isFromProject }) =>
    settings && !isFromProject ? settings.permissions.allow : [],
  );
  const tests = [...ofUser, ...toRules(allowed)].flatMap(({ tool, content = "" }) =>
    tool === "WebFetch" ? (parseDomainRule(content) ?? []) : [],
  );
  return (host) => tests.some((holds) => holds(host));
}

function isTokens(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 1;
}

/** Who works in a project does not say what is protected there, trusted or not: protection is there for what its files would do. */
async function readProtection(
  { sources }: EngineState["configuration"],
  { projectDir, homeDir }: SessionPlaces,
): Promise<Pick<SettingsInForce, "unprotected" | "overreaching">> {
  const naming = sources.flatMap(({ settings, kind, name }) => {
    const paths = settings?.permissions.unprotectedPaths ?? [];
    return paths.length === 0 ? [] : [{ paths, kind, name }];
  });
  const counting = naming.filter(({ kind }) => MAY_UNPROTECT.has(kind));
  return {
    unprotected: readUnprotected(
      counting.flatMap(({ paths }) => paths),
      {
        projectDirs: [projectDir, await reachedPath(projectDir)],
        homeDirs: [homeDir, await reachedPath(homeDir)],
      },
    ),
    overreaching: naming.filter(({ kind }) => !MAY_UNPROTECT.has(kind)).map(({ name }) => name),
  };
}

const MAY_UNPROTECT: ReadonlySet<string> = new Set<SourceKind>(["managed", "flag", "user"]);

/** A text that is no rule means nothing here; whoever takes it from a person says so there. */
function toRules(texts: readonly string[]): readonly Rule[] {
  return texts.flatMap((text) => parseRule(text) ?? []);
}

function isMode(mode: string | undefined): mode is PermissionMode {
  return PERMISSION_MODES.some((each) => each === mode);
}
