/** One server-sent events connection: `subscribe` gets a function that sends, and returns how to stop. */
export function makeEventStream(
  subscribe: (send: (event: string, value: unknown) => void) => () => void,
  keepAliveMs = 15_000,
): Response {
  const encoder = new TextEncoder();
  let stop = () => {};
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => controller.enqueue(encoder.encode(text));
      write(": connected\nretry: 1000\n\n");
      const unsubscribe = subscribe((event, value) =>
        write(`event: ${event}\ndata: ${JSON.stringify(value)}\n\n`),
      );
      // A comment now and then keeps proxies from closing a quiet stream.
      const keepAlive = setInterval(() => write(": still here\n\n"), keepAliveMs);
      stop = () => {
        clearInterval(keepAlive);
        unsubscribe();
      };
    },
    cancel: () => stop(),
  });
  return new Response(stream, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" },
  });
}
