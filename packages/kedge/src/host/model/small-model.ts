/** A small, fast model: for handlers that name none, and for pages. */
export const SMALL_MODEL = "claude-haiku-5-5";
