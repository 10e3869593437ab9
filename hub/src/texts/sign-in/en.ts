/** What the ways in say, in English. */
export const signIn = {
  title: "Sign in",
  lead: "Use an account you already have. WaddleBot gets your name and picture, nothing else.",
  with: (provider: string) => `Sign in with ${provider}`,
  or: "or with mail and password",
  email: "Mail address",
  password: "Password",
  submit: "Sign in",
  wrong: "Mail address and password do not fit together.",
};
