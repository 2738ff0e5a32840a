#!/bin/sh
# Runs once, where the database's volume is new. Two roles: the owner of the tables, as
# whom migrations run, and the application's, which reads and writes rows but can't
# change a table, empty one or switch off a trigger.
set -eu

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv owner_password POSTGRES_PASSWORD
\getenv application_password APPLICATION_PASSWORD
CREATE ROLE mimic_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE mimic LOGIN PASSWORD :'application_password';
CREATE DATABASE mimic OWNER mimic_owner;
REVOKE ALL ON DATABASE mimic FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE mimic TO mimic;
\connect mimic
ALTER DEFAULT PRIVILEGES FOR ROLE mimic_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO mimic;
ALTER DEFAULT PRIVILEGES FOR ROLE mimic_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO mimic;
SQL
