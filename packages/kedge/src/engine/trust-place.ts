import { basename, dirname, join, resolve } from "node:path";
import { type Problem, ProblemList } from "../protocol/index.ts";
import { isInside, realPathOf } from "./trust-files.ts";
import { type RecordsReading, readRecords, trustFolder } from "./trust-records.ts";

/** A project as the records know it. */
export interface TrustPlace extends RecordsReading {
  /** The project's folder without links; as it was given when it is not there. */
  readonly project: string;
}

/** Finds a project by its real path alone and reads its records. Asks nothing in the project, git included. */
export async function openPlace(stateDir: string, projectDir: string): Promise<TrustPlace> {
  const project = await projectPath(projectDir);
  const nothing = { project, records: [] };
  if ((await realPathOf(project)) === null) {
    const problem = missingProject(project);
    return { ...nothing, problems: [problem], unread: [{ why: problem.came }] };
  }
  const refusal = await refuseState(stateDir, project);
  if (refusal) return { ...nothing, problems: [refusal], unread: [] };
  return { project, ...(await readRecords(stateDir, project)) };
}

/** The folder of a project without links; as it was given when it is not there. */
export async function projectPath(projectDir: string): Promise<string> {
  return (await realPathOf(projectDir)) ?? resolve(projectDir);
}

/**
 * Says why records are not kept where they would be: a project that holds them could trust itself. Null: nothing is wrong.
 *
 * @param project without links
 */
export async function refuseState(stateDir: string, project: string): Promise<Problem | null> {
  const folder = await realPathOfMissing(trustFolder(stateDir));
  if (!isInside(project, folder) && !isInside(folder, project)) return null;
  return new ProblemList(folder).error({
    code: "forbidden_target",
    path: "",
    expected: "the state folder to be outside of the project",
    came: `the project ${project}`,
    effect: "Nothing of this project is trusted.",
    advice: "Name another state folder, or work in a folder that does not hold it.",
  });
}

function missingProject(project: string): Problem {
  return new ProblemList(project).error({
    code: "unreadable",
    path: "",
    expected: "the folder of the project",
    came: "no folder that can be reached",
    effect: "Nothing of this project is trusted.",
  });
}

/** A path without links as far as it exists. */
async function realPathOfMissing(path: string): Promise<string> {
  const real = await realPathOf(path);
  const parent = dirname(path);
  if (real !== null || parent === path) return real ?? path;
  return join(await realPathOfMissing(parent), basename(path));
}
