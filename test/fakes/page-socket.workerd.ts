import { until } from "#test/fakes/gateway-socket.workerd";

/** A page's end of a socket of ours. */
export async function openPage<T>(
  object: Pick<Fetcher, "fetch">,
  ticket: Record<string, string>,
  parse: (frame: unknown) => T,
) {
  const target = new URL("https://object/");
  target.search = new URLSearchParams(ticket).toString();
  const { webSocket, status } = await object.fetch(target, { headers: { upgrade: "websocket" } });
  if (!webSocket) throw new Error(`no socket: ${status}`);
  const heard: T[] = [];
  const closed = Promise.withResolvers<number>();
  webSocket.addEventListener("message", ({ data }) => {
    heard.push(parse(JSON.parse(String(data))));
  });
  webSocket.addEventListener("close", ({ code }) => closed.resolve(code));
  webSocket.accept();
  return {
    heard,
    closed: closed.promise,
    say: (frame: unknown) => webSocket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    close: () => webSocket.close(1000),
    hears: (isIt: (frame: T) => boolean) => until(() => heard.some(isIt)),
  };
}
