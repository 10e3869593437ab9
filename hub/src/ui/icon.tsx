const paths = {
  send: "M4 12 20 4l-5 16-3.5-6.5z",
  sun: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12 1v3M12 20v3M1 12h3M20 12h3M4.2 4.2l2.1 2.1M17.7 17.7l2.1 2.1M4.2 19.8l2.1-2.1M17.7 6.3l2.1-2.1",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
  chevron: "m6 9 6 6 6-6",
  open: "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  down: "M12 4v15M6 13l6 6 6-6",
  check: "m5 12.5 4.5 4.5L19 7.5",
  cross: "M6 6l12 12M18 6 6 18",
  follow: "M12 20S4 15 4 9.2A4.2 4.2 0 0 1 12 7a4.2 4.2 0 0 1 8 2.2C20 15 12 20 12 20z",
  subscription: "m12 3 2.7 5.8 6.3.8-4.6 4.3 1.2 6.3L12 17l-5.6 3.2 1.2-6.3L3 9.6l6.3-.8z",
  raid: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2.5 19c.5-3.5 2.7-5 5.5-5s5 1.5 5.5 5M16 11a3 3 0 1 0-1-5.8M16.5 14c2.6.2 4.5 1.8 5 5",
  cheer: "m12 3 7 8-7 10-7-10zM5 11h14M12 3l-2.5 8L12 21l2.5-10z",
} as const;

export type IconName = keyof typeof paths;

/** A small line drawing beside words, or inside a button that carries its own label. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
