#!/bin/sh
# Stops the Dovecot that start.sh DIR started.
exec "$(dirname "$0")/../stop.sh" "$1"
