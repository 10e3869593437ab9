/** The environment variables of a generated platform. `<NAME>_BOT_TOKEN` is where the sender looks for it. */
export function variablesOf(name: string) {
  const prefix = name.toUpperCase();
  return {
    /** The edge's. */
    secret: `${prefix}_WEBHOOK_SECRET`,
    /** The edge's: who we are there. */
    botUserId: `${prefix}_BOT_USER_ID`,
    /** The sender's. */
    apiBase: `${prefix}_API_BASE`,
    /** The sender's. */
    botToken: `${prefix}_BOT_TOKEN`,
    /** The sender's: its authorization server. */
    authBase: `${prefix}_AUTH_BASE`,
    clientId: `${prefix}_CLIENT_ID`,
    clientSecret: `${prefix}_CLIENT_SECRET`,
  };
}

/** The headers its webhook requests carry. */
export function headersOf(name: string) {
  return { signature: `x-${name}-signature`, timestamp: `x-${name}-timestamp` };
}

/** What people read. */
export function titleOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
