#!/bin/sh
# Creates the namespace and the search attributes of temporal/search-attributes.ts, and returns when they can be used. May be
# run again. Server and namespace come from TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.
set -eu

# A new namespace takes some seconds to be known everywhere, hence the patience.
try() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    if [ "$tries" -ge 60 ]; then
      echo "given up after $tries tries: $*" >&2
      exit 1
    fi
    sleep 1
  done
}

# Histories are kept as long as the projection keeps a message: each can be rebuilt from the other and MySQL.
create_namespace() {
  temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention 72h
}

create_search_attributes() {
  temporal operator search-attribute create \
    --name LuminateLane --type Keyword \
    --name LuminateApp --type Keyword \
    --name LuminateMessages --type Int
}

try temporal operator cluster health
try create_namespace
try create_search_attributes
