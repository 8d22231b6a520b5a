import type { Settings } from "../../protocol/index.ts";
import { absolutePath } from "../paths.ts";

/** What one source says of the sandbox, and whether what it permits counts. */
export interface SandboxSource {
  readonly isManaged: boolean;
  /** Its permissions count as well; without it only what restricts does (D7). */
  readonly mayPermit: boolean;
  readonly sandbox: Settings["sandbox"];
}

/** A place that commands do not read, but for what is readable in it after all. Absolute paths. */
interface UnreadPlace {
  readonly path: string;
  readonly except: readonly string[];
}

/** What settings ask of the sandbox, all sources together. Paths are absolute. */
export interface SandboxRules {
  readonly isEnabled: boolean;
  readonly failsIfUnavailable: boolean;
  /** A confined command that is plain needs nobody's word. */
  readonly autoAllows: boolean;
  /** What was said of commands outside of the sandbox; null when nothing was. */
  readonly allowsUnsandboxed: boolean | null;
  readonly excludedCommands: readonly string[];
  readonly isWeaker: boolean;
  readonly allowWrite: readonly string[];
  readonly denyWrite: readonly string[];
  readonly denyRead: readonly UnreadPlace[];
  /** Readable although it is hidden by default. */
  readonly allowRead: readonly string[];
  readonly allowedDomains: readonly string[];
  readonly unixSockets: readonly string[];
  readonly allowsAllUnixSockets: boolean;
  /** What cannot be done as it is written, for people. */
  readonly problems: readonly string[];
}

type Switch =
  | "enabled"
  | "failIfUnavailable"
  | "autoAllowBashIfSandboxed"
  | "allowUnsandboxedCommands"
  | "enableWeakerNestedSandbox";

/** Keys without a meaning here, with what holds in their place. */
const WITHOUT_MEANING = {
  httpProxyPort: "Kedge's own proxy is used",
  socksProxyPort: "Kedge's own proxy is used",
} as const;

/**
 * Merges what settings say. The strongest source that says something decides; a source that may not permit is heard only where it
 * restricts. Lists that permit add up over sources that may; lists that deny add up over all. What undoes the sandbox as such counts only
 * from managed settings where those switch it on (T4).
 *
 * @param sources strongest first
 */
export function mergeSandboxRules(
  sources: readonly SandboxSource[],
  places: { readonly projectDir: string; readonly homeDir: string },
): SandboxRules {
  const permitting = sources.filter(({ mayPermit }) => mayPermit);
  const isPolicy = sources.some(({ isManaged, sandbox }) => isManaged && sandbox.enabled === true);
  const undoing = isPolicy ? permitting.filter(({ isManaged }) => isManaged) : permitting;
  const pick = (key: Switch, strict: boolean, from = permitting): boolean | undefined =>
    sources
      .filter((source) => from.includes(source) || source.sandbox[key] === strict)
      .find(({ sandbox }) => sandbox[key] !== undefined)?.sandbox[key];
  const onlyManaged = (key: "allowManagedDomainsOnly" | "allowManagedReadPathsOnly"): boolean =>
    sources.some(
      ({ isManaged, sandbox }) => isManaged && { ...sandbox.network, ...sandbox.filesystem }[key] === true,
    );
  const problems: string[] = [];
  const read = (path: string): readonly string[] => readPath(path, places, problems);
  const readers = onlyManaged("allowManagedReadPathsOnly")
    ? permitting.filter(({ isManaged }) => isManaged)
    : permitting;
  const domains = onlyManaged("allowManagedDomainsOnly")
    ? permitting.filter(({ isManaged }) => isManaged)
    : permitting;
  reportMeaningless(sources, problems);
  return {
    isEnabled: pick("enabled", true) ?? false,
    failsIfUnavailable: pick("failIfUnavailable", true) ?? false,
    // Who may not permit anything may switch the sandbox on, and frees no command by that.
    autoAllows:
      pick("autoAllowBashIfSandboxed", false) ?? permitting.some(({ sandbox }) => sandbox.enabled === true),
    allowsUnsandboxed: pick("allowUnsandboxedCommands", false, undoing) ?? null,
    excludedCommands: undoing.flatMap(({ sandbox }) => sandbox.excludedCommands ?? []),
    isWeaker: pick("enableWeakerNestedSandbox", false, undoing) ?? false,
    allowWrite: permitting.flatMap(({ sandbox }) => (sandbox.filesystem.allowWrite ?? []).flatMap(read)),
    denyWrite: sources.flatMap(({ sandbox }) => (sandbox.filesystem.denyWrite ?? []).flatMap(read)),
    denyRead: sources.flatMap((source, at) => {
      // What a source hides, no weaker one shows.
      const except = readers
        .filter((reader) => sources.indexOf(reader) <= at)
        .flatMap(({ sandbox }) => (sandbox.filesystem.allowRead ?? []).flatMap(read));
      return (source.sandbox.filesystem.denyRead ?? []).flatMap(read).map((path) => ({ path, except }));
    }),
    allowRead: readers.flatMap(({ sandbox }) => (sandbox.filesystem.allowRead ?? []).flatMap(read)),
    allowedDomains: domains.flatMap(({ sandbox }) => sandbox.network.allowedDomains ?? []),
    unixSockets: undoing.flatMap(({ sandbox }) => (sandbox.network.allowUnixSockets ?? []).flatMap(read)),
    allowsAllUnixSockets:
      sources
        .filter((source) => undoing.includes(source) || source.sandbox.network.allowAllUnixSockets === false)
        .find(({ sandbox }) => sandbox.network.allowAllUnixSockets !== undefined)?.sandbox.network
        .allowAllUnixSockets ?? false,
    problems: [...new Set(problems)],
  };
}

function reportMeaningless(sources: readonly SandboxSource[], problems: string[]): void {
  for (const { sandbox } of sources)
    for (const [key, instead] of Object.entries(WITHOUT_MEANING))
      if (sandbox.network[key as keyof typeof WITHOUT_MEANING] !== undefined)
        problems.push(`sandbox.network.${key} is not in force: ${instead}.`);
}

/** The place that a setting means. Everything below it is meant as well, so `/**` at its end says nothing more. */
function readPath(
  text: string,
  { projectDir, homeDir }: { readonly projectDir: string; readonly homeDir: string },
  problems: string[],
): readonly string[] {
  const bare = text.replace(/(?:\/\*\*?)+$/, "") || "/";
  if (text === "" || /[*?[\]\0]/.test(bare)) {
    problems.push(
      `sandbox: expected the path of a file or a folder, got ${JSON.stringify(text)}. It is left out: patterns inside of a path are not understood.`,
    );
    return [];
  }
  // Two slashes in front are how rules write an absolute path.
  return [absolutePath(bare.replace(/^\/\//, "/"), { cwd: projectDir, homeDir })];
}
