#!/bin/sh
# Creates Temporal's two databases and brings their schema to the version of this image. Every step may be run again; after
# a change of TEMPORAL_VERSION it is the upgrade. Host, user and password come from SQL_HOST, SQL_USER and SQL_PASSWORD.
set -eu

set_up() {
  tool="temporal-sql-tool --plugin mysql8 --port 3306 --db $1"
  $tool create
  $tool setup-schema -v 0.0
  $tool update-schema -d "/etc/temporal/schema/mysql/v8/$2/versioned"
}

set_up temporal temporal
set_up temporal_visibility visibility
