/** A to Z and 2 to 9 without O and I: nothing that looks like something else (80-details §2.5). 32 letters. */
export const linkCodeAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
export const linkCodeLength = 6;

/** 30 random bits; short, because people type it, and therefore good for five guesses and ten minutes. */
export function makeLinkCode(
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes),
): string {
  // 256 is a multiple of 32, so no letter is likelier than another.
  return Array.from(random(new Uint8Array(linkCodeLength)), (byte) =>
    linkCodeAlphabet.charAt(byte % 32),
  ).join("");
}
