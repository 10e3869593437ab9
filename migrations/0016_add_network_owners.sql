ALTER TABLE "gateway_networks" ADD COLUMN "community_id" integer;--> statement-breakpoint
ALTER TABLE "gateway_networks" ADD COLUMN "is_trusted" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "gateway_networks" ADD COLUMN "version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "gateway_networks" ADD CONSTRAINT "gateway_networks_community_id_communities_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."communities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "gateway_networks_community" ON "gateway_networks" USING btree ("community_id");