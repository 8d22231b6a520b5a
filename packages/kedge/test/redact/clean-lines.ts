/** Lines without a secret, of the sorts that most often look like one. */
import type { Random } from "../support/random.ts";
import { ALPHANUMERIC, draw } from "./planted-secrets.ts";

const HEX = "0123456789abcdef";
const BASE64 = `${ALPHANUMERIC}+/`;
const WORDS = (
  "the user enters a new password and the token count of this session is over the limit so press any key to see which " +
  "secret scanner found it because authentication needs no cookie when author and keyboard agree on passing tests"
).split(" ");

const FIXED = [
  "const token = await tokenizer.next();",
  "if (password !== confirmPassword) throw new Error('Passwords do not match');",
  "password: string;",
  "  token?: string | undefined,",
  'label.password = "Enter your password:"',
  '"password": "Password",',
  "function setToken(token: string, key: string): void {",
  "for (const [key, value] of Object.entries(secrets)) {",
  "return cache.get(key) ?? fallbackKey;",
  'onKeyDown={(event) => { if (event.key === "Enter") submit(); }}',
  'key: "ArrowDown", code: "ArrowDown", keyCode: 40',
  '{"type":"message_delta","usage":{"input_tokens":12345678,"output_tokens":4321}}',
  '{"max_tokens": 4096, "token_type": "bearer", "stop_token": "<|endoftext|>"}',
  "GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}",
  'export ANTHROPIC_API_KEY="$(pass show anthropic)"',
  "Authorization: Bearer $TOKEN",
  "curl -H 'Authorization: Bearer <token>' https://api.example.com",
  "git push -u origin main:main",
  "docker run -u 1000:1000 image",
  "sort -u names:list.txt",
  "PRIMARY KEY (id), FOREIGN KEY (user_id) REFERENCES users(id)",
  'keys: ["primary-key-1", "sort-key-2"]',
  "password = os.environ['DB_PASSWORD']",
  "secret = config.get('secret')",
  "api_key = settings.api_key",
  "token = request.headers.get('X-Token')",
  "password=password, key=key, token=token",
  "-----BEGIN CERTIFICATE-----",
  "-----BEGIN PUBLIC KEY-----",
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGk user@host",
  "Cookie: see the section on cookies",
  "authorization: required for every call",
  "Password must be at least 8 characters: use letters and digits.",
  "secret: must not be empty",
  "The key: write small functions.",
  "http://localhost:8080/path?page=2&sort=name@example",
  "git@github.com:owner/name.git",
  "mailto:someone@example.com",
  'import { key as tokenKey } from "./keys.ts";',
  'class="sk-fading-circle sk-circle-animation-container-large"',
  "Cache restored from key: Linux-node-20-modules",
  "publicKeyToken=null, Version=1.0.0.0",
  "i.key=e.key||t.token,n.secret=void 0,r.auth=!0",
  'process.env.API_KEY ?? process.env["OPENAI_API_KEY"]',
  "secrets: inherit",
  "credentials: 'include'",
  "next_token: eyJ",
  "hf_hub_download(repo_id='a/b')",
  "npm_config_registry=https://registry.example.com/",
  "npm_package_dependencies_some_very_long_package_name_indeed=1",
  "keyboard-shortcut: ctrl+shift+k",
  "passed: 120, failed: 0, skipped: 3",
  "token at position 17: unexpected '}'",
  "Basic authentication is off; bearer tokens are not accepted",
  '<input type="password" name="password" autocomplete="current-password">',
  '<label for="token">Token</label>',
  "  --token <token>     the token to use (default: none)",
  "  --password          ask for the password",
  "author: Jane Doe <jane@example.com>",
  "x-api-key header is missing",
  "SG.1 and AC.2 are names",
  "const keyOf = (item) => `${item.type}:${item.id}`;",
];

const MAKERS: readonly ((random: Random) => string)[] = [
  (random) => random.pick(FIXED),
  (random) => sentence(random, 12),
  (random) => `${draw(random, HEX, 7)} ${random.pick(["fix", "feat"])}(auth): ${sentence(random, 6)}`,
  (random) => `commit ${draw(random, HEX, 40)}`,
  (random) => `${draw(random, HEX, 64)}  dist/${random.pick(WORDS)}.js`,
  (random) => `index ${draw(random, HEX, 10)}..${draw(random, HEX, 10)} 100644`,
  (random) => `      "integrity": "sha512-${draw(random, BASE64, 86)}==",`,
  (random) =>
    `      "resolved": "https://registry.example.com/${random.pick(WORDS)}/-/x-1.${random.below(99)}.0.tgz",`,
  (random) => `"session_id": "${uuid(random)}", "request_id": "req_${draw(random, ALPHANUMERIC, 24)}"`,
  (random) => `idempotency-key: ${uuid(random)}`,
  (random) =>
    `"tool_use_id":"toolu_${draw(random, ALPHANUMERIC, 24)}","id":"msg_${draw(random, ALPHANUMERIC, 24)}"`,
  (random) => `<img src="data:image/png;base64,${draw(random, BASE64, 200)}">`,
  (random) => draw(random, BASE64, 76),
  (random) => `"next_page_token": "${draw(random, ALPHANUMERIC, 40)}"`,
  (random) => `Cache restored from key: Linux-node-${draw(random, HEX, 64)}`,
  (random) => `docker.io/library/node@sha256:${draw(random, HEX, 64)}`,
  (random) =>
    `https://example.com/${random.pick(WORDS)}/${draw(random, HEX, 32)}?v=${random.below(1e6)}#${random.pick(WORDS)}`,
  (random) => `!function(e,t){${minified(random)}}(this,window);`,
  (random) => `${random.pick(["public_key", "publicKey"])}: "${draw(random, BASE64, 43)}="`,
  (random) =>
    `at ${random.pick(["Token", "KeyStore"])}.${random.pick(WORDS)} (file:///srv/app/${random.pick(WORDS)}.js:${random.below(900)}:7)`,
  (random) =>
    `${random.pick(["total_tokens", "input_tokens", "max_tokens"])}=${random.below(1e7)} key=${random.pick(WORDS)}`,
];

function sentence(random: Random, length: number): string {
  return Array.from(
    { length },
    () => random.pick(WORDS) + (random.chance(0.1) ? random.pick([",", ":", "."]) : ""),
  ).join(" ");
}

function uuid(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => draw(random, HEX, length)).join("-");
}

function minified(random: Random): string {
  const name = (): string => random.pick(["e", "t", "n", "r", "key", "token", "password", "secret", "auth"]);
  return Array.from({ length: 12 }, () =>
    random.pick([
      () => `${name()}.${name()}=${name()}.${name()}`,
      () => `${name()}=${name()}(${name()},${random.below(99)})`,
      () => `${name()}:${name()}`,
      () => `if(${name()}===${name()})return ${name()}`,
      () => `var ${random.pick(["e", "key", "token"])}="${random.pick(WORDS)}"`,
    ])(),
  ).join(random.pick([";", ","]));
}

export function cleanLine(random: Random): string {
  return random.pick(MAKERS)(random);
}
