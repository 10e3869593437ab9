const common = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
};

/** An overlay page runs its own script only, speaks with its own host only, and shows pictures and films by https. */
export function pageHeaders(frameOrigin: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src https:",
    "media-src https:",
    `frame-src ${frameOrigin === "" ? "'none'" : frameOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return { ...common, "content-security-policy": policy.join("; ") };
}

/**
 * The frame that shows HTML of strangers. The sandbox stands in the header too, so that the frame has no origin of its own
 * even where somebody opens it by itself. It may fetch nothing but its own two scripts and its style.
 */
export function frameHeaders(ownOrigin: string, ancestor: string): Record<string, string> {
  const assets = `${ownOrigin}/overlay/assets/`;
  const policy = [
    "default-src 'none'",
    `script-src ${assets}`,
    `style-src ${assets} 'unsafe-inline'`,
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestor}`,
    "require-trusted-types-for 'script'",
    "trusted-types dompurify",
    "sandbox allow-scripts",
  ];
  return { ...common, "content-security-policy": policy.join("; ") };
}

/** On one machine the other name of loopback is another origin; anywhere else it has to be configured. */
export function otherOrigin(url: URL, configured: string): string {
  if (configured !== "") return new URL(configured).origin;
  const others: Readonly<Record<string, string>> = { "127.0.0.1": "localhost", localhost: "127.0.0.1" };
  const other = others[url.hostname];
  if (other === undefined) return "";
  const twin = new URL(url.origin);
  twin.hostname = other;
  return twin.origin;
}

export function assetHeaders(contentType: string): Record<string, string> {
  return { ...common, "content-type": contentType, "content-security-policy": "default-src 'none'" };
}
