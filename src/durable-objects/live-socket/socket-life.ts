/** A role or a session taken away acts on a socket within this (threats row 5): the next one is asked for again. */
export const socketLifeMs = 60_000;
/** The page opens the next one a little before, so that nothing is missed in between. */
export const renewAfterMs = 45_000;
