import { describe, expect, test } from "vitest";
import { checkUrl, isPublicAddress, parseAllowedHosts } from "#lib/safe-url";

/** Every spelling is tried with https, and with http where http is allowed. */
const hostileHosts = [
  // this machine
  "127.0.0.1",
  "127.1",
  "127.0.1",
  "2130706433",
  "0x7f000001",
  "0x7f.1",
  "0x7F.0.0.1",
  "0177.0.0.1",
  "017700000001",
  "127.0.0.1.",
  "127.255.255.254",
  "0",
  "0.0.0.0",
  "0x0",
  "00",
  "127.0.0.1%20",
  "１２７.０.０.１",
  "①②⑦.⓪.⓪.①",
  "127。0。0。1",
  "127｡0｡0｡1",
  "127%2e0%2e0%2e1",
  "%31%32%37.0.0.1",
  "0x7f.0x0.0x0.0x1",
  "127.0x1",
  "0300.0250.1",
  "[::1]",
  "[::]",
  "[0:0:0:0:0:0:0:1]",
  "[0000::1]",
  "[::127.0.0.1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[0:0:0:0:0:ffff:7f00:1]",
  "[::ffff:0:127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b::127.0.0.1]",
  "[64:ff9b:1::1]",
  "[2002:7f00:1::]",
  "[2001:0:7f00:1::]",
  "[::1%25lo]",
  "[::1",
  "::1",
  "localhost",
  "LOCALHOST",
  "ｌｏｃａｌｈｏｓｔ",
  "localhost.",
  "localhost..",
  "a.localhost",
  "localhost.localdomain",
  "loc\u00ADalhost",
  // private and special networks
  "10.0.0.1",
  "10.1",
  "167772161",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.0.1",
  "192.168.1",
  "192.0x00A80001",
  "3232235777",
  "0xC0A80001",
  "100.64.0.1",
  "192.0.0.1",
  "198.18.0.1",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "[fc00::1]",
  "[fd12:3456::1]",
  "[fe80::1]",
  "[fec0::1]",
  "[ff02::1]",
  "[2001:db8::1]",
  // metadata services
  "169.254.169.254",
  "169.254.43518",
  "2852039166",
  "0xA9FEA9FE",
  "0251.0376.0251.0376",
  "[::ffff:169.254.169.254]",
  "[fd00:ec2::254]",
  "169.254.170.2",
  "100.100.100.200",
  "192.0.0.192",
  "metadata.google.internal",
  "metadata",
  "instance-data",
  "metadata.google.internal.",
  // public, but literal
  "8.8.8.8",
  "134744072",
  "0x08080808",
  "[2606:4700:4700::1111]",
  // names of private networks
  "router.local",
  "printer.LOCAL",
  "db.internal",
  "x.intranet",
  "nas.lan",
  "fritz.home",
  "1.0.0.127.in-addr.arpa",
  "example.com.",
  "example.com..",
  "com",
  "intranet",
  "kubernetes.default.svc.cluster.local",
  "host.docker.internal",
  // another host than it looks
  "user@example.com",
  "user:pass@example.com",
  "example.com@127.0.0.1",
  "example.com:443@127.0.0.1",
  ":@127.0.0.1",
  "example.com%00.evil.com",
  "example.com%2f.evil.com",
  "exa mple.com",
  "example.com\t",
  "127.0.0.1\\@example.com",
  "example.com\\.evil.com",
  "-",
  "..",
  ".example.com",
  "a..b",
  "example.com:22",
  "example.com:8080",
  "example.com:0",
  "example.com:65536",
  "example.com:80443",
  "*.example.com",
  "exa$mple.com",
  `${"a".repeat(64)}.com`,
  `${"abcdefgh.".repeat(30)}com`,
];

describe("PSH-4 addresses nobody may call", () => {
  test(`${hostileHosts.length} spellings of hosts`, () => {
    expect(hostileHosts.length).toBeGreaterThan(100);
    const passed = hostileHosts.filter(
      (host) => checkUrl(`https://${host}/x`).ok || checkUrl(`http://${host}/x`, { allowHttp: true }).ok,
    );
    expect(passed).toEqual([]);
  });

  test.each([
    "",
    " ",
    "example.com",
    "//example.com",
    "/etc/passwd",
    "https:",
    "https://",
    "https:///",
    "http://[",
    "file:///etc/passwd",
    "data:text/html,x",
    "gopher://example.com/",
    "ftp://example.com/",
    "javascript:alert(1)",
    "blob:https://example.com/1",
    "ws://example.com/",
    "wss://example.com/",
    "about:blank",
    "dict://example.com:11211/",
    "jar:https://example.com!/x",
    "view-source:https://example.com",
    " https://example.com/",
    "https://example.com/ ",
    "ht\ntps://example.com/",
    "https://example.com/\u0000",
    "https://example.com/a b",
    "https:\\\\example.com\\x",
    "https://example.com\u2028/",
    `https://example.com/${"a".repeat(2000)}`,
    "http://example.com/",
  ])("%j", (text) => {
    expect(checkUrl(text)).toMatchObject({ ok: false });
  });
});

describe("addresses that may be looked up", () => {
  test.each([
    ["https://example.com/a?b=c#d", "https://example.com/a?b=c#d"],
    ["HTTPS://EXAMPLE.com:443", "https://example.com/"],
    ["https://example.com:80/", "https://example.com:80/"],
    ["https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"],
    ["https://a_b.example-1.co.uk/", "https://a_b.example-1.co.uk/"],
    ["https://123.example.com/", "https://123.example.com/"],
    ["https://127.0.0.1.nip.io/", "https://127.0.0.1.nip.io/"],
  ])("%s", (text, href) => {
    const verdict = checkUrl(text);
    expect(verdict.ok && [verdict.url.href, verdict.isExempt]).toEqual([href, false]);
  });

  test("http only where it is allowed", () => {
    expect(checkUrl("http://example.com/", { allowHttp: true })).toMatchObject({ ok: true, isExempt: false });
    expect(checkUrl("http://example.com/")).toEqual({ ok: false, reason: "not https" });
  });
});

describe("the list of allowed hosts", () => {
  const allowedHosts = parseAllowedHosts(" 127.0.0.1:4100, LocalHost:80,[::1]:9, noport,, :x ");

  test("is exact in host and port, and lifts neither the scheme nor the user rule", () => {
    expect([...allowedHosts]).toEqual(["127.0.0.1:4100", "localhost:80", "[::1]:9"]);
    for (const text of [
      "http://127.0.0.1:4100/x",
      "https://0x7f.1:4100/",
      "http://localhost/",
      "http://[::1]:9/",
    ])
      expect(checkUrl(text, { allowedHosts })).toMatchObject({ ok: true, isExempt: true });
    for (const text of [
      "http://127.0.0.1:4101/",
      "http://127.0.0.2:4100/",
      "https://localhost/",
      "http://a@127.0.0.1:4100/",
      "ftp://127.0.0.1:4100/",
    ])
      expect(checkUrl(text, { allowedHosts, allowHttp: true })).toMatchObject({ ok: false });
  });

  test("empty allows nothing", () => {
    expect([...parseAllowedHosts("")]).toEqual([]);
  });
});

describe("PSH-4 answers of a resolver", () => {
  test.each([
    "127.0.0.1",
    "10.0.0.1",
    "172.16.5.5",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "0.1.2.3",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "100::1",
    "4000::1",
    "5f00::1",
    "",
    "example.com",
    "127.0.0.1 ",
    "8.8.8.8, 127.0.0.1",
  ])("%j is not public", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001::1"])(
    "%s is public",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});
