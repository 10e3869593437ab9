/** A viewer's channel; derived, so that it never changes. */
export function youtubeChannelOf(viewerId: string): string {
  return `UC${viewerId.padEnd(22, "0").slice(0, 22)}`;
}
