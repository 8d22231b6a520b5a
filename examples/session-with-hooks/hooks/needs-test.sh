#!/bin/sh
# Stop: the turn goes on until every file has a test beside it. Eight rounds are the most.
for file in *.js; do
  case $file in
    '*.js' | *.test.js) continue ;;
  esac
  if [ ! -e "${file%.js}.test.js" ]; then
    echo "$file has no test yet: write ${file%.js}.test.js." >&2
    exit 2
  fi
done
