/** What is said of the terminal itself, above the commands of the session. */
const TERMINAL_HELP = `Type a prompt and press Enter. A line that ends in \\ goes on in the next.
Ctrl-C ends what runs; at the prompt it drops what is typed, and twice ends the session. So do Ctrl-D and /exit.`;

const HELP = `Type a prompt and press Enter. A line that ends in \\ goes on in the next.
  /mode [name]  show the permission mode, or change it: ${PERMISSION_MODES.join(", ")}
  /compact [what to keep]  replace the conversation by a summary of it
  /help         this text
  /exit         end the session, as does Ctrl-D
Ctrl-C ends what runs; at the prompt it drops what is typed, and twice ends the session.`;

/** Runs a line that begins with a slash. */
export function runCommand(
  line: string,
  session: Pick<Session, "permissionMode">,
  put: (text: string) => void,
): "goes_on" | "ends" | "is_prompt" {
  const [name = "", argument] = line.trim().split(/\s+/);
  switch (name) {
    case "/exit":
    case "/quit":
      return "ends";
    case "/mode":
      put(changeMode(argument, session));
      return "goes_on";
    case "/compact":
      return "is_prompt"; // the session's own
    case "/help":
      put(HELP);
      return "goes_on";
    default:
      put(
        `There is no command ${firstLine(name, 60)}; /help lists them. A prompt may begin with a blank instead.`,
      );
      return "goes_on";
  }
}

/** Each server in a line, with its tools, or why it has none. */
function mcpWords(servers: readonly McpServerState[]): string {
  if (servers.length === 0) return "There are no MCP servers.";
  return servers
    .map(({ name, status, why, tools }) => {
      const more = status === "connected" ? tools.join(", ") || "no tools" : why;
      return firstLine(`${name}  ${status}  ${more}`, 600);
    })
    .join("\n");
}
