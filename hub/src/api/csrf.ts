let token: string | undefined;

/** Held in memory only: a page that is left forgets it, and no other page of this origin can read it from storage. */
export function keepCsrfToken(fresh: string | undefined): void {
  token = fresh;
}

/** What a state-changing request shows beside its cookie (HUB-6). */
export function csrfToken(): string | undefined {
  return token;
}
