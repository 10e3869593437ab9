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
  menu: "M4 7h16M4 12h16M4 17h16",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5",
  stage: "M3 5h18v12H3zM8 21h8M12 17v4M10 8.5v5l4-2.5z",
  pulse: "M2 12h5l2.5-7 5 14 2.5-7h5",
  activity: "M5 5h14M5 10h9M5 15h14M5 20h9",
  command: "M4 6l6 6-6 6M12 18h8",
  rule: "M4 5h16l-6 8v6l-4-2v-4z",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.5 2",
  puzzle: "M10 4a2 2 0 0 1 4 0v2h4v4h-2a2 2 0 0 0 0 4h2v6h-6v-2a2 2 0 0 0-4 0v2H4v-6h2a2 2 0 0 0 0-4H4V6h6z",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .8 3.2 2.6 3.5 5.5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 21c.6-4.6 3.6-7 8-7s7.4 2.4 8 7",
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  overlay: "M3 8l9-5 9 5-9 5zM3 13l9 5 9-5",
  plug: "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4",
  key: "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8M11 12l8-8M16 7l3 3",
  audit: "M6 3h9l4 4v14H6zM9 11h7M9 15h7",
  letter: "M3 6h18v13H3zM3 7l9 7 9-7",
  shield: "M12 3l8 3v6c0 5-3.4 8-8 9-4.6-1-8-4-8-9V6z",
  chat: "M4 5h16v11H10l-5 4v-4H4z",
  trophy: "M7 4h10v6a5 5 0 0 1-10 0zM7 6H3c0 3 1.5 5 4 5M17 6h4c0 3-1.5 5-4 5M12 15v5M8 20h8",
  history: "M4 5v5h5M4.6 9.5A8.5 8.5 0 1 1 3.5 13M12 8v5l3 2",
  server: "M4 4h16v6H4zM4 14h16v6H4zM7.5 7h.01M7.5 17h.01",
  gear: "M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M12 2v3M12 19v3M2 12h3M19 12h3M4.9 4.9 7 7M17 17l2.1 2.1M4.9 19.1 7 17M17 7l2.1-2.1",
  flag: "M5 21V4M5 5h12l-2.5 4L17 13H5",
  plus: "M12 5v14M5 12h14",
  pencil: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  copy: "M8 8h12v12H8zM4 16V4h12",
  undo: "M4 9h10a6 6 0 0 1 0 12h-3M4 9l4-4M4 9l4 4",
  download: "M12 4v11M7 10l5 5 5-5M4 20h16",
  upload: "M12 16V5M7 10l5-5 5 5M4 20h16",
  refresh: "M20 5v5h-5M4 19v-5h5M19.4 10A8 8 0 0 0 5.6 7.5M4.6 14a8 8 0 0 0 13.8 2.5",
  play: "M7 4l13 8-13 8z",
  pause: "M8 5v14M16 5v14",
  alert: "M12 3 2 20h20zM12 10v4M12 17h.01",
  dots: "M5 12h.01M12 12h.01M19 12h.01",
  signOut: "M10 4H5v16h5M14 8l5 4-5 4M19 12H9",
  signIn: "M14 4h5v16h-5M10 8l5 4-5 4M15 12H4",
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
