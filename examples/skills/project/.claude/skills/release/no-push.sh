#!/bin/sh
# Refuses a push for as long as the session lasts in which the skill was called.
echo "a person pushes releases" >&2
exit 2
