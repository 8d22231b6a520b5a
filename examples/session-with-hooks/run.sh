#!/bin/sh
# Runs two turns of a session with three hooks, against a scripted model API: no account, no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kedge=${KEDGE:-"$here/../../bin/kedge"}

work=$(mktemp -d)
mkdir "$work/project" "$work/home"
"$kedge" model-api "$here/scenario.yaml" --quiet >"$work/url" &
api=$!
trap 'kill "$api"; rm -rf "$work"' EXIT
until [ -s "$work/url" ]; do sleep 0.05; done

cd "$work/project"
export EXAMPLE="$here" HOME="$work/home" KEDGE_STATE_DIR="$work/state" CLAUDE_CODE_MAX_RETRIES=1
export ANTHROPIC_BASE_URL="$(sed -n 's/^\(http[^ ]*\).*/\1/p' "$work/url")" ANTHROPIC_API_KEY=any

echo "-- a turn in which a push is refused, and a test is asked for"
"$kedge" agent -p "Write sum.js and push it." --settings "$here/settings.json" </dev/null
ls

echo "-- a turn that fails: the handler is awaited, and the exit code says so"
"$kedge" agent -p "Now subtract." --continue --settings "$here/settings.json" </dev/null || echo "exit code $?"
cat failures.log
