#!/bin/sh
# PreToolUse: a person pushes. Exit 2 refuses the call; the model reads why.
echo "Nothing is pushed from here: leave the commit to a person." >&2
exit 2
