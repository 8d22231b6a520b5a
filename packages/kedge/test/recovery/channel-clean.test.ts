/** Words that people or agents chose, as they leave: without addresses of people and without paths, and with everything else. */
import { expect, test } from "vitest";
import { cleanMessage } from "../../src/recovery/channels/clean-message.ts";
import { createRedactor } from "../../src/redact/index.ts";
import { threadMs } from "../support/fuzz.ts";
import { OPENED, TOKEN } from "./channel-world.ts";

const redactor = createRedactor();
const clean = (title: string): string => cleanMessage({ ...OPENED, title }, redactor).title;

test.each<[text: string, left: string]>([
  ["see /home/ulrike/acme/notes.txt for more", "see [path] for more"],
  ["/root/x", "[path]"],
  ["in:/srv/acme/a.ts:10", "in:[path]:10"],
  ["PATH=/usr/bin:/home/ulrike/bin", "PATH=[path]:[path]"],
  ["/home/jürgen/größe/日本.txt", "[path]"],
  ["~/acme/x", "[path]"],
  ["(~/acme)", "([path])"],
  ["file:///home/ulrike/x", "[path]"],
  ["C:\\Users\\ulrike\\x.txt", "[path]"],
  ["C:/Users/ulrike/x.txt", "[path]"],
  ["\\\\server\\share\\x", "[path]"],
  ['in "/home/ulrike/My Documents/x" it is', 'in "[path]" it is'],
  ["in '~/My Documents/x' it is", "in '[path]' it is"],
  ['"C:\\Program Files\\Acme"', '"[path]"'],
  ["ulrike.meyer@customer.example wrote", "[address] wrote"],
  ["<eva@exämple.straße>", "<[address]>"],
])("%s", (text, left) => expect(clean(text)).toBe(left));

test.each([
  "https://git.example.com/a/b?x=/c",
  "http://127.0.0.1:8080/hook/x",
  "and/or, 24/7, n/a, 1/2/3",
  "/model and /login",
  "claude-a/b, anthropic/claude-x/y",
  "5-hour limit used up on account team-a: 40 sessions stopped",
  "ratio 3:/4",
  "team@work",
  "It's Ann's",
])("%s stays as it is", (text) => expect(clean(text)).toBe(text));

test("what is invisible hides nothing, and an id is clean as well", () => {
  expect(clean(`${TOKEN.slice(0, 9)}\u200b${TOKEN.slice(9)}`)).toBe("[redacted: github-token]");
  const message = { ...OPENED, id: `i_4f2a.1.${TOKEN}` };
  const { id } = cleanMessage(message, redactor);
  expect(id).toBe("i_4f2a.1.[redacted: github-token]");
  expect(cleanMessage(OPENED, redactor)).toEqual(OPENED);
});

test("long texts of what almost is a path take no time", () => {
  const texts = ["/", "~/", '"/a ', "'~/", "/a@", "\\\\a", "a@", "C:", "file:/", "/a-"];
  const startedAt = threadMs();
  for (const unit of texts) clean(unit.repeat(20_000));
  expect(threadMs() - startedAt).toBeLessThan(10_000);
});
