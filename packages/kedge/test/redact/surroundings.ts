/** Places in which a text can stand. Those of `escapes` hold it as JSON holds it. */
export interface Surroundings {
  readonly wrap: (text: string) => string;
  /** The text stands in JSON, so the whole must still be JSON after redaction. */
  readonly isJson?: true;
}

const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1);

export const surroundings: Readonly<Record<string, Surroundings>> = {
  alone: { wrap: (text) => text },
  "a log line": {
    wrap: (text) => `2026-11-21T04:05:06.789Z ERROR [worker-3] request failed: ${text} (attempt 2)`,
  },
  "the end of a line": { wrap: (text) => `connecting with ${text}\nnext line\n` },
  "the end of the text": { wrap: (text) => `line one\nline two ${text}` },
  JSON: { wrap: (text) => `{"level":"info","message":"${escapeJson(text)}","count":3}`, isJson: true },
  "pretty JSON": {
    wrap: (text) => JSON.stringify({ a: [1, { deep: text }], b: null }, null, 2),
    isJson: true,
  },
  "JSON in JSON": {
    wrap: (text) => JSON.stringify({ body: JSON.stringify({ message: text, ok: true }) }),
    isJson: true,
  },
  "a line of JSON text": {
    wrap: (text) => JSON.stringify({ log: `first\n${text}\nlast\t${text}` }),
    isJson: true,
  },
  YAML: { wrap: (text) => `steps:\n  - run: build\n    note: ${text}\n  - run: test\n` },
  "quoted YAML": { wrap: (text) => `env:\n  VALUE: '${text}'\n` },
  "a shell export": { wrap: (text) => `export VALUE="${text}"\n./run.sh` },
  "an env file": { wrap: (text) => `# settings\nMODE=dev\nVALUE=${text}\nPORT=80\n` },
  "a header dump": {
    wrap: (text) => `> GET / HTTP/1.1\r\n> Host: example.com\r\n> X-Note: ${text}\r\n> Accept: */*\r\n`,
  },
  "a stack trace": {
    wrap: (text) => `Error: refused ${text}\n    at connect (/srv/app/index.js:10:5)\n    at main`,
  },
  markdown: { wrap: (text) => `Use \`${text}\` **now**, see [docs](https://example.com).` },
  "a markdown block": { wrap: (text) => `\`\`\`sh\n${text}\n\`\`\`\n` },
  "a call in code": { wrap: (text) => `await connect('${text}', { retries: 3 });` },
  brackets: { wrap: (text) => `sent (${text}) [${text}] {${text}}` },
  "unicode neighbours": { wrap: (text) => `“${text}” – 值：${text}。` },
  "a terminal colour": { wrap: (text) => `\u001b[31m${text}\u001b[0m done` },
  HTML: { wrap: (text) => `<pre class="log">${text}</pre>` },
  CSV: { wrap: (text) => `id,note\n7,"${text}",done\n` },
  Windows: { wrap: (text) => `C:\\logs> type out.txt\r\n${text}\r\n` },
};
