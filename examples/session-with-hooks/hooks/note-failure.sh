#!/bin/sh
# StopFailure: one line for whoever looks in the morning. The session waits for it; what it says decides nothing.
input=$(cat)
field() { printf '%s' "$input" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }
printf '%s after %s request(s), status %s\n' "$(field error)" "$(field attempts)" "$(field status)" >>failures.log
