import { describe, expect, test } from "vitest";
import { createRedactor } from "../../src/redact/index.ts";
import { createRandom, fuzzSeed } from "../support/random.ts";
import { cleanLine } from "./clean-lines.ts";
import { builders } from "./planted-secrets.ts";
import { surroundings } from "./surroundings.ts";

const PER_PLACE = 20;

/** Whether a stretch of the secret that would be of use is left. */
function isLeft(secret: string, redacted: string): boolean {
  const lines = secret.split(/\\n|\n/).filter((line) => line.length > 10);
  return lines.some((line) => redacted.includes(line.slice(0, 12)) || redacted.includes(line.slice(-10)));
}

describe("known shapes are redacted", () => {
  test.each(Object.entries(builders))("%s", (name, build) => {
    const random = createRandom(fuzzSeed + name.length);
    const redactor = createRedactor();
    const missed: string[] = [];
    for (const [place, { wrap, isJson }] of Object.entries(surroundings)) {
      for (let index = 0; index < PER_PLACE; index += 1) {
        const planted = build(random);
        const text = wrap(planted.text);
        const redacted = redactor.text(text);
        const says = planted.kinds.some((kind) => redacted.includes(`[redacted: ${kind}]`));
        if (isLeft(planted.secret, redacted) || !says) missed.push(`${place}: ${text} => ${redacted}`);
        if (isJson) expect(() => JSON.parse(redacted), redacted).not.toThrow();
        expect(redactor.text(redacted)).toBe(redacted);
      }
    }
    // what only its name tells can by chance look like a word; a shape of its own cannot
    const places = Object.keys(surroundings).length * PER_PLACE;
    expect(missed.length, missed.slice(0, 3).join("\n")).toBeLessThanOrEqual(Math.floor(places / 100));
  });

  test.each(Object.entries(builders))("%s alone in its place leaves the rest as it was", (_, build) => {
    const planted = build(createRandom(fuzzSeed));
    const redacted = createRedactor().text(`before “${planted.text}” after`);
    expect(redacted).toMatch(/^before “/);
    expect(redacted).toMatch(/” after$/);
  });
});

describe("what is no secret stays", () => {
  test("10,000 clean lines", () => {
    const random = createRandom(fuzzSeed);
    const redactor = createRedactor();
    const changed: string[] = [];
    for (let index = 0; index < 10_000; index += 1) {
      const line = cleanLine(random);
      if (redactor.text(line) !== line) changed.push(redactor.text(line));
    }
    expect(changed.length, changed.slice(0, 5).join("\n")).toBeLessThanOrEqual(10);
  });
});

