import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { readFrontmatterSource, type Source } from "../engine/index.ts";
import { readTextFile } from "../platform/index.ts";
import { escapeInvisible } from "../protocol/index.ts";

const MAX_BYTES = 1024 * 1024;

/** Finds the skills and agents of a project and of its user that bring hooks. */
export async function readFrontmatter(places: {
  projectDir: string;
  homeDir: string;
  userDir?: string | undefined;
}): Promise<readonly Source[]> {
  const roots = [
    { dir: join(places.projectDir, ".claude"), shown: ".claude", isFromProject: true },
    { dir: places.userDir ?? join(places.homeDir, ".claude"), shown: "~/.claude", isFromProject: false },
  ];
  const found: Source[] = [];
  for (const { dir, shown, isFromProject } of roots) {
    const skills = (await namesIn(join(dir, "skills"))).map((name) => ({
      kind: "skill" as const,
      path: `skills/${name}/SKILL.md`,
    }));
    const agents = (await namesIn(join(dir, "agents")))
      .filter((name) => name.endsWith(".md"))
      .map((name) => ({ kind: "agent" as const, path: `agents/${name}` }));
    for (const { kind, path } of [...skills, ...agents]) {
      const file = join(dir, path);
      const reading = await readTextFile(file, MAX_BYTES);
      if (!reading.ok) continue;
      const source = readFrontmatterSource(
        { kind, text: reading.text, name: escapeInvisible(`${shown}/${path}`), file, isFromProject },
        parseYaml,
      );
      if (source) found.push(source);
    }
  }
  return found;
}

/** Aliases stay few: a file of a project could otherwise grow without end when it is read. */
function parseYaml(text: string): unknown {
  return parse(text, { maxAliasCount: 32 });
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch {
    return []; // not there, or not ours to read
  }
}
