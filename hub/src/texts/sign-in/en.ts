/** What the ways in say, in English. */
export const signIn = {
  title: "Sign in",
  lead: "Use an account you already have. WaddleBot gets your name and picture, nothing else.",
  with: (provider: string) => `Sign in with ${provider}`,
  newHere: "New here? The same click makes your account.",
  invited: "This house takes no new accounts by itself; ask whoever runs it.",
  noneTitle: "Nobody can sign in here yet",
  noneText: "Whoever runs this house has to set up a platform first. The rehearsal works without.",
};
