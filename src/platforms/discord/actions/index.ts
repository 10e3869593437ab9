import { memberActions } from "#platforms/discord/actions/members";
import { messageActions } from "#platforms/discord/actions/messages";

export const actions = new Map([...messageActions, ...memberActions].map((action) => [action.name, action]));
