/** What the first run says, in English. */
export const start = {
  title: "First steps",
  welcome: (name: string) => `Welcome, ${name}`,
  welcomeLead: "One click, and WaddleBot has a place for your people. Nothing is written in your chat yet.",
  name: "What do your people call themselves?",
  nameHint: "You can change it later.",
  create: "Set it up",
  lead: "Each step says what it does. Do them in any order, leave some out, or do one again.",
  steps: {
    place: {
      title: "A place for your people",
      text: "Your community exists. Commands, points and settings are kept here.",
    },
    channel: {
      title: "Your channel",
      text: "The bot joins your channel. It listens; it writes only when it is asked something.",
      action: "Bring my channel in",
      fix: "Other channels, servers and teams are brought in under Connections.",
    },
    permissions: {
      title: "What the bot may do",
      text: "You allow it on the platform's own page. You see every permission first, and can take it back at any time.",
      action: (platform: string) => `Allow it on ${platform}`,
      none: "No platform is set up in this house yet.",
      broken: "A permission ran out. Allow it once more.",
    },
    answer: {
      title: "It answers",
      text: "Write !help in your chat. This turns green as soon as the bot hears you.",
      action: "Try it in the rehearsal instead",
      heard: "heard",
    },
  },
  done: "done",
  open: "still to do",
  trouble: "needs you",
  wide: "All connections",
  finish: "To the overview",
};
