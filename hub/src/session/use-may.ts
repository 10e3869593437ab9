import { isEnough, type Need } from "./session.ts";
import { useCommunity, useSession } from "./use-session.ts";

/** Whether who is signed in may do here what `need` asks for. The server decides again. */
export function useMay(need: Need): boolean {
  const session = useSession();
  return isEnough(useCommunity().role, need, session?.user.isSuperAdmin ?? false);
}
