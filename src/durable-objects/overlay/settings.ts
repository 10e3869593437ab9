import * as z from "zod";
import { type OverlayThemes, type OverlayType, overlayType } from "#contracts/overlay";
import { type OverlayTheme, overlayTheme } from "#contracts/overlay-theme";

const endedAt = z.object({ at: z.number() });

/** What the hub told this community's overlays: how they look, and which tokens are over. */
export class Settings {
  #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  setTheme(type: OverlayType, theme: OverlayTheme): void {
    this.#sql.exec(
      "INSERT INTO themes VALUES (?, ?) ON CONFLICT DO UPDATE SET theme = excluded.theme",
      type,
      JSON.stringify(theme),
    );
  }

  /** The scene shows every part, so it gets every theme; another page only its own. */
  themesFor(type: OverlayType): OverlayThemes {
    const rows = this.#sql.exec<{ type: string; theme: string }>("SELECT type, theme FROM themes").toArray();
    const all = rows.flatMap((row) => {
      const [known, theme] = [overlayType.safeParse(row.type), overlayTheme.safeParse(JSON.parse(row.theme))];
      return known.success && theme.success ? [[known.data, theme.data] as const] : [];
    });
    return Object.fromEntries(all.filter(([of]) => type === "scene" || of === type));
  }

  /** The earlier of two ends holds. */
  revoke(tokenHash: string, at: number): void {
    this.#sql.exec(
      "INSERT INTO revoked VALUES (?, ?) ON CONFLICT DO UPDATE SET at = min(at, excluded.at)",
      tokenHash,
      at,
    );
  }

  isRevoked(tokenHash: string, now: number): boolean {
    const rows = this.#sql.exec("SELECT at FROM revoked WHERE token_hash = ?", tokenHash).toArray();
    return rows.some((row) => endedAt.parse(row).at <= now);
  }

  /** Tokens whose grace ended in this stretch of time, and when the next one ends. */
  endedBetween(from: number, now: number): string[] {
    return this.#sql
      .exec<{ token_hash: string }>("SELECT token_hash FROM revoked WHERE at > ? AND at <= ?", from, now)
      .toArray()
      .map((row) => row.token_hash);
  }

  nextEnd(now: number): number | undefined {
    const { at } = this.#sql
      .exec<{ at: number | null }>("SELECT min(at) AS at FROM revoked WHERE at > ?", now)
      .one();
    return at ?? undefined;
  }
}
