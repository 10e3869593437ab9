-- The audit logs are append-only, and audit_log is a chain: whoever removes or changes a row breaks every later one.

CREATE FUNCTION "audit_log_digest"("previous" text, "entry" "audit_log") RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT encode(
    sha256(
      convert_to(
        "previous" || jsonb_build_array(
          "entry"."id",
          (extract(epoch FROM "entry"."at") * 1000000)::bigint,
          "entry"."actor",
          "entry"."action",
          "entry"."resource_type",
          "entry"."resource_id",
          "entry"."community_id",
          "entry"."before",
          "entry"."after",
          "entry"."ip_hash",
          "entry"."user_agent",
          "entry"."request_id"
        )::text,
        'UTF8'
      )
    ),
    'hex'
  )
$$;
--> statement-breakpoint
-- VOLATILE, so that the row before is read after the lock is held, not as of the statement's beginning.
CREATE FUNCTION "audit_log_append"() RETURNS trigger
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  "last_id" bigint;
  "last_chain" text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('audit_log'));
  SELECT "id", "chain" INTO "last_id", "last_chain" FROM "audit_log" ORDER BY "id" DESC LIMIT 1;
  NEW."id" := coalesce("last_id", 0) + 1;
  NEW."chain" := "audit_log_digest"(coalesce("last_chain", ''), NEW);
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "audit_log_append" BEFORE INSERT ON "audit_log"
FOR EACH ROW EXECUTE FUNCTION "audit_log_append"();
--> statement-breakpoint
CREATE FUNCTION "refuse_change"() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "audit_log_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_log"
FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "kong_admin_audit_log_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "kong_admin_audit_log"
FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
--> statement-breakpoint
INSERT INTO "broker_config" ("config_key", "config_value", "description") VALUES
  ('api_key_expiry_days', '365', 'How long a super admin''s key lives'),
  ('max_failed_logins', '5', 'Wrong keys a minute from one address before it has to wait'),
  ('session_timeout_hours', '24', 'How long a sign-in lasts'),
  ('require_2fa', 'false', 'Whether super admins need a second factor')
ON CONFLICT DO NOTHING;
