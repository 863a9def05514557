#include "migration/mariadb/scripts.hpp"

#include <string>

namespace divio::migration::mariadb {
namespace {

// A row of its own, for replication knows nothing of this database, nor do dumps. `login` is how the application's user logged in before
// its password was changed for the copying; log_file and log_position are where the binary log stood when this side was closed or opened last.
constexpr std::string_view state = R"sql(DELIMITER //
BEGIN NOT ATOMIC
  IF GET_LOCK('{schema}', 60) <> 1 THEN SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 30003, MESSAGE_TEXT = 'another command is at work on this database'; END IF;
END//
DELIMITER ;
CREATE DATABASE IF NOT EXISTS {schema} CHARACTER SET utf8mb4;
CREATE TABLE IF NOT EXISTS {schema}.state (
  one INT PRIMARY KEY, migration VARCHAR(24) NOT NULL, attempt INT NOT NULL DEFAULT 0, ended BOOLEAN NOT NULL DEFAULT FALSE,
  closed BOOLEAN NOT NULL DEFAULT FALSE, log_file VARCHAR(255) NOT NULL DEFAULT '', log_position BIGINT UNSIGNED NOT NULL DEFAULT 0,
  follows VARCHAR(300) NOT NULL DEFAULT '', loading VARCHAR(80) NOT NULL DEFAULT '', login LONGTEXT, trouble VARCHAR(500) NOT NULL DEFAULT '') ENGINE = InnoDB;
INSERT IGNORE INTO {schema}.state (one, migration) VALUES (1, '{migration}');
DELIMITER //
BEGIN NOT ATOMIC
  DECLARE said VARCHAR(100);
  SELECT CONCAT('migration ', migration, ' of this database is under way') INTO said FROM {schema}.state;
  IF NOT EXISTS (SELECT * FROM {schema}.state WHERE migration = '{migration}') THEN SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 30001, MESSAGE_TEXT = said; END IF;
END//
)sql";

constexpr std::string_view attempts = R"sql(
CREATE OR REPLACE PROCEDURE {schema}.acquire(id VARCHAR(24)) BEGIN
  IF GET_LOCK('{schema}', 60) <> 1 THEN SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 30003, MESSAGE_TEXT = 'another command is at work on this database'; END IF;
  IF NOT EXISTS (SELECT * FROM {schema}.state WHERE migration = id) THEN
    SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 30002, MESSAGE_TEXT = 'the database is not prepared for this migration';
  END IF;
END//
CREATE OR REPLACE PROCEDURE {schema}.refuse(n INT) BEGIN
  DECLARE said VARCHAR(100);
  SELECT CONCAT('attempt ', n, ' is not open here: attempt ', attempt, ' is known') INTO said FROM {schema}.state;
  SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 30001, MESSAGE_TEXT = said;
END//
CREATE OR REPLACE PROCEDURE {schema}.admit(n INT, finished BOOLEAN) BEGIN
  IF NOT EXISTS (SELECT * FROM {schema}.state WHERE attempt = n AND (finished OR NOT ended)) THEN CALL {schema}.refuse(n); END IF;
END//
CREATE OR REPLACE PROCEDURE {schema}.learn(n INT, finished BOOLEAN) BEGIN
  IF EXISTS (SELECT * FROM {schema}.state WHERE attempt > n OR (attempt = n AND ended AND NOT finished)) THEN CALL {schema}.refuse(n); END IF;
  UPDATE {schema}.state SET attempt = n, ended = finished;
END//
)sql";

