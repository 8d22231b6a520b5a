import { isHostError, type McpServerState, type Session } from "../host/index.ts";
import { firstLine, PERMISSION_MODES } from "../protocol/index.ts";

const HELP = `Type a prompt and press Enter. A line that ends in \\ goes on in the next.
  /mode [name]  show the permission mode, or change it: ${PERMISSION_MODES.join(", ")}
  /mcp          show the MCP servers and their tools
  /help         this text
  /exit         end the session, as does Ctrl-D
Ctrl-C ends what runs; at the prompt it drops what is typed, and twice ends the session.`;

/** Runs a line that begins with a slash. */
export function runCommand(
  line: string,
  session: Pick<Session, "permissionMode" | "mcpServers">,
  put: (text: string) => void,
): "goes_on" | "ends" {
  const [name = "", argument] = line.trim().split(/\s+/);
  switch (name) {
    case "/exit":
    case "/quit":
      return "ends";
    case "/mode":
      put(changeMode(argument, session));
      return "goes_on";
    case "/mcp":
      put(mcpWords(session.mcpServers));
      return "goes_on";
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

function changeMode(name: string | undefined, session: Pick<Session, "permissionMode">): string {
  const modes = PERMISSION_MODES.join(", ");
  if (name === undefined) return `Mode ${session.permissionMode}. There are: ${modes}.`;
  const mode = PERMISSION_MODES.find((each) => each === name);
  if (!mode)
    return `There is no mode ${firstLine(name, 60)}. There are: ${modes}. It stays ${session.permissionMode}.`;
  try {
    session.permissionMode = mode;
  } catch (error) {
    if (isHostError(error)) return `${error.message}. It stays ${session.permissionMode}.`;
    throw error;
  }
  return `Mode ${mode}.`;
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
