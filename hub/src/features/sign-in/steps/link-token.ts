import { useEffect, useState } from "react";

/** What a mail's link holds behind `#`. It is taken out of the address at once, so that no history and no picture shows it. */
export function useLinkToken(): string {
  const [token] = useState(() => location.hash.slice(1));
  useEffect(() => {
    if (location.hash !== "") history.replaceState(history.state, "", location.pathname + location.search);
  }, []);
  return token;
}