// A session keeps the rights that it found when it came into its database (https://mariadb.com/kb/en/grant/#database-privileges): so who
// is to have others has to come again; who comes meanwhile has them already, and is not waited for. Sessions that are at something are
// ended when the patience is; what transactions there are the server looks up again only when nobody has asked for 100 ms
// (https://mariadb.com/kb/en/information-schema-innodb_trx-table/). Where the log stood is noted before the first write can be, once.
// Who was ended stays until the server has undone the transaction, which takes minutes for a long one, or has made the last of its
// commit. A database is not closed before that, but nobody who wants to open it may have to wait for the lock meanwhile: `grace`
// milliseconds after the patience a fence gives up, and let_in() gives back what it took. NULL waits as long as it takes.
constexpr std::string_view rights = R"sql(
CREATE OR REPLACE PROCEDURE {schema}.note_log() BEGIN
  DECLARE file VARCHAR(255);
  DECLARE at BIGINT UNSIGNED;
  SELECT MAX(IF(variable_name = 'BINLOG_SNAPSHOT_FILE', variable_value, NULL)), MAX(IF(variable_name = 'BINLOG_SNAPSHOT_POSITION', variable_value, NULL)) INTO file, at
    FROM information_schema.global_status WHERE variable_name LIKE 'BINLOG\_SNAPSHOT\_%';
  UPDATE {schema}.state SET log_file = file, log_position = at;
END//
CREATE OR REPLACE PROCEDURE {schema}.end_session(session BIGINT) BEGIN
  DECLARE CONTINUE HANDLER FOR 1094 BEGIN END;
  EXECUTE IMMEDIATE CONCAT('KILL CONNECTION ', session);
END//
CREATE OR REPLACE PROCEDURE {schema}.end_sessions(patience INT, grace INT) BEGIN
  DECLARE give_up DATETIME(6) DEFAULT SYSDATE(6) + INTERVAL patience * 1000 MICROSECOND;
  DECLARE last_look DATETIME(6) DEFAULT give_up + INTERVAL grace * 1000 MICROSECOND;
  DECLARE next_look DATETIME(6);
  DECLARE newest BIGINT DEFAULT (SELECT MAX(id) FROM information_schema.processlist);
  waiting: LOOP
    SET next_look = SYSDATE(6) + INTERVAL 110 * 1000 MICROSECOND;
    FOR one IN (SELECT id FROM information_schema.processlist WHERE user = '{database}' AND id <= newest AND
                (SYSDATE(6) >= give_up OR (command = 'Sleep' AND id NOT IN (SELECT trx_mysql_thread_id FROM information_schema.innodb_trx)))) DO
      CALL {schema}.end_session(one.id);
    END FOR;
    REPEAT
      IF NOT EXISTS (SELECT * FROM information_schema.processlist WHERE user = '{database}' AND id <= newest) THEN LEAVE waiting; END IF;
      IF SYSDATE(6) >= last_look THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 30004, MESSAGE_TEXT = 'sessions that were ended are not gone yet, for a long transaction takes long to be undone: try again later';
      END IF;
      DO SLEEP(0.002);
    UNTIL SYSDATE(6) >= LEAST(next_look, GREATEST(give_up, next_look - INTERVAL 100 * 1000 MICROSECOND)) END REPEAT;
  END LOOP;
END//
CREATE OR REPLACE PROCEDURE {schema}.take_away() BEGIN
  REVOKE INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES, CREATE VIEW, CREATE ROUTINE, ALTER ROUTINE,
         EVENT, TRIGGER, DELETE HISTORY ON `{database}`.* FROM `{database}`@`%`;
END//
CREATE OR REPLACE PROCEDURE {schema}.shut_out(patience INT) BEGIN
  IF EXISTS (SELECT * FROM {schema}.state WHERE loading <> '') THEN
    SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 30001, MESSAGE_TEXT = 'the database is being copied';
  END IF;
  CALL {schema}.take_away();
  CALL {schema}.end_sessions(patience, 1000);
  CALL {schema}.note_log();
  UPDATE {schema}.state SET closed = TRUE;
