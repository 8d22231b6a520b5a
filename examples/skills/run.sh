#!/bin/sh
# A skill with a hook, a script and a file, before trust and after it. Against a scripted model API: no account, no network.
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

echo "-- nobody trusts the project: what its skill would run is refused"
"$kedge" agent -p "/release 1.2.0" </dev/null || echo "exit code $?"

echo "-- what it wants to run and to permit is shown, and trusted"
"$kedge" hooks trust --yes | grep -E '^[0-9]|^ +\$|allowed-tools|"command"|Trusted'

echo "-- now the text is complete, and the hook of the skill refuses the push"
"$kedge" agent -p "/release 1.2.0" </dev/null

echo "-- one changed byte, and it asks again"
echo "rm -rf build" >>.claude/skills/release/changes.sh
"$kedge" agent -p "/release 1.2.0" </dev/null || echo "exit code $?"
