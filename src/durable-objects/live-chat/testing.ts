import type { PlatformEvent } from "#contracts/event";
import type { ChatPage, FoundVideo, PageTaker, QuotaState, StreamEnd } from "#contracts/live-chat";
import { type Outcome, succeed } from "#contracts/outcome";
import type { Notice, ReaderDeps, Target } from "#durable-objects/live-chat/reader-state";
import { Quota } from "#durable-objects/quota-ledger/quota";

export const startOfTest = 1_800_000_000_000;
export const quotaOfTest: QuotaState = {
  limit: 10_000,
  used: 0,
  resetsAt: startOfTest,
  spacingMs: 4000,
  readers: 1,
};
export const aTarget: Target = {
  platform: "youtube",
  entityId: "youtube:UC1",
  channelId: "UC1",
  communityId: 7,
};
export const aBroadcast = {
  broadcastId: "vid00000001",
  chatId: "chat-1",
  title: "Live!",
  startedAt: startOfTest - 5000,
};
export const aNotice: Notice = {
  videoId: "vid00000001",
  looks: 0,
  failures: 0,
  dueAt: startOfTest,
  problem: null,
};

/** What the platform says, by default: live, one empty page, a connection of one empty page. */
export interface Answers {
  find?: Outcome<FoundVideo>;
  page?: Outcome<Partial<ChatPage>>;
  stream?: (onPage: PageTaker) => Promise<Outcome<StreamEnd>>;
}

export function aPage(facts: Partial<ChatPage> = {}): ChatPage {
  return { events: [], nextPageToken: "t1", waitMs: 5000, isOver: false, ...facts };
}

async function oneEmptyPage(onPage: PageTaker): Promise<Outcome<StreamEnd>> {
  await onPage(aPage());
  return succeed("ended");
}

/** A platform that answers as told, and a note of everything it was asked and the channel was given. */
export function aStage(answers: Answers = {}) {
  const accepted: PlatformEvent[] = [];
  const asked: string[] = [];
  const clock = { now: startOfTest };
  const deps: ReaderDeps = {
    now: () => clock.now,
    async find(_place, _channelId, videoId) {
      asked.push(`find ${videoId}`);
      const { find = succeed<FoundVideo>({ state: "live", broadcast: aBroadcast }) } = answers;
      return find.ok ? succeed({ video: find.value, quota: quotaOfTest }) : find;
    },
    async readPage(_place, { pageToken }) {
      asked.push(`page ${pageToken}`);
      const { page = succeed({}) } = answers;
      return page.ok ? succeed({ page: aPage(page.value), quota: quotaOfTest }) : page;
    },
    async readStream(_place, { position }, onPage) {
      asked.push(`stream ${position.pageToken}`);
      const { stream = oneEmptyPage } = answers;
      const end = await stream(onPage);
      return end.ok ? succeed({ end: end.value, quota: quotaOfTest }) : end;
    },
    async accept(_entityId, events) {
      accepted.push(...events);
    },
  };
  return { deps, accepted, asked, clock, answers };
}

/** A day's quota of its own whose units calls are paid from, in the test's time. */
export function aQuota(clock: { now: number }, limit = 10_000) {
  const quota = new Quota({ day: "", used: 0, readers: [] }, limit, 5);
  return {
    used: () => quota.state(clock.now).used,
    take: (units: number, name: string, pushedForMs?: number) => {
      const reader = pushedForMs === undefined ? { name } : { name, pushedForMs };
      return { isTaken: quota.take(units, "page", clock.now, reader), state: quota.state(clock.now) };
    },
  };
}
