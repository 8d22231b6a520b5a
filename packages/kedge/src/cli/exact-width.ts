/** How wide a text is in a terminal, and where to break it there, for every script and emoji. Takes some 20 ms to load. */
export { default as stringWidth } from "string-width";
export { default as wrapAnsi } from "wrap-ansi";
