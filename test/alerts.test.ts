import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { alertNames, findPromtool, firingAlerts, rising, type Series, steady } from "#test/fakes/promtool";
import { asGoingOn, parseFigures } from "#test/faults/alerts";

const promtool = findPromtool();
if (!promtool) console.warn("skipped: alert rules are judged by promtool (Debian's package `prometheus`)");

/** A house in which all is well. */
const healthy: readonly Series[] = [
  steady('up{job="waddlebot"}', 1),
  steady('up{job="waddlebot-gateway"}', 1),
  steady("gateway_link_connected", 1),
  steady("gateway_spool_oldest_age_seconds", 0.2),
  steady("gateway_spool_dropped_total", 0),
  rising('waddlebot_commands_total{command="ping",platform="twitch",status="success"}', 5),
  rising('waddlebot_commands_total{command="ping",platform="twitch",status="failed"}', 0.05),
  rising('waddlebot_messages_sent_total{platform="twitch",status="sent"}', 5),
  rising('waddlebot_messages_sent_total{platform="twitch",status="rate_limited"}', 0.1),
  rising('waddlebot_reply_duration_seconds_bucket{platform="twitch",le="0.1"}', 5),
  rising('waddlebot_reply_duration_seconds_bucket{platform="twitch",le="5"}', 5),
  rising('waddlebot_reply_duration_seconds_bucket{platform="twitch",le="+Inf"}', 5),
  rising('waddlebot_database_query_duration_seconds_bucket{operation="flush",le="0.1"}', 1),
  rising('waddlebot_database_query_duration_seconds_bucket{operation="flush",le="+Inf"}', 1),
  rising('waddlebot_http_requests_total{service="edge",method="POST",status="204"}', 50),
  rising('waddlebot_http_requests_total{service="edge",method="POST",status="401"}', 0.05),
  steady('waddlebot_connected_accounts{platform="twitch",status="active"}', 3),
  steady('waddlebot_errors_total{error_type="internal",severity="error"}', 40),
  steady("waddlebot_metric_series_refused_total", 0),
];

/** What each alert is for, as its series look then. */
const pictures: Record<string, readonly Series[]> = {
  WaddleBotDown: [steady('up{job="waddlebot"}', 0)],
  GatewayDown: [steady("gateway_link_connected", 0)],
  RepliesSlow: [
    rising('waddlebot_reply_duration_seconds_bucket{platform="twitch",le="0.1"}', 1),
    rising('waddlebot_reply_duration_seconds_bucket{platform="twitch",le="5"}', 5),
  ],
  CommandsFail: [rising('waddlebot_commands_total{command="ping",platform="twitch",status="failed"}', 1)],
  ModuleFails: [rising('waddlebot_circuit_breaker_failures_total{module="memories"}', 0.2)],
  SendsRefused: [rising('waddlebot_messages_sent_total{platform="twitch",status="rate_limited"}', 2)],
  TokensDead: [steady('waddlebot_connected_accounts{platform="twitch",status="reauth_required"}', 1)],
  ServerErrors: [rising('waddlebot_http_requests_total{service="api",method="GET",status="503"}', 1)],
  DatabaseSlow: [
    rising('waddlebot_database_query_duration_seconds_bucket{operation="flush",le="0.1"}', 0),
    rising('waddlebot_database_query_duration_seconds_bucket{operation="flush",le="2.5"}', 1),
  ],
  DatabaseAway: [rising('waddlebot_errors_total{error_type="channel.flush",severity="critical"}', 0.5)],
  IdWithOtherContent: [rising('waddlebot_errors_total{error_type="inbox.accept",severity="critical"}', 0.01)],
  RequestsForged: [rising('waddlebot_http_requests_total{service="edge",method="POST",status="401"}', 5)],
  SpoolGrows: [steady("gateway_spool_oldest_age_seconds", 90)],
  SpoolDropped: [rising("gateway_spool_dropped_total", 0.1)],
  SeriesRefused: [rising("waddlebot_metric_series_refused_total", 0.1)],
};

/** The healthy house, with what is otherwise put in its place. */
function withSeries(others: readonly Series[]): Series[] {
  const named = new Set(others.map(({ series }) => series));
  return [...healthy.filter(({ series }) => !named.has(series)), ...others];
}

test("every alert has its picture, and no picture is of an alert that is gone", () => {
  expect(Object.keys(pictures).sort()).toEqual(alertNames().sort());
});

test("what a fault left in the figures goes on at its rate; gauges stay", () => {
  const before = parseFigures('# TYPE a counter\na_total{x="1"} 10\nage_seconds 3\n');
  const after = parseFigures('a_total{x="1"} 40\na_total{x="2"} 30\nage_seconds 7\n');
  expect(asGoingOn(before, after, 30)).toEqual([
    { series: 'a_total{x="1"}', values: "10+15x120" },
    { series: 'a_total{x="2"}', values: "0+15x120" },
    { series: "age_seconds", values: "7+0x120" },
  ]);
});

describe.skipIf(!promtool)("the rules as Prometheus reads them", () => {
  test("they are valid", () => {
    const { status, stderr } = spawnSync(
      promtool ?? "",
      ["check", "rules", "docs/observability/alerts.yml"],
      {
        encoding: "utf8",
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("where all is well, nothing fires", () => {
    expect(firingAlerts(healthy)).toEqual([]);
  });

  test.each(Object.entries(pictures))("%s fires on its picture, and alone", (name, series) => {
    expect(firingAlerts(withSeries(series))).toEqual([name]);
  });

  test("a blink is no alert: what lasts a scrape or two wakes nobody", () => {
    const blink = { series: 'up{job="waddlebot"}', values: "1+0x60 0+0x2 1+0x58" };
    expect(firingAlerts(withSeries([blink]), 16)).toEqual([]);
  });
});
