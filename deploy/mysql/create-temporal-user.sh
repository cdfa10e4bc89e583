#!/bin/bash
# Run once by the MySQL image, when its volume is new. Temporal gets a user of its own that cannot read Luminate's database.
mysql --user=root --password="$MYSQL_ROOT_PASSWORD" <<SQL
CREATE USER 'temporal'@'%' IDENTIFIED BY '${TEMPORAL_DB_PASSWORD}';
GRANT ALL PRIVILEGES ON temporal.* TO 'temporal'@'%';
GRANT ALL PRIVILEGES ON temporal_visibility.* TO 'temporal'@'%';
SQL
