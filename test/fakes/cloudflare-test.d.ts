declare namespace Cloudflare {
  interface Env {
    STORAGE_HOST: DurableObjectNamespace<import("#test/fakes/test-worker.workerd").StorageHost>;
    OVERLAY: DurableObjectNamespace<import("#test/fakes/test-worker.workerd").OverlayObject>;
    RATE_LIMITER: DurableObjectNamespace<import("#durable-objects/rate-limiter/rate-limiter").RateLimiter>;
    HUB_SESSION: DurableObjectNamespace<import("#durable-objects/hub-session/hub-session-object").HubSession>;
    COORDINATOR: DurableObjectNamespace<
      import("#durable-objects/coordinator/coordinator-object").CoordinatorObject
    >;
    FEED: DurableObjectNamespace<import("#test/fakes/test-worker.workerd").FeedObject>;
    LABEL_CLOCK: DurableObjectNamespace<import("#test/fakes/test-worker.workerd").LabelClock>;
    MEMBER_CHAT: DurableObjectNamespace<
      import("#durable-objects/member-chat/member-chat-object").MemberChatObject
    >;
    MAIL_OUTBOX: DurableObjectNamespace<import("#test/fakes/mail-world.workerd").MailOutbox>;
    GATEWAY_LINK: DurableObjectNamespace<import("#test/fakes/test-worker.workerd").GatewayLink>;
  }
}
