CREATE TABLE "gateway_networks" (
	"host" text PRIMARY KEY NOT NULL,
	"port" integer NOT NULL,
	"tls" boolean DEFAULT true NOT NULL,
	"ca" text,
	"nick" text NOT NULL,
	"flavour" text DEFAULT 'irc' NOT NULL,
	"poll_seconds" integer,
	"burst_lines" integer DEFAULT 5 NOT NULL,
	"lines_per_second" real DEFAULT 0.5 NOT NULL,
	"sasl_account" text,
	"sasl_password_enc" text,
	"password_enc" text,
	"is_active" boolean DEFAULT true NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "gateway_networks_flavour" CHECK ("gateway_networks"."flavour" in ('irc', 'twitch')),
	CONSTRAINT "gateway_networks_sasl" CHECK (("gateway_networks"."sasl_account" is null) = ("gateway_networks"."sasl_password_enc" is null))
);
