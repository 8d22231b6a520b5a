/**
 * Everything that Kedge offers to other programs. Import a subpath such as `kedge/protocol` to load only that.
 *
 * @module
 */
export * from "./engine/index.ts";
export * from "./protocol/index.ts";
