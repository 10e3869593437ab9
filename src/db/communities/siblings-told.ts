/** Channels of a community told of a change at once; the global community has more, which look again within 300 s. */
export const siblingsTold = 500;
