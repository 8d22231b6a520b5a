#!/bin/sh
# What is in the release.
cat changes.txt
