declare namespace Cloudflare {
  interface Env {
    STORAGE_HOST: DurableObjectNamespace<import("#test/fakes/test-worker.workerd").StorageHost>;
    OVERLAY: DurableObjectNamespace<import("#durable-objects/overlay/overlay-object").OverlayObject>;
    GATEWAY_LINK: DurableObjectNamespace<import("#test/fakes/test-worker.workerd").GatewayLink>;
  }
}
