#!/bin/sh
# A session meets a spending limit: whoever is to be told is told, once, and hears when it is over. No account, no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kedge=${KEDGE:-"$here/../../bin/kedge"}
node=${NODE:-"$here/../../node_modules/.bin/node"}

work=$(mktemp -d)
mkdir -p "$work/home/.config/kedge" "$work/shop"
export HOOK_SECRET="whsec_$(head -c 24 /dev/urandom | base64)"
"$node" "$here/receive.mjs" "$work/hook" >"$work/told" &
hook=$!
"$kedge" model-api "$here/scenario.yaml" --quiet >"$work/api" &
api=$!
trap 'kill "$api" "$hook"; rm -rf "$work"' EXIT
until [ -s "$work/api" ] && [ -s "$work/hook" ]; do sleep 0.05; done

cat >"$work/home/.config/kedge/kedge.yaml" <<POLICY
channels:
  ops: { type: webhook, url: "$(cat "$work/hook")", secret: { env: HOOK_SECRET } }
POLICY

cd "$work/shop"
export HOME="$work/home" KEDGE_STATE_DIR="$work/state" CLAUDE_CODE_MAX_RETRIES=0
export ANTHROPIC_BASE_URL="$(sed -n 's/^\(http[^ ]*\).*/\1/p' "$work/api")" ANTHROPIC_API_KEY=any

echo "-- try the channel"
"$kedge" alerts test

echo "-- a session that meets the limit"
"$kedge" run --key changelog -- "$kedge" agent -p "Write the changelog." </dev/null 2>/dev/null || echo "exit code $?"

echo "-- somebody has seen to it; what waited goes on"
incident=$("$kedge" incidents --json | sed -n 's/.*"id": "\(inc-[^"]*\)".*/\1/p')
"$kedge" incidents resolve "$incident" --message "limit raised" >/dev/null
"$kedge" resume changelog 2>/dev/null

echo "-- what the receiver was told"
cat "$work/told"
