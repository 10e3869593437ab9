import * as z from "zod";

const schema = z.object({
  SERVICE_API_KEY: z.string().default(""),
  BROKER_API_KEY: z.string().default(""),
  JWT_SECRET: z.string().default(""),
  CORS_ORIGIN: z.string().default(""),
  KEY_ENVIRONMENT: z
    .string()
    .regex(/^[a-z]{2,8}$/)
    .default("live"),
});

export interface AccessConfig {
  serviceApiKey: string;
  /** Empty: nobody gets into the broker. */
  brokerApiKey: string;
  jwtSecret: string;
  corsOrigins: string[];
  keyEnvironment: string;
}

/** What the environment says about who may call. Missing is empty, and empty lets nobody in. */
export function accessConfig(env: unknown): AccessConfig {
  const found = schema.parse(env);
  return {
    serviceApiKey: found.SERVICE_API_KEY,
    brokerApiKey: found.BROKER_API_KEY,
    jwtSecret: found.JWT_SECRET,
    corsOrigins: found.CORS_ORIGIN.split(",")
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ""),
    keyEnvironment: found.KEY_ENVIRONMENT,
  };
}
