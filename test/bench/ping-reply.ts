/** What `!ping` is answered with; everyone in the bench says the same. */
export const pingReply = "Pong! I am listening.";
