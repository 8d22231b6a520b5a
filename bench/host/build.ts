import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as HostModule from "../../packages/kedge/src/host/index.ts";
import type * as ModelApiModule from "../../packages/kedge/src/model-api/index.ts";
import { distDir } from "../engine/workspace.ts";

/** The command, without the file that only looks whether Node is new enough. */
export const commandFile = join(distDir, "cli/main.js");

/** Builds what is measured. It must not be built again meanwhile. */
export function buildAll(): void {
  const script = join(import.meta.dirname, "../../scripts/build.ts");
  const { status } = spawnSync(process.execPath, [script], { stdio: "inherit" });
  if (status !== 0) throw new Error("Expected the package to build, and it does not");
}

export async function loadHost(): Promise<typeof HostModule> {
  return (await import(urlOf("host"))) as typeof HostModule;
}

export async function loadModelApi(): Promise<typeof ModelApiModule> {
  return (await import(urlOf("model-api"))) as typeof ModelApiModule;
}

function urlOf(room: string): string {
  return pathToFileURL(join(distDir, room, "index.js")).href;
}
