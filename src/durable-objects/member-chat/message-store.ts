import type { MemberMessage } from "#contracts/member-chat";

const mostMessages = 5000;

type Row = {
  id: number;
  channel: string;
  user_id: string;
  name: string;
  content: string;
  at: number;
  client_id: string | null;
};

/** The last messages of one community's chat. */
export class MessageStore {
  #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Undefined when the sender has sent this one before. */
  add({ channelName, user, content, at, clientId }: Omit<MemberMessage, "id">): MemberMessage | undefined {
    const last = Number(this.#sql.exec("SELECT max(id) AS last FROM messages").one()["last"] ?? 0);
    const id = last + 1;
    const added = this.#sql
      .exec(
        "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        id,
        channelName,
        user.id,
        user.name,
        content,
        at,
        clientId,
      )
      .toArray();
    if (added.length === 0) return undefined;
    // In steps: deleting one with each would write two rows more a message.
    if (id % 100 === 0) this.#sql.exec("DELETE FROM messages WHERE id <= ?", id - mostMessages);
    return { id, channelName, user, content, at, clientId };
  }

  /** The newest `limit` before `before`, oldest first. */
  history(channelName: string, { limit, before }: { limit: number; before?: number | undefined }) {
    const rows = this.#sql
      .exec<Row>(
        "SELECT * FROM messages WHERE channel = ? AND id < ? ORDER BY id DESC LIMIT ?",
        channelName,
        before ?? Number.MAX_SAFE_INTEGER,
        limit + 1,
      )
      .toArray();
    return { messages: rows.slice(0, limit).reverse().map(toMessage), hasMore: rows.length > limit };
  }

  forget(userId: string): number {
    return this.#sql.exec("DELETE FROM messages WHERE user_id = ? RETURNING id", userId).toArray().length;
  }
}

function toMessage({ id, channel, user_id, name, content, at, client_id }: Row): MemberMessage {
  return { id, channelName: channel, user: { id: user_id, name }, content, at, clientId: client_id };
}
