import type { StagePlatform } from "./wire.ts";

/** Our own little signs, deliberately not the platforms' trademarks. */
const drawings: Record<StagePlatform, string> = {
  twitch: "M5 4h15v10l-4 4h-4l-3 3v-3H5zM11 8v4M15.5 8v4",
  discord:
    "M4 17c0-5 1-9 2.5-10.5C8 5.5 9 5.5 10 6.5h4c1-1 2-1 3.5-.5C19 8 20 12 20 17c-1.5 1.5-3.5 1.5-4.5-.5h-7C7.5 18.5 5.5 18.5 4 17zM9 11.5v1M15 11.5v1",
  kick: "M6 4v16M6 13l11-9M9.5 10.5 18 20",
  youtube: "M3 7h18v10H3zM10 9.5v5l4.5-2.5z",
  slack: "M9 4v16M15 4v16M4 9h16M4 15h16",
};

export function PlatformMark({ platform }: { platform: StagePlatform }) {
  return (
    <svg
      width="18"
      height="18"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={drawings[platform]} />
    </svg>
  );
}