END//
CREATE OR REPLACE PROCEDURE {schema}.let_in() BEGIN
  IF EXISTS (SELECT * FROM {schema}.state WHERE loading <> '') THEN
    CALL {schema}.restore_login();
    CALL {schema}.end_sessions(0, NULL);
    UPDATE {schema}.state SET loading = '', login = NULL;
  END IF;
  IF EXISTS (SELECT * FROM {schema}.state WHERE closed) THEN
    CALL {schema}.note_log();
    UPDATE {schema}.state SET closed = FALSE, trouble = '';
  END IF;
  IF EXISTS (SELECT * FROM mysql.db WHERE Db = '{database}' AND User = '{database}' AND Insert_priv = 'N') THEN
    GRANT ALL PRIVILEGES ON `{database}`.* TO `{database}`@`%`;
    FOR one IN (SELECT id FROM information_schema.processlist WHERE user = '{database}') DO CALL {schema}.end_session(one.id); END FOR;
  END IF;
END//
CREATE OR REPLACE PROCEDURE {schema}.open_side(n INT) BEGIN
  CALL {schema}.learn(n, TRUE);
  CALL {schema}.forget_following();
  CALL {schema}.let_in();
END//
)sql";

// What is followed is what is in this database: statements by which database they were said in, rows by which one they are in
// (https://mariadb.com/kb/en/replication-filters/). The server forgets that when it ends, and is told again before it goes on. Where it
// knows no connection any more (1617, or 1210 for its variables), or one to nobody (1200), its note was lost (services/blueprints.cpp).
constexpr std::string_view following = R"sql(
CREATE OR REPLACE PROCEDURE {schema}.check_closed() BEGIN
  IF NOT EXISTS (SELECT * FROM {schema}.state WHERE closed) THEN
    SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 30001, MESSAGE_TEXT = 'its application may write, and would lose what it wrote';
  END IF;
END//
CREATE OR REPLACE PROCEDURE {schema}.stop_following() BEGIN
  DECLARE CONTINUE HANDLER FOR 1617 BEGIN END;
  EXECUTE IMMEDIATE 'STOP SLAVE ''{database}''';
END//
CREATE OR REPLACE PROCEDURE {schema}.forget_following() BEGIN
  DECLARE CONTINUE HANDLER FOR 1617 BEGIN END;
  CALL {schema}.stop_following();
  EXECUTE IMMEDIATE 'RESET SLAVE ''{database}'' ALL';
  UPDATE {schema}.state SET follows = '';
END//
CREATE OR REPLACE PROCEDURE {schema}.resume_following() BEGIN
  DECLARE EXIT HANDLER FOR 1210, 1617, 1200
    UPDATE {schema}.state SET follows = '', trouble = 'its server was killed, and does not know any more whom it followed';
  CALL {schema}.check_closed();
  CALL {schema}.stop_following();
  EXECUTE IMMEDIATE 'SET GLOBAL {database}.replicate_do_db = ''{database}''';
  EXECUTE IMMEDIATE 'START SLAVE ''{database}''';
END//
CREATE OR REPLACE PROCEDURE {schema}.follow_from(host VARCHAR(255), port INT, password VARCHAR(100), file VARCHAR(255), at BIGINT UNSIGNED) BEGIN
  CALL {schema}.check_closed();
  IF EXISTS (SELECT * FROM {schema}.state WHERE follows = CONCAT(host, ':', port)) THEN CALL {schema}.resume_following(); END IF;
  IF NOT EXISTS (SELECT * FROM {schema}.state WHERE follows = CONCAT(host, ':', port)) THEN
    CALL {schema}.forget_following();
    EXECUTE IMMEDIATE CONCAT('CHANGE MASTER ''{database}'' TO MASTER_HOST = ', QUOTE(host), ', MASTER_PORT = ', port, ', MASTER_USER = ''{login}'', MASTER_PASSWORD = ',
      QUOTE(password), ', MASTER_LOG_FILE = ', QUOTE(file), ', MASTER_LOG_POS = ', at,
      ', MASTER_USE_GTID = no, MASTER_SSL = 0, MASTER_SSL_VERIFY_SERVER_CERT = 0, MASTER_CONNECT_RETRY = 1, MASTER_HEARTBEAT_PERIOD = 3');
    UPDATE {schema}.state SET follows = CONCAT(host, ':', port), trouble = '';
    CALL {schema}.resume_following();
  END IF;
