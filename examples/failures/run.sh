#!/bin/sh
# Three sessions fail, each for another reason, and Kedge says what it was: no account, no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kedge=${KEDGE:-"$here/../../bin/kedge"}

work=$(mktemp -d)
mkdir "$work/shop" "$work/home"
"$kedge" model-api "$here/scenario.yaml" --quiet >"$work/url" &
api=$!
trap 'kill "$api"; rm -rf "$work"' EXIT
until [ -s "$work/url" ]; do sleep 0.05; done

cd "$work/shop"
export HOME="$work/home" KEDGE_STATE_DIR="$work/state" CLAUDE_CODE_MAX_RETRIES=1
export ANTHROPIC_BASE_URL="$(sed -n 's/^\(http[^ ]*\).*/\1/p' "$work/url")" ANTHROPIC_API_KEY=any

echo "-- three small hooks, in the settings that this agent reads too"
"$kedge" install claude-code --yes >"$work/installed"
sed -nE 's/^ *\+ *"(SessionStart|StopFailure|SessionEnd)".*/\1/p' "$work/installed"

echo "-- three turns that fail"
for prompt in "Write a test." "Fix the build." "Translate the help."; do
  "$kedge" agent -p "$prompt" </dev/null || echo "exit code $?"
done

echo "-- what failed"
"$kedge" failures --project shop

echo "-- what the first of them was"
"$kedge" explain "$("$kedge" failures --kind plan_window --json | sed -n 's/^.*"id": "\(f_[^"]*\)".*/\1/p' | head -n 1)"
