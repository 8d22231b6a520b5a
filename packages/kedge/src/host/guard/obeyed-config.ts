import { type GitSetting, parseGitConfig } from "./git-config.ts";

type Test = (value: string) => boolean;

const anything: Test = () => true;

/** Schemes that git serves itself; for any other it starts a program of that name. */
const SCHEMES = /^(?:https?|ssh|git|file|git\+ssh|ssh\+git):\/\//i;

/** An address from which nobody starts a program: no option, no `transport::address`, no unknown scheme. */
const plainAddress: Test = (value) =>
  !value.startsWith("-") &&
  !/^[^/:[]*::/.test(value) &&
  (!/^[^/]*:\/\//.test(value) || SCHEMES.test(value)) &&
  !/\p{Cc}/u.test(value);

/** `!command` would be run. */
const updateWay: Test = (value) => /^(?:checkout|rebase|merge|none)$/.test(value);

/** Sections with a subsection: `section.*.variable`. */
const WITHIN: Readonly<Record<string, Readonly<Record<string, Test>>>> = {
  branch: {
    ...{ remote: plainAddress, pushremote: plainAddress, merge: anything, rebase: anything },
    ...{ description: anything, "vscode-merge-base": anything, "gh-merge-base": anything },
    "github-pr-owner-number": anything,
  },
  remote: {
    ...{ url: plainAddress, pushurl: plainAddress, fetch: anything, push: anything, mirror: anything },
    ...{ prune: anything, prunetags: anything, tagopt: anything, skipdefaultupdate: anything },
    ...{ promisor: anything, partialclonefilter: anything, followremotehead: anything },
    "gh-resolved": anything,
  },
  submodule: {
    ...{ url: plainAddress, update: updateWay, active: anything, path: anything, branch: anything },
    ...{ ignore: anything, shallow: anything, fetchrecursesubmodules: anything },
  },
};

/** Variables that say how git keeps or shows things, and by which it starts nothing and goes nowhere. */
const PLAIN: ReadonlySet<string> = new Set([
  ...["repositoryformatversion", "filemode", "bare", "logallrefupdates", "ignorecase", "symlinks"].map(
    (name) => `core.${name}`,
  ),
  ...["precomposeunicode", "autocrlf", "eol", "safecrlf", "quotepath", "abbrev", "longpaths"].map(
    (name) => `core.${name}`,
  ),
  ...["sparsecheckout", "sparsecheckoutcone", "untrackedcache", "preloadindex", "sharedrepository"].map(
    (name) => `core.${name}`,
  ),
  ...[
    "objectformat",
    "worktreeconfig",
    "partialclone",
    "preciousobjects",
    "refstorage",
    "relativeworktrees",
  ].map((name) => `extensions.${name}`),
  ...["user.name", "user.email", "init.defaultbranch", "pull.rebase", "pull.ff", "push.default"],
  ...["push.autosetupremote", "fetch.prune", "rerere.enabled", "commit.verbose", "index.sparse"],
  ...["gc.auto", "gc.autodetach", "maintenance.auto", "maintenance.strategy", "submodule.active"],
  ...["submodule.recurse", "lfs.repositoryformatversion", "color.ui", "log.date", "diff.renames"],
  ...["merge.conflictstyle", "rebase.autosquash", "rebase.autostash", "rebase.updaterefs"],
  ...["branch.autosetupmerge", "branch.autosetuprebase"],
]);

/**
 * Whether what differs between two git configurations is only what nobody obeys: addresses, branches, formats, names. Everything else has
 * to stand there as before, in the same order, for later settings count more than earlier ones.
 *
 * @param before null for none
 * @param isWorkTree whether a folder may be named as the work tree, as git does for submodules; without it, none
 */
export function differsHarmlessly(
  before: string | null,
  after: string,
  isWorkTree: (path: string) => boolean = () => false,
): boolean {
  const [old, now] = [before === null ? [] : parseGitConfig(before), parseGitConfig(after)];
  // What cannot be read may mean anything.
  if (old === null || now === null) return false;
  const obeyed = (settings: readonly GitSetting[]): string =>
    JSON.stringify(
      settings.filter((setting) => !isHarmless(setting, isWorkTree)).map(({ key, value }) => [key, value]),
    );
  return obeyed(old) === obeyed(now);
}

function isHarmless({ key, value }: GitSetting, isWorkTree: (path: string) => boolean): boolean {
  if (PLAIN.has(key)) return true;
  const [first, last] = [key.indexOf("."), key.lastIndexOf(".")];
  const [section, name] = [key.slice(0, first), key.slice(last + 1)];
  if (key === "core.worktree") return value !== null && isWorkTree(value);
  if (first === last) return false;
  const table = Object.hasOwn(WITHIN, section) ? WITHIN[section] : undefined;
  const test = table && Object.hasOwn(table, name) ? table[name] : undefined;
  return test?.(value ?? "") ?? false;
}