END//
CREATE OR REPLACE PROCEDURE {schema}.follow_copied(host VARCHAR(255), port INT, password VARCHAR(100), file VARCHAR(255), at BIGINT UNSIGNED) BEGIN
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN
    GET DIAGNOSTICS CONDITION 1 @why = MESSAGE_TEXT;
    CALL {schema}.forget_following();
    UPDATE {schema}.state SET trouble = LEFT(@why, 500);
  END;
  CALL {schema}.follow_from(host, port, password, file, at);
END//
)sql";

// What is copied may hold any statement, so it is the tenant who runs them, with a password that its application does not have.
constexpr std::string_view loading = R"sql(
CREATE OR REPLACE PROCEDURE {schema}.restore_login() BEGIN
  UPDATE mysql.global_priv SET Priv = (SELECT login FROM {schema}.state) WHERE User = '{database}' AND Host = '%' AND (SELECT login FROM {schema}.state) IS NOT NULL;
  FLUSH PRIVILEGES;
END//
CREATE OR REPLACE PROCEDURE {schema}.begin_loading(password VARCHAR(80), collation VARCHAR(64)) BEGIN
  CALL {schema}.check_closed();
  CALL {schema}.forget_following();
  UPDATE {schema}.state SET login = (SELECT Priv FROM mysql.global_priv WHERE User = '{database}' AND Host = '%') WHERE loading = '';
  UPDATE {schema}.state SET loading = password, trouble = '';
  EXECUTE IMMEDIATE CONCAT('ALTER USER `{database}`@`%` IDENTIFIED BY ', QUOTE(password));
  CALL {schema}.end_sessions(0, NULL);
  DROP DATABASE IF EXISTS `{database}`;
  EXECUTE IMMEDIATE CONCAT('CREATE DATABASE `{database}` COLLATE ', collation);
  GRANT ALL PRIVILEGES ON `{database}`.* TO `{database}`@`%`;
END//
CREATE OR REPLACE PROCEDURE {schema}.end_loading(password VARCHAR(80), said VARCHAR(500)) BEGIN
  IF NOT EXISTS (SELECT * FROM {schema}.state WHERE loading = password) THEN
    SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 30001, MESSAGE_TEXT = 'the database is not being copied by this command any more';
  END IF;
  CALL {schema}.take_away();
  CALL {schema}.restore_login();
  CALL {schema}.end_sessions(0, NULL);
  UPDATE {schema}.state SET loading = '', login = NULL, trouble = said;
END//
DELIMITER ;
DO RELEASE_LOCK('{schema}');
)sql";

}  // namespace

std::string_view session_script() {
  return "SET SESSION sql_log_bin = 0, sql_mode = 'TRADITIONAL', max_statement_time = 0, lock_wait_timeout = 60, wait_timeout = 28800;\nSET NAMES utf8mb4;\n";
}

std::string_view prepare_script() {
  static const auto text = std::string(state).append(attempts).append(rights).append(following).append(loading);
  return text;
}

std::string_view owner_script() {
  return R"sql(DELIMITER //
BEGIN NOT ATOMIC
  SET @owner = '';
  IF EXISTS (SELECT * FROM information_schema.schemata WHERE schema_name = '{schema}') THEN SET @owner = '-'; END IF;
  IF EXISTS (SELECT * FROM information_schema.tables WHERE table_schema = '{schema}' AND table_name = 'state') THEN
    EXECUTE IMMEDIATE 'SELECT COALESCE(MAX(migration), ''-'') INTO @owner FROM {schema}.state';
  END IF;
END//
DELIMITER ;
SELECT @owner AS owner\G
)sql";
}

std::string_view standing_script() {
  return R"sql(SELECT attempt, ended, closed, log_file, log_position, follows, loading <> '' AS loading, trouble, @@server_id AS server_id FROM {schema}.state\G
SHOW MASTER STATUS\G
SHOW ALL SLAVES STATUS\G
)sql";
}

}  // namespace divio::migration::mariadb