describe("exactly the secret is replaced", () => {
  const word = ["Zk4", "vP9", "qLm2", "Xw7"].join("");
  test.each<[name: string, text: string, expected: string]>([
    ["a password in quotes", `password: "${word}"`, 'password: "[redacted: password]"'],
    ["a password of words", "password: 'correct horse battery'", "password: '[redacted: password]'"],
    ["a password of digits in JSON", '{"password": 12345678}', '{"password": "[redacted: password]"}'],
    ["a quote inside", `{"password":"a\\"${word}","b":1}`, '{"password":"[redacted: password]","b":1}'],
    [
      "a backslash at the end",
      `{"password":"${word}\\\\","b":1}`,
      '{"password":"[redacted: password]","b":1}',
    ],
    [
      "JSON in JSON",
      `"{\\"token\\":\\"${word}\\",\\"b\\":1}"`,
      '"{\\"token\\":\\"[redacted: token]\\",\\"b\\":1}"',
    ],
    ["a label at the end of a text", `{"a":"password: ","b":"${word}"}`, `{"a":"password: ","b":"${word}"}`],
    [
      "a mark that is never closed",
      `{"a":"password: '${word}","b":"it's"}`,
      `{"a":"password: '[redacted: password]","b":"it's"}`,
    ],
    ["an option", `run --password ${word} --verbose`, "run --password [redacted: password] --verbose"],
    ["an option in a list", `["--api-key","${word}","-v"]`, '["--api-key","[redacted: key]","-v"]'],
    ["an option with =", `run --token=${word} x`, "run --token=[redacted: token] x"],
    ["a query", `/a?token=${word}&page=2#top`, "/a?token=[redacted: token]&page=2#top"],
    ["an encoded query", `url%3Ftoken%3D${word}%26page`, "url%3Ftoken%3D[redacted: token]"],
    ["an element", `<password>${word}</password>`, "<password>[redacted: password]</password>"],
    ["a Ruby hash", `:password => "${word}"`, ':password => "[redacted: password]"'],
    ["a typed constant", `const token: string = "${word}";`, 'const token: string = "[redacted: token]";'],
    [
      "an argument and the next",
      `login(password="${word}", user="a")`,
      'login(password="[redacted: password]", user="a")',
    ],
    ["values in a row", `user=a password=${word}, host=b`, "user=a password=[redacted: password], host=b"],
    ["an env file", "DB_PASSWORD=correcthorse\nA=1", "DB_PASSWORD=[redacted: password]\nA=1"],
    ["a scheme", `Authorization: Bearer ${word}`, "Authorization: Bearer [redacted: authorization-header]"],
    [
      "a header of curl",
      `-H 'Authorization: Basic ${word}=' -v`,
      "-H 'Authorization: Basic [redacted: authorization-header]' -v",
    ],
    [
      "raw headers",
      `["Authorization", "Bearer ${word}", "Accept"]`,
      '["Authorization", "Bearer [redacted: authorization-header]", "Accept"]',
    ],
    [
      "digest",
      `Authorization: Digest username="a", response="${word}"\nHost: b`,
      "Authorization: Digest [redacted: authorization-header]\nHost: b",
    ],
    ["bearer alone", `sent bearer ${word}`, "sent bearer [redacted: token]"],
    ["cookies", `Cookie: a=1; sid=${word}\nHost: b`, "Cookie: [redacted: cookie-header]\nHost: b"],
    [
      "curl",
      `curl -u me:${word} https://a.example`,
      "curl -u me:[redacted: curl-password] https://a.example",
    ],
    ["curl as a list", `["curl","-u","me:${word}","x"]`, '["curl","-u","me:[redacted: curl-password]","x"]'],
    [
      "a URL",
      `git clone https://me:${word}@a.example/b`,
      "git clone https://me:[redacted: url-password]@a.example/b",
    ],
    [
      "a URL with a slash in the password",
      `postgres://me:${word}/x@db/app`,
      "postgres://me:[redacted: database-password]@db/app",
    ],
    [
      "a URL with a token as user",
      `https://${word}${word}@a.example/b`,
      "https://[redacted: url-password]@a.example/b",
    ],
    ["a password beside a replacement", `password=[redacted: token]${word}`, "password=[redacted: password]"],
  ])("%s", (_, text, expected) => {
    const redactor = createRedactor();
    expect(redactor.text(text)).toBe(expected);
    expect(redactor.text(expected)).toBe(expected);
  });

  test("a private key that was cut off goes as far as it is there", () => {
    const begin = ["-----BEGIN", " RSA PRIVATE", " KEY-----"].join("");
    const line = "MIIEpAIBAAKCAQEAx7Zk4vP9qLm2Xw7Zk4vP9qLm2Xw7Zk4vP9qLm2Xw7Zk4vP9q";
    const redactor = createRedactor();
    expect(redactor.text(`${begin}\n${line}\n${line}\n... cut`)).toBe("[redacted: private-key]\n... cut");
    const list = redactor.text(JSON.stringify([begin, line, line, "other"]));
    expect(JSON.parse(list)).toEqual([...Array(3).fill("[redacted: private-key]"), "other"]);
    const end = begin.replace("BEGIN", "END");
    const apart = redactor.text(JSON.stringify({ a: begin, b: [1, end] }));
    expect(JSON.parse(apart)).toMatchObject({ b: [1, end] });
  });
});
