CREATE TABLE "hub_merge_codes" (
	"hub_user_id" integer PRIMARY KEY NOT NULL,
	"code_hash" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "hub_merge_codes_code_hash_unique" UNIQUE("code_hash")
);
--> statement-breakpoint
CREATE TABLE "hub_user_aliases" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "hub_user_aliases_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"from_user_id" integer NOT NULL,
	"to_user_id" integer NOT NULL,
	"primary_identity_id" integer,
	"merged_at" timestamp with time zone DEFAULT now() NOT NULL,
	"undone_at" timestamp with time zone,
	CONSTRAINT "hub_user_aliases_two" CHECK ("hub_user_aliases"."from_user_id" <> "hub_user_aliases"."to_user_id")
);
--> statement-breakpoint
ALTER TABLE "platform_identities" ADD COLUMN "alias_id" integer;--> statement-breakpoint
ALTER TABLE "platform_identities" ADD COLUMN "is_one_of_many" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "hub_merge_codes" ADD CONSTRAINT "hub_merge_codes_hub_user_id_hub_users_id_fk" FOREIGN KEY ("hub_user_id") REFERENCES "public"."hub_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hub_user_aliases" ADD CONSTRAINT "hub_user_aliases_from_user_id_hub_users_id_fk" FOREIGN KEY ("from_user_id") REFERENCES "public"."hub_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hub_user_aliases" ADD CONSTRAINT "hub_user_aliases_to_user_id_hub_users_id_fk" FOREIGN KEY ("to_user_id") REFERENCES "public"."hub_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "hub_user_aliases_standing" ON "hub_user_aliases" USING btree ("from_user_id") WHERE undone_at IS NULL;--> statement-breakpoint
CREATE INDEX "hub_user_aliases_to" ON "hub_user_aliases" USING btree ("to_user_id","id");--> statement-breakpoint
ALTER TABLE "platform_identities" ADD CONSTRAINT "platform_identities_alias_id_hub_user_aliases_id_fk" FOREIGN KEY ("alias_id") REFERENCES "public"."hub_user_aliases"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "platform_identities_alias" ON "platform_identities" USING btree ("alias_id") WHERE alias_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX "platform_identities_many" ON "platform_identities" USING btree (("platform" || ':' || replace(replace("platform_user_id", '%', '%25'), ':', '%3A'))) WHERE is_one_of_many;
--> statement-breakpoint
-- Locks the person first: two accounts linked at once both come to see that there are two.
CREATE FUNCTION "count_accounts"() RETURNS trigger
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  "person" integer;
BEGIN
  FOR "person" IN
    SELECT DISTINCT "id" FROM unnest(ARRAY[
      CASE WHEN TG_OP <> 'INSERT' THEN OLD."hub_user_id" END,
      CASE WHEN TG_OP <> 'DELETE' THEN NEW."hub_user_id" END]) AS t("id")
    WHERE "id" IS NOT NULL ORDER BY "id"
  LOOP
    PERFORM 1 FROM "hub_users" WHERE "id" = "person" FOR NO KEY UPDATE;
    UPDATE "platform_identities" p SET "is_one_of_many" = c."n" > 1
    FROM (SELECT count(*) AS "n" FROM "platform_identities" WHERE "hub_user_id" = "person") c
    WHERE p."hub_user_id" = "person" AND p."is_one_of_many" <> (c."n" > 1);
  END LOOP;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "platform_identities_count" AFTER INSERT OR DELETE OR UPDATE OF "hub_user_id" ON "platform_identities"
FOR EACH ROW EXECUTE FUNCTION "count_accounts"();
--> statement-breakpoint
UPDATE "platform_identities" p SET "is_one_of_many" = true
WHERE EXISTS (SELECT 1 FROM "platform_identities" o WHERE o."hub_user_id" = p."hub_user_id" AND o."id" <> p."id");
--> statement-breakpoint
-- Accounts that count as one person: what boards add up. An account its person hides from everybody stands alone there,
-- since adding it up would show whose it is. A community's own role sees people of its communities only.
CREATE VIEW "shared_accounts" AS
SELECT p."hub_user_id" AS "person_id", (p."platform" || ':' || replace(replace(p."platform_user_id", '%', '%25'), ':', '%3A')) AS "user_key"
FROM "platform_identities" p
WHERE p."is_one_of_many" AND p."platform" <> 'hub' AND p."visibility" <> 'nobody' AND (
  current_user <> 'waddlebot_tenant' OR EXISTS (
    SELECT 1 FROM "community_activity" a
    WHERE a."user_key" = (p."platform" || ':' || replace(replace(p."platform_user_id", '%', '%25'), ':', '%3A'))
      AND a."community_id" = ANY (string_to_array(current_setting('app.community', true), ',')::int[])));
