/** A session with skills, commands and agents in files, against a real model API. */
import { existsSync } from "node:fs";
import { parseFrontmatterYaml } from "../../../src/cli/frontmatter-yaml.ts";
import { createEngine } from "../../../src/engine/index.ts";
import type { Session, SessionOptions } from "../../../src/host/index.ts";
import type { Scenario } from "../../../src/model-api/index.ts";
import { type HostWorld, makeHost } from "../../support/host-world.ts";

export interface SkillWorld extends HostWorld {
  /** Writes a Markdown file with frontmatter below the folder of the world. */
  markdown(path: string, facts: object, body: string): void;
  /** Opens a session in which the project is not trusted, but for what {@link SkillWorld.trust} trusted. */
  openUntrusted(more?: Partial<SessionOptions>): Promise<Session>;
  /** Trusts all that skills, commands and agents of the project ask for now. */
  trust(): Promise<void>;
  /** A command that leaves a file behind, and whether it is there. */
  trap(name: string): { readonly command: string; readonly file: string; readonly sprung: () => boolean };
  notices(): string;
}

export const PROJECT = "project/.claude";
export const USER = "home/.claude";

export async function makeSkillWorld(scenario: Scenario = {}): Promise<SkillWorld> {
  const world = await makeHost(scenario);
  const open = (more: Partial<SessionOptions> = {}) =>
    world.open({ parseYaml: parseFrontmatterYaml, ...more });
  const hooks = { managedDir: world.managed, trust: "store" } as const;
  return {
    ...world,
    open,
    openUntrusted: (more = {}) => open({ hooks, ...more }),
    // JSON is YAML.
    markdown: (path, facts, body) => void world.write(path, `---\n${JSON.stringify(facts)}\n---\n${body}`),
    async trust() {
      await using engine = await createEngine(world.options);
      const { files } = await engine.definitions(parseFrontmatterYaml);
      const asking = files
        .filter(({ isFromProject }) => isFromProject)
        .flatMap(({ hooks: own, wishes }) => [own, wishes].flatMap((source) => source ?? []))
        .flatMap((source) => source.entries.map((entry) => ({ entry, source })));
      await engine.trust.accept(await engine.trust.review(asking, { env: {} }));
    },
    trap(name) {
      const file = world.at(`${name}.sprung`);
      return { file, command: `touch '${file}'`, sprung: () => existsSync(file) };
    },
    notices: () =>
      world
        .eventsOf("notice")
        .map(({ text }) => text)
        .join("\n"),
  };
}

/** The model loads a skill, calls a tool, and is done. */
export function loads(skill: string, ...then: readonly object[]): Scenario {
  return { replies: [{ tool: "Skill", input: { skill } }, ...then, { text: "done" }] as never };
}
