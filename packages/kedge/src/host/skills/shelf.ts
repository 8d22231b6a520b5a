import type { DefinitionFile, DefinitionScope, Definitions } from "../../engine/index.ts";
import type { Problem } from "../../protocol/index.ts";
import { type Skill, toSkill } from "./skill.ts";

/** The skills and commands of a session. */
export interface SkillShelf {
  /** Sorted by name, each name once. */
  all(): readonly Skill[];
  find(name: string): Skill | null;
  /** What is wrong with the files of skills, commands and agents. */
  readonly problems: readonly Problem[];
  /** Looks for them again. */
  reload(): Promise<void>;
}

/** Of two with one name the first of these counts: what a project brings takes the name of nothing of the user. */
const PRECEDENCE: readonly DefinitionScope[] = ["managed", "user", "project", "plugin"];

/**
 * Makes the shelf from what was read, and from what will be read later.
 *
 * @source Claude Code skills reference, "Where skills live": a skill stands before a command of its name
 */
export function createSkillShelf(first: Definitions, read: () => Promise<Definitions>): SkillShelf {
  let byName = byPrecedence(first.files);
  let { problems } = first;
  return {
    all: () => [...byName.values()],
    find: (name) => byName.get(name) ?? null,
    get problems() {
      return problems;
    },
    async reload() {
      const again = await read();
      byName = byPrecedence(again.files);
      problems = again.problems;
    },
  };
}

function byPrecedence(files: readonly DefinitionFile[]): ReadonlyMap<string, Skill> {
  const rank = ({ kind, file }: Skill): number =>
    2 * PRECEDENCE.indexOf(file.scope) + (kind === "skill" ? 0 : 1);
  const strongestFirst = files
    .flatMap((file) => toSkill(file) ?? [])
    .sort((one, other) => rank(one) - rank(other));
  const found = new Map<string, Skill>();
  for (const skill of strongestFirst) if (!found.has(skill.name)) found.set(skill.name, skill);
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}
