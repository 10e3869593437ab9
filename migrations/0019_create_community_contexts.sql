CREATE TABLE "community_contexts" (
	"user_key" text NOT NULL,
	"entity_id" text NOT NULL,
	"community_id" integer NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "community_contexts_user_key_entity_id_pk" PRIMARY KEY("user_key","entity_id")
);
--> statement-breakpoint
ALTER TABLE "community_contexts" ADD CONSTRAINT "community_contexts_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "community_contexts_end" ON "community_contexts" USING btree ("expires_at");