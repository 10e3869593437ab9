/** A socket that is closing comes back by itself later; it must not keep the frame from the others. */
export function sendQuietly(socket: WebSocket, frame: object): void {
  try {
    socket.send(JSON.stringify(frame));
  } catch {
    // Gone between the list and the send.
  }
}

/** Closing what is closed already is no news. */
export function closeQuietly(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // It was faster than we.
  }
}
