/** Wakes every 2 ms and tells each time it was woken much later. Ends with whoever started it. */
const everyMs = 2;
/** The kernel's own tick and a garbage collection of this small process stay below. */
const lateMs = 6;

let last = performance.now();
setInterval(() => {
  const now = performance.now();
  if (now - last > lateMs) {
    console.log(JSON.stringify({ from: performance.timeOrigin + last, to: performance.timeOrigin + now }));
  }
  last = now;
}, everyMs);
process.stdin.on("end", () => process.exit(0)).resume();
console.log("watching");
