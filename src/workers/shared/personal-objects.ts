import type { MemberChatService } from "#contracts/member-chat";
import type { PersonalObjects } from "#db/personal/delete-person";
import { channelStub } from "#durable-objects/stubs";

type Objects = Pick<EdgeEnv, "CHANNEL" | "MEMBER_CHAT">;

/** The objects that know people, as a deletion asks them. */
export function personalObjectsOf(env: Objects): PersonalObjects {
  return {
    async memberChat({ communityId, userIds }) {
      const chat: MemberChatService = env.MEMBER_CHAT.get(env.MEMBER_CHAT.idFromName(String(communityId)));
      let count = 0;
      for (const userId of userIds) count += await chat.forget(String(userId));
      return count;
    },
    channel: ({ entityId, userKeys }) => channelStub(env.CHANNEL, entityId).forget([...userKeys]),
  };
}
