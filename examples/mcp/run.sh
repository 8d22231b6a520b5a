#!/bin/sh
# A project that brings an MCP server: two turns of a session, before and after trust, against a scripted model API.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kedge=${KEDGE:-"$here/../../bin/kedge"}

work=$(mktemp -d)
mkdir "$work/home"
cp -R "$here/project" "$work/project"
"$kedge" model-api "$here/scenario.yaml" --quiet >"$work/url" &
api=$!
trap 'kill "$api"; rm -rf "$work"' EXIT
until [ -s "$work/url" ]; do sleep 0.05; done

cd "$work/project"
export HOME="$work/home" KEDGE_STATE_DIR="$work/state"
export ANTHROPIC_BASE_URL="$(sed -n 's/^\(http[^ ]*\).*/\1/p' "$work/url")" ANTHROPIC_API_KEY=any
ask() { "$kedge" agent -p "$1" --settings "$here/settings.json" --output-format stream-json </dev/null >"$work/lines"; }

echo "-- before trust: the server of the project does not run"
ask "What is in the shop?"
grep -o '"mcp_servers":\[[^]]*\]' "$work/lines"

echo "-- what is trusted is shown: the command, and the file that it names"
"$kedge" hooks trust --yes

echo "-- after trust: it is asked, a hook answers what it asks, and another keeps the shop full"
ask "Order apples, and clear the shop."
grep -o '"mcp_servers":\[[^]]*\]' "$work/lines"
grep -oE '7 apples"|ordered 3 apples|the shop is not emptied' "$work/lines"
