import type { Engine, ListedHandler, Source } from "../engine/index.ts";
import type { HookEntry, Problem } from "../protocol/index.ts";
import { parseFrontmatterYaml } from "./frontmatter-yaml.ts";

/** What skills, commands and agents bring, as people look at it. */
export interface CalledHandlers {
  /** Their hooks, and what their texts run and permit, in configured order. */
  readonly listed: readonly ListedHandler[];
  /** What a text runs or permits, which is no hook. */
  readonly wishes: ReadonlySet<HookEntry>;
  readonly problems: readonly Problem[];
}

/** Lists what is in force only while a skill, a command or an agent is in use. For engines that dispatch nothing. */
export async function listCalled(engine: Engine): Promise<CalledHandlers> {
  const { files, problems } = await engine.definitions(parseFrontmatterYaml);
  const wishes = new Set(files.flatMap((file) => file.wishes?.entries ?? []));
  const sources = new Set<Source>(
    files.flatMap((file) => [file.hooks, file.wishes].flatMap((each) => each ?? [])),
  );
  const removals = [...sources].map((source) => engine.addSource(source));
  const listed = (await engine.list()).filter(({ origin, entry }) => entry && sources.has(origin));
  for (const remove of removals) remove();
  return { listed, wishes, problems };
}
