/** Append-only, as the channel's. A community's own chat: its last 5,000 messages. */
export const memberChatMigrations: readonly string[] = [
  `CREATE TABLE messages (id INTEGER PRIMARY KEY, channel TEXT NOT NULL, user_id TEXT NOT NULL, name TEXT NOT NULL,
     content TEXT NOT NULL, at INTEGER NOT NULL, client_id TEXT);
   CREATE INDEX messages_channel ON messages (channel, id);
   CREATE UNIQUE INDEX messages_client ON messages (user_id, client_id) WHERE client_id IS NOT NULL;`,
];
