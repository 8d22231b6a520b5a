/** Where commands find the way out, on the loopback of their own network. */
const PORT = 3128;

/**
 * What runs in front of a command that may reach some domains: it offers the proxy, which is a socket in the file system, at a port as
 * programs expect it, and ends with the command.
 *
 * Node runs it, since that is there wherever Kedge is.
 */
const SOURCE = `
const net = require("node:net"), os = require("node:os"), { spawn } = require("node:child_process");
const [path, file, ...args] = process.argv.slice(1);
const server = net.createServer((inner) => {
  const outer = net.connect({ path });
  for (const [one, other] of [[inner, outer], [outer, inner]]) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
    one.pipe(other);
  }
});
server.on("error", (error) => { console.error("sandbox: " + error.message); process.exit(125); });
server.listen(${PORT}, "127.0.0.1", () => {
  const child = spawn(file, args, { stdio: "inherit" });
  child.on("error", (error) => { console.error(error.message); process.exit(127); });
  child.on("exit", (code, signal) => process.exit(signal ? 128 + os.constants.signals[signal] : code));
});
`;

/** The same command behind the forwarder. */
export function forwarded(node: string, socket: string, command: readonly string[]): readonly string[] {
  return [node, "--no-warnings", "-e", SOURCE, "--", socket, ...command];
}

/** Variables by which programs find the proxy. */
export function proxyEnvironment(): Readonly<Record<string, string>> {
  const url = `http://127.0.0.1:${PORT}`;
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
  const none = "localhost,127.0.0.1,::1";
  return {
    ...Object.fromEntries(
      names.flatMap((name) => [[name, url] as const, [name.toLowerCase(), url] as const]),
    ),
    ...{ NO_PROXY: none, no_proxy: none },
    // Node's own fetch asks for it only then.
    NODE_USE_ENV_PROXY: "1",
  };
}
