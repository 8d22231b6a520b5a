// Generated from the tables of the protocol by `npm run generate`. Do not edit.
import type { CompiledValidator } from "../validate.ts";

export declare const validators: {
  readonly command: CompiledValidator;
  readonly http: CompiledValidator;
  readonly mcp_tool: CompiledValidator;
  readonly prompt: CompiledValidator;
  readonly agent: CompiledValidator;
};
