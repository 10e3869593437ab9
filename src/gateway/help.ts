/** What `npm run gateway -- --help` prints: every variable of the environment. */
export const gatewayHelp = `npm run gateway        keeps the sockets that Workers cannot: IRC, Discord, Slack's socket mode

  GATEWAY_ID      this process's name, for good; two with one name are one, and the newer wins    required
  GATEWAY_KEY     shared with the edge, 16 characters at least                                     required
  EDGE_URL        the edge's address, as in https://edge.example.com                               required
  SPOOL_PATH      a file on a disk that outlives the process                                       required
  SPOOL_FRAMES    most frames kept while the edge is away; beyond it the oldest go (100000)
  GATEWAY_PORT    where /health, /healthz and /metrics are (8795)
  GATEWAY_HOST    on which address (127.0.0.1)
  IRC_NETWORKS    JSON list of networks; those in the hub's database need not be here ([])
  DISCORD_GATEWAY 1 switches Discord on, with DISCORD_BOT_TOKEN and, if wanted, DISCORD_SHARDS
  SLACK_SOCKET_MODE true switches Slack's socket mode on, with SLACK_APP_TOKEN and, if wanted, SLACK_SOCKETS (2)
  EGRESS_HOSTS    whom it may call for the edge when a platform bans the edge's address (discord.com)
  GATEWAY_LOG_FILE keeps its log there too: 10 MB a file and five older ones, for their owner's eyes only
  TRACE_EXPORTER  where its spans go: none, console, otlp or zipkin; the last two with TRACE_ENDPOINT, an address (none)
  TRACE_SAMPLE    the share of traces that is told, 0 to 1; the same as the Workers' (1)
  EGRESS_ADDRESS  from which of this machine's addresses those calls leave

Several with names and spools of their own share the channels; each is taken over a minute at the latest after it died.`;
