import { makeSecret } from "#workers/api/access/key-text";

const shape = /^wbot_user_([\w-]{43})$/;

/** The secret of a personal key (40-core §1.30); undefined for any other text. */
export function parseUserKey(text: string): string | undefined {
  return shape.exec(text)?.[1];
}

/** A new one: 32 bytes. */
export function makeUserKeyText(): { text: string; secret: string } {
  const secret = makeSecret();
  return { text: `wbot_user_${secret}`, secret };
}
