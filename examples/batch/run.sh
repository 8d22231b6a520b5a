#!/bin/sh
# Three sessions run to their ends, through a rate limit, an overload and a lost connection: no account, no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kedge=${KEDGE:-"$here/../../bin/kedge"}

work=$(mktemp -d)
mkdir "$work/home"
"$kedge" model-api "$here/scenario.yaml" --quiet >"$work/url" &
api=$!
trap 'kill "$api"; rm -rf "$work"' EXIT
until [ -s "$work/url" ]; do sleep 0.05; done

cd "$work"
export HOME="$work/home" KEDGE_STATE_DIR="$work/state" CLAUDE_CODE_MAX_RETRIES=0
export ANTHROPIC_BASE_URL="$(sed -n 's/^\(http[^ ]*\).*/\1/p' "$work/url")" ANTHROPIC_API_KEY=any

echo "-- three items on standard input, one a line"
"$kedge" batch - --policy "$here/kedge.yaml" --report report.json <<'ITEMS'
{"version":1,"agent":"kedge agent -p","concurrency":3}
{"key":"first","prompt":"Do the first thing."}
{"key":"second","prompt":"Do the second thing."}
{"key":"third","prompt":"Do the third thing."}
ITEMS
echo "exit code $?"

echo "-- their answers, from the report"
sed -n 's/.*"answer": "\(.*\)",/\1/p' report.json

echo "-- one session by itself; its answer alone is on standard output"
"$kedge" run -- "$kedge" agent -p "Do the first thing again." </dev/null 2>/dev/null
