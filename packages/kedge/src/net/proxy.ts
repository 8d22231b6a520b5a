const PROXY_VARIABLES = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"];

/**
 * The variables of an environment that name a proxy, as Node's agents read them. Whoever names the proxy reads what goes through it, so the
 * environment must be one that no file of a project sets.
 */
export function proxyVariables(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const found = PROXY_VARIABLES.map((name) => [name, Object.hasOwn(env, name) ? (env[name] ?? "") : ""]);
  return Object.fromEntries(found.filter(([, value]) => value !== "")) as Record<string, string>;
}
