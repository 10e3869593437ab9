import { escapeSlackText } from "#simulators/slack/text";

export interface SlackApp {
  teamId: string;
  botUserId: string;
}

/** The Events API envelope. */
export function eventCallback(app: SlackApp, eventId: string, eventTime: number, event: object) {
  return {
    token: "deprecated",
    team_id: app.teamId,
    api_app_id: "A0WADDLE01",
    event,
    type: "event_callback",
    event_id: eventId,
    event_time: eventTime,
    authorizations: [
      {
        enterprise_id: null,
        team_id: app.teamId,
        user_id: app.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${eventId}`,
  };
}

export interface Post {
  channel: string;
  user: string;
  text: string;
  ts: string;
  teamId: string;
  threadTs?: string | undefined;
}

/** Something a person wrote in a channel. */
export function messageEvent({ channel, user, text, ts, teamId, threadTs }: Post) {
  return {
    type: "message",
    user,
    ts,
    client_msg_id: `cm-${ts}`,
    text: escapeSlackText(text),
    team: teamId,
    channel,
    event_ts: ts,
    channel_type: "channel",
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
  };
}

/** The same post once more, because it names the bot. */
export function mentionEvent(post: Post) {
  const { channel_type: _, ...event } = messageEvent(post);
  return { ...event, type: "app_mention" };
}

/** What the bot itself posted, as everybody in the channel hears of it. `text` is as the bot sent it. */
export function botMessageEvent({ channel, user, text, ts, teamId }: Post) {
  return {
    type: "message",
    user,
    bot_id: "B0WADDLE01",
    app_id: "A0WADDLE01",
    ts,
    text,
    team: teamId,
    channel,
    event_ts: ts,
    channel_type: "channel",
  };
}

export function reactionEvent(
  post: Pick<Post, "channel" | "user" | "ts">,
  reaction: string,
  eventTs: string,
) {
  const { channel, user, ts } = post;
  return {
    type: "reaction_added",
    user,
    reaction,
    item: { type: "message", channel, ts },
    event_ts: eventTs,
  };
}

export function fileEvent(post: Post, fileId: string) {
  return {
    ...messageEvent(post),
    subtype: "file_share",
    files: [{ id: fileId, name: "duck.png" }],
    upload: false,
  };
}

export function membershipEvent(
  type: "member_joined_channel" | "member_left_channel",
  { channel, user, ts, teamId }: Omit<Post, "text">,
) {
  return { type, user, channel, channel_type: "C", team: teamId, event_ts: ts };
}

export interface SlashCommand {
  app: SlackApp;
  channel: { id: string; name: string };
  user: { id: string; name: string };
  /** After the command word. */
  text: string;
  responseUrl: string;
  triggerId: string;
}

/** A slash command is a form, not JSON. */
export function slashForm(command: SlashCommand): string {
  return new URLSearchParams(slashFields(command)).toString();
}

/** Through a socket the same fields are an object. */
export function slashFields(command: SlashCommand): Record<string, string> {
  const { app, channel, user, text, responseUrl, triggerId } = command;
  return {
    token: "deprecated",
    team_id: app.teamId,
    team_domain: "waddle-demo",
    channel_id: channel.id,
    channel_name: channel.name,
    user_id: user.id,
    user_name: user.name,
    command: "/waddlebot",
    text,
    api_app_id: "A0WADDLE01",
    is_enterprise_install: "false",
    response_url: responseUrl,
    trigger_id: triggerId,
  };
}
